package io.quiver.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.config.Flags;
import io.quiver.config.Key;
import io.quiver.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/systemd}: the unit against the server, and where its install script puts things.
 */
class SystemdTest {
  private static final Path UNIT = Markdown.ROOT.resolve("deploy/systemd/quiver.service");

  @TempDir private Path folder;

  /** By {@code Section/Key}; a key may stand several times. */
  private final Map<String, List<String>> unit = new TreeMap<>();

  @BeforeEach
  void read() throws IOException {
    String section = "";
    for (String line : Files.readAllLines(UNIT)) {
      if (line.startsWith("[")) {
        section = line.substring(1, line.length() - 1);
      } else if (!line.isBlank() && !line.startsWith("#")) {
        int equals = line.indexOf('=');
        assertThat(equals).as(line).isPositive();
        unit.computeIfAbsent(section + "/" + line.substring(0, equals), key -> new ArrayList<>())
            .add(line.substring(equals + 1));
      }
    }
  }

  /** It starts what the script installs, with settings that the server takes. */
  @Test
  void whatItStartsIsInstalledAndTaken() throws Exception {
    Path root = install(checkout()).root();
    List<String> words = List.of(service("ExecStart").split(" ", -1));
    assertThat(words.subList(1, words.size())).startsWith("serve").hasSize(3);
    assertThat(below(root, words.getFirst())).isExecutable();
    Path config = below(root, words.getLast());
    Settings settings =
        Settings.resolve(
            Flags.plain(List.of(words.get(2), config.toString())).orElseThrow(), Map.of());
    assertThat(settings.warnings()).isEmpty();
    assertThat(settings.text(Key.HOST)).isEqualTo(Key.HOST.defaultValue());
    assertThat(settings.path(Key.DATA_DIR))
        .hasToString(service("ReadWritePaths"))
        .hasToString("/var/lib/" + service("StateDirectory"))
        .hasToString(service("WorkingDirectory"));
    assertThat(below(root, "/etc/systemd/system/quiver.service")).hasSameTextualContentAs(UNIT);
    String documentation = unit.get("Unit/Documentation").getFirst();
    assertThat(documentation).startsWith("file://");
    assertThat(below(root, documentation.substring("file://".length()))).exists();
    for (String file : List.of("opt/quiver/tools/find-java", "opt/quiver/target/quiver.jar")) {
      assertThat(root.resolve(file)).isRegularFile();
    }
    assertThat(service("Environment")).isEqualTo("QUIVER_NO_BUILD=1");
    assertThat(Markdown.read("quiver")).contains("\"${QUIVER_NO_BUILD:-}\" = 1");
  }

  @Test
  void itRunsAsItsOwnUserAndMayWriteToItsDataAlone() {
    assertThat(service("User")).isEqualTo("quiver").isEqualTo(service("Group"));
    assertThat(service("ProtectSystem")).isEqualTo("strict");
    assertThat(service("CapabilityBoundingSet")).isEmpty();
    for (String key :
        List.of(
            "NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "RestrictSUIDSGID")) {
      assertThat(service(key)).as(key).isEqualTo("yes");
    }
    assertThat(service("StateDirectoryMode")).isEqualTo("0700");
    assertThat(unit).as("a JVM compiles").doesNotContainKey("Service/MemoryDenyWriteExecute");
  }

  @Test
  void itIsGivenLongerToStopThanItTakes() throws Exception {
    Field own = Class.forName("io.quiver.cli.Server").getDeclaredField("STOP_NANOS_MAX");
    own.setAccessible(true);
    long ownSeconds = TimeUnit.NANOSECONDS.toSeconds(own.getLong(null));
    assertThat(Long.parseLong(service("TimeoutStopSec"))).isGreaterThan(ownSeconds * 2);
  }

  /** Status 2 says that the settings are wrong; trying again would not help. */
  @Test
  void itIsStartedAgainUnlessItsSettingsAreWrong() {
    assertThat(service("Restart")).isEqualTo("on-failure");
    assertThat(service("RestartPreventExitStatus")).isEqualTo("2");
    assertThat(unit.get("Unit/StartLimitIntervalSec")).containsExactly("0");
    assertThat(unit.get("Install/WantedBy")).containsExactly("multi-user.target");
    assertThat(Long.parseLong(service("LimitNOFILE")))
        .isGreaterThan(2L * Integer.parseInt(Key.MAX_CONNECTIONS.defaultValue()));
  }

  @Test
  void anUpgradeReplacesTheProgramAndKeepsTheSettings() throws Exception {
    Path checkout = checkout();
    Path root = install(checkout).root();
    Path config = below(root, "/etc/quiver/quiver.yaml");
    Path jar = below(root, "/opt/quiver/target/quiver.jar");
    Files.writeString(config, "rest_port: 8088\n");
    Files.writeString(checkout.resolve("target/quiver.jar"), "newer");
    try (InputStream running = Files.newInputStream(jar)) {
      assertThat(install(checkout).output()).contains("kept " + config);
      assertThat(running).as("a server that runs keeps the jar it has open").hasContent("a jar");
    }
    assertThat(config).hasContent("rest_port: 8088\n");
    assertThat(jar).hasContent("newer");
  }

  @Test
  void withoutAJarNothingIsInstalled() throws Exception {
    Path checkout = checkout();
    Files.delete(checkout.resolve("target/quiver.jar"));
    Installed refused = install(checkout);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output()).contains("build it first: ./quiver version");
    assertThat(refused.root()).doesNotExist();
  }

  /** What systemd itself says, where it is. */
  @Test
  void systemdFindsNoFault() throws Exception {
    if (Stream.of("/usr/bin/systemd-analyze", "/bin/systemd-analyze")
        .noneMatch(tool -> Files.isExecutable(Path.of(tool)))) {
      System.out.println("systemdFindsNoFault: no systemd-analyze here, so it was not asked");
      return;
    }
    Path root = install(checkout()).root();
    Path copy = folder.resolve("quiver.service");
    Files.writeString(
        copy, Files.readString(UNIT).replace("=/opt/quiver/", "=" + root + "/opt/quiver/"));
    Ran ran = run(List.of("systemd-analyze", "verify", "--man=no", copy.toString()), Map.of());
    System.out.println("systemd-analyze verify: status " + ran.status() + " " + ran.output());
    assertThat(ran.output().lines().filter(line -> line.contains("quiver"))).isEmpty();
    assertThat(ran.status()).isZero();
  }

  private record Ran(int status, String output) {}

  private record Installed(int status, String output, Path root) {}

  /** As much of a checkout as the script looks at; the jar is none. */
  private Path checkout() throws IOException {
    Path checkout = folder.resolve("checkout");
    for (String file :
        List.of(
            "quiver",
            "tools/find-java",
            "docs/operations.md",
            "deploy/systemd/install",
            "deploy/systemd/quiver.service",
            "deploy/systemd/quiver.yaml")) {
      Path copy = checkout.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(Markdown.ROOT.resolve(file), copy);
    }
    Files.createDirectories(checkout.resolve("target"));
    Files.writeString(checkout.resolve("target/quiver.jar"), "a jar");
    return checkout;
  }

  private Installed install(Path checkout) throws Exception {
    Path root = folder.resolve("root");
    Ran ran =
        run(
            List.of("sh", checkout.resolve("deploy/systemd/install").toString()),
            Map.of("DESTDIR", root.toString()));
    return new Installed(ran.status(), ran.output(), root);
  }

  private static Ran run(List<String> command, Map<String, String> variables) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), output);
  }

  private static Path below(Path root, String absolute) {
    return root.resolve(absolute.substring(1));
  }

  private String service(String key) {
    assertThat(unit).containsKey("Service/" + key);
    assertThat(unit.get("Service/" + key)).as(key).hasSize(1);
    return unit.get("Service/" + key).getFirst();
  }
}

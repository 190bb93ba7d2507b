package io.quiver.cli;

import static io.quiver.docs.TroubleTable.shownBy;

import io.quiver.docs.TroubleTable;
import io.quiver.docs.TroubleTable.Symptom;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/operations.md says a server that does not start prints is printed, row by row. */
class StartTroublesTest {
  private static final Path HOME = Path.of(System.getProperty("basedir", ".")).toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void whatKeepsItFromStartingIsSaid() throws Exception {
    TroubleTable.of("It does not start")
        .expect(
            List.of(
                new Symptom("`quiver: cannot listen", this::portInUse),
                shownBy("api.RestartIT", "`quiver: data directory is in use"),
                serve("`quiver: host 0.0.0.0", 2, "--host=0.0.0.0"),
                new Symptom("`quiver: bad.yaml", this::unknownKey),
                serve("`quiver: --config", 2, "--config=" + folder.resolve("nofile.yaml")),
                serve("`quiver: grpc_port", 2, "--grpc-port=8080", "--rest-port=8080"),
                serve("`quiver: Unknown options", 2, "--rest-prot", "1"),
                shownBy("cli.StartProblemTest", "`quiver: this user"),
                new Symptom("`quiver: … is below", this::fileForAFolder),
                new Symptom("`quiver: QUIVER_JAVA_HOME", this::oldJava),
                new Symptom("`quiver: there is no", this::noJar)));
  }

  private Symptom serve(String begins, int status, String... flags) {
    return new Symptom(begins, () -> said(status, flags));
  }

  /** Of {@code serve}, without the folders of this test. */
  private String said(int status, String... flags) throws InterruptedException {
    return said(status, folder.resolve("data"), flags);
  }

  private String said(int status, Path data, String... flags) throws InterruptedException {
    List<String> words = new ArrayList<>(List.of("serve", "--data-dir=" + data));
    words.addAll(List.of(flags));
    Typed typed = Typed.in(folder, words.toArray(String[]::new));
    if (typed.status() != status) {
      throw new AssertionError("status: want=%d got=%s".formatted(status, typed));
    }
    return typed.err().replace(folder + "/", "");
  }

  private String portInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      return said(1, "--rest-port=" + port, "--grpc-port=0", "--metrics-port=0")
          .replace(":" + port, ":28080");
    }
  }

  private String unknownKey() throws Exception {
    Path file = Files.writeString(folder.resolve("bad.yaml"), "data_dirr: /data\n");
    return said(2, "--config=" + file);
  }

  private String fileForAFolder() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    return said(1, file, "--rest-port=0", "--grpc-port=0", "--metrics-port=0");
  }

  /** A JDK that says of itself that it is too old. */
  private String oldJava() throws Exception {
    Path jdk = folder.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.createFile(jdk.resolve("bin/java")).toFile().setExecutable(true);
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    return launched(jdk.toString()).replace(jdk.toString(), "/usr");
  }

  private String noJar() throws Exception {
    return launched(System.getProperty("java.home"));
  }

  /** What the launcher says where it stands without a jar. */
  private String launched(String javaHome) throws IOException, InterruptedException {
    Path copy = Files.createDirectories(folder.resolve("program/tools")).getParent();
    for (String file : List.of("quiver", "tools/find-java")) {
      if (!Files.exists(copy.resolve(file))) {
        Files.copy(HOME.resolve(file), copy.resolve(file));
      }
    }
    ProcessBuilder builder =
        new ProcessBuilder("sh", copy.resolve("quiver").toString(), "version")
            .redirectErrorStream(true);
    builder.environment().put("QUIVER_JAVA_HOME", javaHome);
    builder.environment().put("QUIVER_NO_BUILD", "1");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 1) {
      throw new AssertionError("status: want=1 got=%d: %s".formatted(process.exitValue(), said));
    }
    return said;
  }
}

package io.quiver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.QuiverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {
  @TempDir Path folder;

  /** The contract with everyone who starts a server: written out here, not derived. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "HOST, --host, QUIVER_HOST, host, 127.0.0.1, localhost",
    "REST_PORT, --rest-port, QUIVER_REST_PORT, rest_port, 8080, 18080",
    "GRPC_PORT, --grpc-port, QUIVER_GRPC_PORT, grpc_port, 9090, 19090",
    "METRICS_PORT, --metrics-port, QUIVER_METRICS_PORT, metrics_port, 9091, 0",
    "DATA_DIR, --data-dir, QUIVER_DATA_DIR, data_dir, ./data, /var/lib/quiver",
    "LOG_LEVEL, --log-level, QUIVER_LOG_LEVEL, log_level, info, debug",
    "LOG_FORMAT, --log-format, QUIVER_LOG_FORMAT, log_format, text, json",
    "SLOW_QUERY_MILLIS, --slow-query-millis, QUIVER_SLOW_QUERY_MILLIS, slow_query_millis, 1000, 0",
    "SEARCH_THREADS, --search-threads, QUIVER_SEARCH_THREADS, search_threads, 0, 3",
    "INDEX_THREADS, --index-threads, QUIVER_INDEX_THREADS, index_threads, 0, 4",
    "MAX_CONNECTIONS, --max-connections, QUIVER_MAX_CONNECTIONS, max_connections, 10000, 7",
    "HEAD_SECONDS, --head-seconds, QUIVER_HEAD_SECONDS, head_seconds, 10, 3",
    "BODY_SECONDS, --body-seconds, QUIVER_BODY_SECONDS, body_seconds, 30, 60",
    "WAL_SEGMENT_BYTES, --wal-segment-bytes, QUIVER_WAL_SEGMENT_BYTES, wal_segment_bytes,"
        + " 67108864, 1048576",
    "CHECKPOINT_LOG_BYTES, --checkpoint-log-bytes, QUIVER_CHECKPOINT_LOG_BYTES,"
        + " checkpoint_log_bytes, 268435456, 2097152",
    "CODE_MEMORY_PERCENT, --code-memory-percent, QUIVER_CODE_MEMORY_PERCENT,"
        + " code_memory_percent, 25, 0",
    "ALLOWED_HOSTS, --allowed-hosts, QUIVER_ALLOWED_HOSTS, allowed_hosts, '', 'db.example'",
    "IMPORT_ROOTS, --import-roots, QUIVER_IMPORT_ROOTS, import_roots, '', '/srv/old'",
    "SCRUB_HOURS, --scrub-hours, QUIVER_SCRUB_HOURS, scrub_hours, 168, 0",
    "DELETED_RETENTION_HOURS, --deleted-retention-hours, QUIVER_DELETED_RETENTION_HOURS,"
        + " deleted_retention_hours, 24, 0",
    "DEFAULT_OWNER, --default-owner, QUIVER_DEFAULT_OWNER, default_owner, '', ana",
    "SNAPSHOT_EVERY_MINUTES, --snapshot-every-minutes, QUIVER_SNAPSHOT_EVERY_MINUTES,"
        + " snapshot_every_minutes, 0, 60",
    "SNAPSHOT_EVERY_OPERATIONS, --snapshot-every-operations, QUIVER_SNAPSHOT_EVERY_OPERATIONS,"
        + " snapshot_every_operations, 0, 100000",
    "SNAPSHOT_KEEP, --snapshot-keep, QUIVER_SNAPSHOT_KEEP, snapshot_keep, 7, 0",
    "SNAPSHOT_KEEP_HOURS, --snapshot-keep-hours, QUIVER_SNAPSHOT_KEEP_HOURS,"
        + " snapshot_keep_hours, 0, 48",
    "INSECURE, --insecure, QUIVER_INSECURE, insecure, false, true",
  })
  void everyKeyHasItsDefaultAndItsThreeSpellings(
      Key key, String flag, String variable, String inFile, String byDefault, String other)
      throws IOException {
    assertThat(setting(resolve(Map.of(), Map.of(), ""), key))
        .isEqualTo(new Setting(key, byDefault, Setting.Source.DEFAULT, "default"));
    Flags flags = Flags.plain(List.of(flag + "=" + other)).orElseThrow();
    assertThat(setting(Settings.resolve(flags, Map.of()), key))
        .isEqualTo(new Setting(key, other, Setting.Source.FLAG, flag));
    assertThat(setting(resolve(Map.of(), Map.of(variable, other), ""), key))
        .isEqualTo(new Setting(key, other, Setting.Source.ENVIRONMENT, variable));
    assertThat(setting(resolve(Map.of(), Map.of(), "\n" + inFile + ": " + other), key))
        .isEqualTo(new Setting(key, other, Setting.Source.FILE, file() + ":2"));
  }

  /** The table above names every key there is. */
  @Test
  void noKeyIsForgotten() {
    assertThat(Key.values()).hasSize(26);
  }

  @ParameterizedTest
  @EnumSource(names = {"REST_PORT", "GRPC_PORT", "METRICS_PORT"})
  void flagBeatsEnvironmentBeatsFileBeatsDefault(Key key) throws IOException {
    Map<Key, String> flag = Map.of(key, "1003");
    Map<String, String> variable = Map.of(key.variable(), "1002");
    String inFile = key.key() + ": 1001";
    assertThat(resolve(flag, variable, inFile).integer(key)).isEqualTo(1003);
    assertThat(resolve(Map.of(), variable, inFile).integer(key)).isEqualTo(1002);
    assertThat(resolve(Map.of(), Map.of(), inFile).integer(key)).isEqualTo(1001);
  }

  @Test
  void theFileMayBeNamedInTheEnvironmentAndAFlagNamesAnother() throws IOException {
    Path named = Files.writeString(folder.resolve("named.yaml"), "rest_port: 1001");
    Path flagged = Files.writeString(folder.resolve("flagged.yaml"), "rest_port: 1002");
    Map<String, String> variable = Map.of("QUIVER_CONFIG", named.toString());
    assertThat(Settings.resolve(Flags.NONE, variable).integer(Key.REST_PORT)).isEqualTo(1001);
    Flags flags = new Flags(Map.of(), Optional.of(flagged.toString()));
    assertThat(Settings.resolve(flags, variable).integer(Key.REST_PORT)).isEqualTo(1002);
  }

  @Test
  void anUnknownKeyOfTheFileIsRefusedWithItsLineAndTheNearestKey() {
    assertThatThrownBy(() -> resolve(Map.of(), Map.of(), "host: 127.0.0.1\nrest_prot: 1"))
        .isInstanceOf(QuiverException.class)
        .hasMessage(file() + ":2: unknown key rest_prot; did you mean rest_port?");
    assertThatThrownBy(() -> resolve(Map.of(), Map.of(), "zzzzzzzzzzzz: 1"))
        .hasMessageContaining("unknown key zzzzzzzzzzzz; known are host, rest_port");
  }

  @Test
  void anUnknownVariableIsRefusedByName() {
    assertThatThrownBy(() -> resolve(Map.of(), Map.of("QUIVER_REST_PROT", "1"), ""))
        .hasMessage(
            "unknown environment variable QUIVER_REST_PROT; did you mean QUIVER_REST_PORT?");
  }

  /** The launcher's own variables, and what Kubernetes sets beside a Service called quiver. */
  @ParameterizedTest
  @CsvSource({
    "QUIVER_JAVA_HOME",
    "QUIVER_JAVA_OPTS",
    "QUIVER_NO_BUILD",
    "QUIVER_DATA",
    "QUIVER_PROJECT",
    "QUIVER_SERVICE_HOST",
    "QUIVER_SERVICE_PORT",
    "QUIVER_SERVICE_PORT_HTTP",
    "QUIVER_PORT",
    "QUIVER_PORT_8080_TCP",
    "QUIVER_PORT_8080_TCP_ADDR",
  })
  void variablesOfOthersAreLeftAlone(String name) throws IOException {
    assertThat(resolve(Map.of(), Map.of(name, "tcp://10.0.0.1:8080"), "").all())
        .isEqualTo(resolve(Map.of(), Map.of(), "").all());
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "REST_PORT, 65536, 'a port, 0 to 65535'",
    "REST_PORT, -1, 'a port, 0 to 65535'",
    "REST_PORT, eighty, 'a port, 0 to 65535'",
    "REST_PORT, '', 'a port, 0 to 65535'",
    "HOST, 'a b', 'a host name or an address'",
    "LOG_LEVEL, loud, 'off, error, warn, info, debug or trace'",
    "SEARCH_THREADS, 1025, 'a number of threads, 0 to 1024'",
    "INSECURE, yes, 'true or false'",
    "WAL_SEGMENT_BYTES, 1, 'a size in bytes, 1048576 to 1099511627776'",
    "DATA_DIR, '', 'a path'",
    "SCRUB_HOURS, -1, 'a number of hours, 0 to 8760'",
    "SCRUB_HOURS, 8761, 'a number of hours, 0 to 8760'",
  })
  void aWrongValueSaysWhereItStandsWhatWasExpectedAndWhatCame(
      Key key, String value, String expected) {
    String got = value.isEmpty() ? "nothing" : value;
    assertThatThrownBy(() -> resolve(Map.of(), Map.of(key.variable(), value), ""))
        .isInstanceOfSatisfying(
            QuiverException.class,
            e ->
                assertThat(e.details())
                    .containsEntry("field", key.key() + " (" + key.variable() + ")")
                    .containsEntry("expected", expected)
                    .containsEntry("got", got));
  }

  @Test
  void portsMustDifferUnlessTheyAreZero() throws IOException {
    assertThatThrownBy(() -> resolve(Map.of(Key.REST_PORT, "9090"), Map.of(), ""))
        .hasMessage(
            "grpc_port: expected a port other than that of rest_port (--rest-port), got 9090");
    Map<Key, String> free = Map.of(Key.REST_PORT, "0", Key.GRPC_PORT, "0", Key.METRICS_PORT, "0");
    assertThat(resolve(free, Map.of(), "").integer(Key.GRPC_PORT)).isZero();
  }

  @Test
  void anAddressBeyondThisMachineNeedsInsecure() throws IOException {
    assertThatThrownBy(() -> resolve(Map.of(Key.HOST, "0.0.0.0"), Map.of(), ""))
        .hasMessageContaining("--insecure");
    Map<Key, String> willing = Map.of(Key.HOST, "0.0.0.0", Key.INSECURE, "true");
    assertThat(resolve(willing, Map.of(), "").text(Key.HOST)).isEqualTo("0.0.0.0");
    assertThat(resolve(Map.of(Key.HOST, "::1"), Map.of(), "").text(Key.HOST)).isEqualTo("::1");
  }

  /** d-vecDB wanted all of these in its file. */
  @Test
  void aFileOfTheOldServerIsReadAndWhatHasNoEffectIsSaid() throws IOException {
    String old =
        """
        host: 127.0.0.1
        grpc_port: 9092
        rest_port: 3030
        metrics_port: 9093
        data_dir: ./old
        max_connections: 1000
        request_timeout: 30
        enable_logging: false
        log_level: info
        enable_cors: true
        """;
    Settings settings = resolve(Map.of(), Map.of(), old);
    assertThat(settings.integer(Key.REST_PORT)).isEqualTo(3030);
    assertThat(settings.path(Key.DATA_DIR)).isEqualTo(Path.of("./old"));
    assertThat(settings.text(Key.LOG_LEVEL)).isEqualTo("off");
    assertThat(settings.integer(Key.MAX_CONNECTIONS)).isEqualTo(1000);
    assertThat(settings.warnings())
        .hasSize(2)
        .anyMatch(line -> line.contains("yaml:7: request_timeout has no effect"))
        .anyMatch(line -> line.contains("yaml:10: enable_cors has no effect"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "- a\\n- b | :1: expected lines of the form key: value",
        "host: [a] | :1: host: expected one value, got a list or a mapping",
        "rest_port: 1\\nrest_port: 2 | :2: ",
        "host: 'a | :1: no YAML: ",
      })
  void aFileThatIsNoListOfSettingsIsRefusedWithItsLine(String text, String message) {
    assertThatThrownBy(() -> resolve(Map.of(), Map.of(), text.replace("\\n", "\n")))
        .isInstanceOf(QuiverException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anEmptyFileChangesNothingAndAMissingOneIsAnError() throws IOException {
    assertThat(resolve(Map.of(), Map.of(), "# only a comment\n").all())
        .isEqualTo(Settings.resolve(Flags.NONE, Map.of()).all());
    Flags flags = new Flags(Map.of(), Optional.of(folder.resolve("none.yaml").toString()));
    assertThatThrownBy(() -> Settings.resolve(flags, Map.of()))
        .hasMessageContaining("none.yaml (there is none)");
  }

  @Test
  void secretsAreMasked() {
    for (String key : List.of("api_key", "api_keys", "jwt_secret", "token", "s3_password")) {
      assertThat(Setting.masked(key, "hunter2")).isEqualTo("********");
    }
    assertThat(Setting.masked("host", "127.0.0.1")).isEqualTo("127.0.0.1");
  }

  private Settings resolve(Map<Key, String> flags, Map<String, String> variables, String yaml)
      throws IOException {
    Files.writeString(file(), yaml);
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("PATH", "/bin");
    return Settings.resolve(new Flags(flags, Optional.of(file().toString())), environment);
  }

  private Path file() {
    return folder.resolve("quiver.yaml");
  }

  private static Setting setting(Settings settings, Key key) {
    return settings.all().stream().filter(s -> s.key() == key).findFirst().orElseThrow();
  }

  @Test
  void plainFlagsAreReadAndEverythingElseIsLeftToTheFullParser() {
    Optional<Flags> flags =
        Flags.plain(List.of("--rest-port", "1", "--insecure", "--config=a.yaml"));
    assertThat(flags)
        .contains(
            new Flags(Map.of(Key.REST_PORT, "1", Key.INSECURE, "true"), Optional.of("a.yaml")));
    for (String other :
        Arrays.asList("--help", "--rest-port", "--rest-prot 1", "--host a --host b", "serve")) {
      assertThat(Flags.plain(List.of(other.split(" ")))).as(other).isEmpty();
    }
  }
}

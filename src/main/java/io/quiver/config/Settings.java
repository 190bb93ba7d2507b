package io.quiver.config;

import io.quiver.catalog.DatabaseOptions;
import io.quiver.core.ErrorCode;
import io.quiver.core.Owner;
import io.quiver.core.QuiverException;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.rest.RestOptions;
import io.quiver.node.NodeOptions;
import io.quiver.ops.OpsOptions;
import io.quiver.snapshot.SnapshotOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The effective value of every key, and where each came from. Immutable. */
public final class Settings {
  private final Map<Key, Setting> byKey;
  private final List<String> warnings;

  private Settings(Map<Key, Setting> byKey, List<String> warnings) {
    this.byKey = byKey;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Decides every key: flag before environment before file before default.
   *
   * @param environment all variables of the process; only {@code QUIVER_*} are looked at
   * @throws QuiverException INVALID_ARGUMENT for an unknown key, a wrong value anywhere (also one
   *     that is overruled), ports that clash, or an address beyond this machine without {@code
   *     --insecure}
   */
  public static Settings resolve(Flags flags, Map<String, String> environment) {
    Map<Key, Setting> byKey = new EnumMap<>(Key.class);
    for (Key key : Key.values()) {
      byKey.put(key, Setting.of(key, key.defaultValue(), Setting.Source.DEFAULT, "default"));
    }
    List<String> warnings = new ArrayList<>();
    Optional<String> path =
        flags.file().or(() -> Optional.ofNullable(environment.get(Environment.CONFIG_FILE)));
    if (path.isPresent()) {
      ConfigFile file = ConfigFile.read(Path.of(Kind.FOLDER.canonical(Flags.CONFIG, path.get())));
      file.settings().forEach(setting -> byKey.put(setting.key(), setting));
      warnings.addAll(file.warnings());
    }
    Environment.settings(environment).forEach(setting -> byKey.put(setting.key(), setting));
    flags
        .values()
        .forEach((key, value) ->
            byKey.put(key, Setting.of(key, value, Setting.Source.FLAG, key.flag())));
    Settings settings = new Settings(byKey, warnings);
    settings.checkPorts();
    settings.checkHost();
    return settings;
  }

  /** Every setting in the order of {@link Key}. */
  public List<Setting> all() {
    return List.copyOf(byKey.values());
  }

  /** What was accepted but changes nothing; for the person who starts the server. */
  public List<String> warnings() {
    return warnings;
  }

  public String text(Key key) {
    return byKey.get(key).value();
  }

  public int integer(Key key) {
    return Integer.parseInt(text(key));
  }

  public long bytes(Key key) {
    return Long.parseLong(text(key));
  }

  public Path path(Key key) {
    return Path.of(text(key));
  }

  public boolean isOn(Key key) {
    return Boolean.parseBoolean(text(key));
  }

  /** The number of threads, where 0 stands for one a core. */
  public int threads(Key key) {
    int threads = integer(key);
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }

  private SnapshotOptions snapshots() {
    return new SnapshotOptions(
        Duration.ofMinutes(integer(Key.SNAPSHOT_EVERY_MINUTES)),
        integer(Key.SNAPSHOT_EVERY_OPERATIONS),
        integer(Key.SNAPSHOT_KEEP),
        Duration.ofHours(integer(Key.SNAPSHOT_KEEP_HOURS)));
  }

  /** What {@code Quiver.start} takes: the node and every front. */
  public QuiverOptions options() {
    String host = text(Key.HOST);
    DatabaseOptions database =
        new DatabaseOptions(
                bytes(Key.WAL_SEGMENT_BYTES),
                bytes(Key.CHECKPOINT_LOG_BYTES),
                threads(Key.INDEX_THREADS),
                integer(Key.CODE_MEMORY_PERCENT))
            .withScrubPeriod(Duration.ofHours(integer(Key.SCRUB_HOURS)))
            .withDeletedRetention(Duration.ofHours(integer(Key.DELETED_RETENTION_HOURS)))
            .withDefaultOwner(new Owner(text(Key.DEFAULT_OWNER)));
    Path folder = path(Key.DATA_DIR);
    int connections = integer(Key.MAX_CONNECTIONS);
    int head = integer(Key.HEAD_SECONDS);
    int body = integer(Key.BODY_SECONDS);
    return QuiverOptions.embedded(folder)
        .withNode(
            new NodeOptions(folder, database, threads(Key.SEARCH_THREADS))
                .withImportRoots(importRoots())
                .withSnapshots(snapshots()))
        .withRest(
            RestOptions.of(host, integer(Key.REST_PORT))
                .withConnectionsMax(connections)
                .withSeconds(head, body)
                .withAllowedHosts(allowedHosts()))
        .withGrpc(
            GrpcOptions.of(host, integer(Key.GRPC_PORT))
                .withConnectionsMax(connections)
                .withSeconds(head, body))
        .withOps(
            new OpsOptions(
                host, integer(Key.METRICS_PORT), allowedHosts(), integer(Key.SLOW_QUERY_MILLIS)));
  }

  private List<Path> importRoots() {
    return Arrays.stream(text(Key.IMPORT_ROOTS).split(",", -1))
        .filter(root -> !root.isBlank())
        .map(root -> Path.of(root.strip()))
        .toList();
  }

  private Set<String> allowedHosts() {
    return Arrays.stream(text(Key.ALLOWED_HOSTS).split(","))
        .filter(host -> !host.isEmpty())
        .collect(Collectors.toSet());
  }

  private void checkPorts() {
    List<Key> ports = List.of(Key.REST_PORT, Key.GRPC_PORT, Key.METRICS_PORT);
    for (int i = 0; i < ports.size(); i++) {
      for (int j = 0; j < i; j++) {
        int port = integer(ports.get(i));
        if (port != 0 && port == integer(ports.get(j))) {
          throw QuiverException.invalid(
              described(ports.get(i)),
              "a port other than that of " + described(ports.get(j)),
              port);
        }
      }
    }
  }

  private void checkHost() {
    String host = text(Key.HOST);
    try {
      if (!isOn(Key.INSECURE) && !InetAddress.getByName(host).isLoopbackAddress()) {
        throw new QuiverException(
            ErrorCode.INVALID_ARGUMENT,
            "host "
                + host
                + " can be reached from other machines and no one is authenticated;"
                + " choose 127.0.0.1, or say --insecure if the network itself is guarded",
            Map.of("field", Key.HOST.key(), "got", host));
      }
    } catch (UnknownHostException e) {
      throw QuiverException.invalid(described(Key.HOST), "an address of this machine", host);
    }
  }

  private String described(Key key) {
    Setting setting = byKey.get(key);
    return setting.source() == Setting.Source.DEFAULT
        ? key.key()
        : key.key() + " (" + setting.place() + ")";
  }
}

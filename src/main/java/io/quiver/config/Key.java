package io.quiver.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every setting of the server. A key is one word in three spellings: {@code --rest-port} on the
 * command line, {@code QUIVER_REST_PORT} in the environment, {@code rest_port} in the file.
 */
public enum Key {
  HOST(Kind.HOST, "127.0.0.1", "address to listen on"),
  REST_PORT(Kind.PORT, "8080", "port of the REST API; 0 = any free one"),
  GRPC_PORT(Kind.PORT, "9090", "port of the gRPC API; 0 = any free one"),
  METRICS_PORT(Kind.PORT, "9091", "port of metrics and probes; 0 = any free one"),
  DATA_DIR(Kind.FOLDER, "./data", "folder that holds all data; made if absent"),
  LOG_LEVEL(Kind.LEVEL, "info", "off, error, warn, info, debug or trace"),
  LOG_FORMAT(Kind.FORMAT, "text", "text, or json: an object a line"),
  SLOW_QUERY_MILLIS(
      Kind.MILLIS, "1000", "requests that take so many milliseconds or more are logged; 0 = none"),
  SEARCH_THREADS(Kind.THREADS, "0", "threads that search; 0 = one a core"),
  INDEX_THREADS(Kind.THREADS, "0", "threads that build graphs; 0 = one a core"),
  MAX_CONNECTIONS(
      Kind.COUNT, "10000", "open connections of REST, and as many of gRPC; more are refused"),
  HEAD_SECONDS(Kind.SECONDS, "10", "time in which the head of a request must come"),
  BODY_SECONDS(Kind.SECONDS, "30", "time in which a body must come, and a second more per 256 KiB"),
  WAL_SEGMENT_BYTES(Kind.BYTES, "67108864", "size at which the log begins a new file"),
  CHECKPOINT_LOG_BYTES(
      Kind.BYTES, "268435456", "log of one collection after which it is checkpointed"),
  CODE_MEMORY_PERCENT(
      Kind.PERCENT, "25", "memory for codes, of the machine's or the container's; 0 = no codes"),
  ALLOWED_HOSTS(
      Kind.HOSTS,
      "",
      "names in Host that REST serves (and, on loopback, the metrics port), with commas; localhost"
          + " and host always"),
  IMPORT_ROOTS(
      Kind.FOLDERS, "", "folders below which clients may name data to import, with commas"),
  SCRUB_HOURS(
      Kind.HOURS, "168", "hours in which everything on disk is read and verified once; 0 = never"),
  DELETED_RETENTION_HOURS(
      Kind.HOURS, "24", "hours for which a deleted collection can be restored; 0 = not at all"),
  DEFAULT_OWNER(
      Kind.OWNER, "", "whom a collection belongs to if its creator names nobody; empty = nobody"),
  SNAPSHOT_EVERY_MINUTES(
      Kind.MINUTES, "0", "minutes after which a changed collection is snapshotted; 0 = never"),
  SNAPSHOT_EVERY_OPERATIONS(
      Kind.AMOUNT, "0", "rows written or deleted after which a collection is; 0 = never"),
  SNAPSHOT_KEEP(Kind.AMOUNT, "7", "how many of these snapshots a collection keeps; 0 = all"),
  SNAPSHOT_KEEP_HOURS(
      Kind.HOURS, "0", "hours for which it keeps them, but for the newest; 0 = for ever"),
  INSECURE(Kind.SWITCH, "false", "listen beyond this machine although no one is authenticated");

  private static final List<String> SECRET_ENDINGS =
      List.of("key", "keys", "token", "secret", "password");

  private final Kind kind;
  private final String defaultValue;
  private final String description;

  Key(Kind kind, String defaultValue, String description) {
    this.kind = kind;
    this.defaultValue = defaultValue;
    this.description = description;
  }

  /** The spelling in the file, which is also how errors and {@code quiver config} name it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String flag() {
    return "--" + key().replace('_', '-');
  }

  public String variable() {
    return Environment.PREFIX + name();
  }

  public String defaultValue() {
    return defaultValue;
  }

  public String description() {
    return description;
  }

  /** Whether its flag stands alone ({@code --insecure}) instead of before a value. */
  public boolean isSwitch() {
    return kind == Kind.SWITCH;
  }

  Kind kind() {
    return kind;
  }

  /** The key with this spelling in the file. */
  static Optional<Key> find(String key) {
    return Arrays.stream(values()).filter(known -> known.key().equals(key)).findFirst();
  }

  static List<String> all() {
    return Arrays.stream(values()).map(Key::key).toList();
  }

  /** Whether a value under this name must never be shown. */
  static boolean isSecret(String key) {
    String last = key.substring(key.lastIndexOf('_') + 1).toLowerCase(Locale.ROOT);
    return SECRET_ENDINGS.contains(last);
  }
}

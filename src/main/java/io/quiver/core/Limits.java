package io.quiver.core;

/**
 * The named bounds of the house. What is over a bound is refused at the edge with these numbers.
 */
public final class Limits {
  /** Longest collection name, in characters (all of them ASCII). */
  public static final int NAME_CHARS_MAX = 64;

  /** Longest vector id, in UTF-8 bytes. */
  public static final int ID_BYTES_MAX = 256;

  /** Longest owner of a collection, in UTF-8 bytes. */
  public static final int OWNER_BYTES_MAX = 256;

  public static final int DIMENSION_MAX = 65_536;
  public static final int SHARDS_MAX = 64;

  /** Most rows or ids in one write; a write is one log record and applies as a whole. */
  public static final int BATCH_ROWS_MAX = 100_000;

  /** Largest metadata object of one vector, in UTF-8 bytes. */
  public static final int METADATA_BYTES_MAX = 1 << 20;

  public static final int METADATA_DEPTH_MAX = 64;

  /** Largest request body over REST, gRPC message, and thus log record. */
  public static final int BODY_BYTES_MAX = 64 << 20;

  public static final int SEARCH_LIMIT_MAX = 10_000;

  /** Largest {@code offset}; {@code offset + limit} candidates are gathered per shard. */
  public static final int SEARCH_OFFSET_MAX = 100_000;

  /** Most examples of one recommendation or discovery, counting all kinds. */
  public static final int EXAMPLES_MAX = 256;

  /** Most vector components that all hits or rows of one answer may bring back together. */
  public static final long ANSWER_COMPONENTS_MAX = 16L << 20;

  public static final int EF_SEARCH_MAX = 10_000;
  public static final int SEARCH_BATCH_MAX = 1_000;

  /** Longest text query, in characters. */
  public static final int TEXT_QUERY_CHARS_MAX = 4_096;

  /** Most fields of one text search. */
  public static final int TEXT_FIELDS_MAX = 32;

  /** Longest dotted path that a request names, in characters. */
  public static final int FIELD_CHARS_MAX = 1_024;

  /** Most hits of one text search whose texts are highlighted. */
  public static final int HIGHLIGHTS_MAX = 1_000;

  public static final int MAX_CONNECTIONS_MIN = 2;
  public static final int MAX_CONNECTIONS_MAX = 128;
  public static final int EF_CONSTRUCTION_MAX = 4_000;
  public static final int MAX_LAYER_MAX = 32;

  /**
   * Writes of one collection that clients of one process may have sent and not had answered; one
   * more is refused as overload without being sent.
   */
  public static final int SENT_WRITES_MAX = 4_096;

  /** Writes of one collection that may wait for the log; one more is refused as overload. */
  public static final int IN_FLIGHT_WRITES_MAX = 256;

  /** How long a search without a deadline of its own is waited for, and then given up. */
  public static final int SEARCH_MILLIS_MAX = 30_000;

  /**
   * Searches and reads that may wait for the search pool, over all collections; a collection may
   * have as many waiting as there are places left free. One more is refused as overload.
   */
  public static final int QUEUED_SEARCHES_MAX = 4_096;

  /** Most bytes of a file that travel in one message. */
  public static final int FILE_BYTES_MAX = 1 << 20;

  /** Longest snapshot that can be uploaded, in the form in which it travels. */
  public static final long SNAPSHOT_BYTES_MAX = 1L << 41;

  /** Snapshots that may be on their way in at a time. */
  public static final int UPLOADS_MAX = 8;

  /** How long an upload waits for its next part; then what is there of it is deleted. */
  public static final int UPLOAD_IDLE_MINUTES_MAX = 60;

  /** Most aliases of one node: all of them are one small file. */
  public static final int ALIASES_MAX = 10_000;

  /** Most steps of one change of aliases. */
  public static final int ALIAS_ACTIONS_MAX = 1_000;

  /** Most collections of one node. */
  public static final int COLLECTIONS_MAX = 100_000;

  /** Longest deadline that a search may name. */
  public static final int DEADLINE_MILLIS_MAX = 3_600_000;

  /** Deepest filter, in levels of conditions. */
  public static final int FILTER_DEPTH_MAX = 64;

  /** Most conditions of one filter, those that hold others together counted too. */
  public static final int FILTER_NODES_MAX = 4_096;

  /** Most values, ids and points in all conditions of one filter. */
  public static final int FILTER_VALUES_MAX = 100_000;

  /** Longest path of a field. */
  public static final int FILTER_PATH_CHARS_MAX = 1_024;

  /** Most different values of a field that one request counts. */
  public static final int FACET_VALUES_MAX = 250_000;

  /** Most characters in all different values of a field that one request counts. */
  public static final int FACET_CHARS_MAX = 16 << 20;

  public static final int FILTER_REGEX_CHARS_MAX = 1_000;

  /** Most steps of a regular expression once its counted repeats are written out. */
  public static final int FILTER_REGEX_STEPS_MAX = 2_000;

  /** Longest text that a condition looks for in a string. */
  public static final int FILTER_TEXT_CHARS_MAX = 65_536;

  private Limits() {}

  /** Refuses a value outside {@code [low, high]} as INVALID_ARGUMENT of the field. */
  public static void check(String field, long value, long low, long high) {
    if (value < low || value > high) {
      throw QuiverException.invalid(field, low + " to " + high, value);
    }
  }
}

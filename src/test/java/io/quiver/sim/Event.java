package io.quiver.sim;

/** What has to happen in the histories of a run, lest it proves less than it says. */
enum Event {
  CREATE,
  DROP,
  INSERT,
  UPSERT,
  UPDATE,
  DELETE,
  CLEAR,
  BATCH_REFUSED,
  ROWS_REFUSED,
  CHECKPOINT,
  COMPACTION,
  GRAPH_WRITTEN,
  SEGMENT_ROLL,
  LOG_SHORTENED,
  RESTART,
  ACKNOWLEDGED_BY_OS,
  LOST_SUFFIX
}

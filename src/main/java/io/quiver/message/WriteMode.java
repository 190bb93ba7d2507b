package io.quiver.message;

/** What a write does with ids that exist, or do not. */
public enum WriteMode {
  /** Ids must be new: VECTOR_ALREADY_EXISTS otherwise. */
  INSERT,
  /** Writes whatever is there. */
  UPSERT,
  /** Ids must exist: VECTOR_NOT_FOUND otherwise. */
  UPDATE
}

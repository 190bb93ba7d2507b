package io.quiver.message;

/**
 * A write as the log keeps it: resolved and checked, so that applying it always succeeds, live or
 * on replay, and applying it again changes nothing.
 */
public sealed interface Command permits PutRows, DeleteRows, ClearRows {
  /** How many rows it writes or deletes. */
  int touched();
}

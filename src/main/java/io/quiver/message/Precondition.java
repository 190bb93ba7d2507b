package io.quiver.message;

import io.quiver.core.QuiverException;

/** What has to hold of a row at the moment of a write. */
public sealed interface Precondition {
  /** What JSON numbers can say without loss, and more than a log will ever count. */
  long VERSION_MAX = (1L << 53) - 1;

  Precondition NONE = new None();
  Precondition ABSENT = new Absent();

  /** Nothing. */
  record None() implements Precondition {}

  /** There is no row of this id. */
  record Absent() implements Precondition {}

  /**
   * There is a row, and its last write was given this version.
   *
   * @param version as a read told it, 1 or more
   */
  record AtVersion(long version) implements Precondition {
    public AtVersion {
      if (version < 1 || version > VERSION_MAX) {
        throw QuiverException.invalid("if_version", "1 to " + VERSION_MAX, version);
      }
    }
  }
}

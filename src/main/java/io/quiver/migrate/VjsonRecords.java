package io.quiver.migrate;

import java.io.IOException;

/**
 * Where the records of a metadata file of VJson are, one after another; what stands in them is not
 * looked at. Belongs to one thread.
 */
sealed interface VjsonRecords permits VjsonLines, VjsonArray {
  /** Room for the largest metadata. */
  int RECORD_BYTES_MAX = 8 << 20;

  /**
   * Goes to the next record; false after the last.
   *
   * @throws MalformedFileException if it cannot be said where it ends
   */
  boolean advance() throws IOException;

  /** Records before this one. */
  long index();

  /** The byte where this record begins. */
  long offset();

  /** How many bytes it has. */
  int length();

  /** The line or element it stands in, for people. */
  String place();

  /** Whether the file ends with this record as if in the middle of writing. */
  boolean mayBeTorn();
}

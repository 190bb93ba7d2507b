package io.quiver.wal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.UUID;

/** Receives the records of a replay in the order of their sequence numbers. */
@FunctionalInterface
public interface RecordHandler {
  /**
   * One record.
   *
   * @param payload valid during the call only
   */
  void onRecord(long lsn, UUID collection, MemorySegment payload) throws IOException;
}

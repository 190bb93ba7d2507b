package io.quiver.message;

import io.quiver.core.ErrorCode;
import io.quiver.core.VectorId;
import java.util.List;

/**
 * The rows are as durable as was asked and visible to every search.
 *
 * @param lsn the write's log sequence number; 0 when no row was written
 * @param written how many rows were written
 * @param refused the rows that were not, only with {@link OnError#CONTINUE}; by index in the batch
 */
public record WriteAck(long lsn, int written, List<Refused> refused) implements Reply {
  public WriteAck {
    refused = List.copyOf(refused);
  }

  /** One row that was not written, and why. */
  public record Refused(int index, VectorId id, ErrorCode code, String message) {}
}

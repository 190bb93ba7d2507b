package io.quiver.message;

import java.util.List;

/**
 * What became of a write with conditions; what was done is as durable as was asked and visible.
 *
 * @param lsn the write's log sequence number; 0 when nothing was changed
 * @param version of all rows that were written; 0 when nothing was changed
 * @param rows how many rows were written, or deleted
 * @param refused the rows that were not, only with {@link OnError#CONTINUE}; by index in the batch
 */
public record WriteOutcome(long lsn, long version, int rows, List<WriteAck.Refused> refused)
    implements KeyReply {
  public WriteOutcome {
    refused = List.copyOf(refused);
  }
}

package io.quiver.node;

import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.Command;
import io.quiver.message.DeleteRows;
import io.quiver.message.PutRows;
import io.quiver.message.Row;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the writes of all collections may hold together while they wait for the log. A collection
 * takes a share before it sends a command to the log and gives it back with the answer, so the
 * mailbox of the log writer is bounded in messages and in bytes.
 *
 * <p>Thread safety: all methods, from any thread.
 */
final class WriteBudget {
  static final int WRITES_MAX = 16_384;

  /** Enough for a few of the largest writes there can be. */
  static final long BYTES_MAX = 4L * Limits.BODY_BYTES_MAX;

  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Takes the share of one write.
   *
   * @throws QuiverException OVERLOADED if the log has too much to do; then nothing was taken
   */
  void take(long writeBytes) {
    if (writes.incrementAndGet() > WRITES_MAX) {
      writes.decrementAndGet();
      throw overloaded("writes", WRITES_MAX);
    }
    if (bytes.addAndGet(writeBytes) > BYTES_MAX) {
      give(writeBytes);
      throw overloaded("bytes", BYTES_MAX);
    }
  }

  void give(long writeBytes) {
    writes.decrementAndGet();
    bytes.addAndGet(-writeBytes);
  }

  /** Writes that wait for the log at this moment. */
  long writesWaiting() {
    return writes.get();
  }

  /** About the bytes of a command in the log. */
  static long bytesOf(Command command) {
    long sum = 0;
    switch (command) {
      case PutRows put -> {
        for (Row row : put.rows()) {
          sum += row.vector().dimension() * 4L + row.metadata().bytes() + row.id().value().length();
        }
      }
      case DeleteRows delete -> {
        for (VectorId id : delete.ids()) {
          sum += id.value().length();
        }
      }
    }
    return sum;
  }

  private static QuiverException overloaded(String what, long most) {
    return new QuiverException(
        ErrorCode.OVERLOADED,
        "the log is behind: " + most + " " + what + " wait for it already",
        Map.of("field", "log_" + what, "expected", "at most " + most));
  }
}

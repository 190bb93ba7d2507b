package io.quiver.node;

import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.ClearRows;
import io.quiver.message.Command;
import io.quiver.message.DeleteRows;
import io.quiver.message.PutRows;
import io.quiver.message.Row;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the writes of all collections may hold together while they wait for the log. A collection
 * takes of it before it sends a command to the log and gives it back with the answer, so the
 * mailbox of the log writer is bounded in messages and in bytes. A collection may hold as many
 * bytes as are left, so one alone gets half of them, and there are always some for the next.
 *
 * <p>Thread safety: all methods, from any thread; a {@link Share} belongs to its collection.
 */
final class WriteBudget {
  static final int WRITES_MAX = 16_384;

  /** Enough for some of the largest writes there can be. */
  static final long BYTES_MAX = 4L * Limits.BODY_BYTES_MAX;

  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /** What one collection holds. Confined to the context of its writer. */
  final class Share {
    private long held;

    private Share() {}

    /**
     * Takes what one write needs.
     *
     * @throws QuiverException OVERLOADED if the log has too much to do; then nothing was taken
     */
    void take(long writeBytes) {
      if (writes.incrementAndGet() > WRITES_MAX) {
        writes.decrementAndGet();
        throw overloaded("writes", WRITES_MAX);
      }
      held += writeBytes;
      if (bytes.addAndGet(writeBytes) + held > BYTES_MAX) {
        give(writeBytes);
        throw overloaded("bytes", BYTES_MAX);
      }
    }

    /** Gives back what a write took. */
    void give(long writeBytes) {
      held -= writeBytes;
      writes.decrementAndGet();
      bytes.addAndGet(-writeBytes);
    }
  }

  /** The share of a collection that holds nothing yet. */
  Share share() {
    return new Share();
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
      case ClearRows clear -> sum += 1;
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

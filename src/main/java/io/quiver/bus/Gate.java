package io.quiver.bus;

import io.quiver.core.Limits;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one collection takes at this moment. Writes: at most so many are on their way, so the
 * mailbox of its writer is bounded. Searches: the node closes the gate when one more search would
 * have to wait too long, and opens it when that is over. A front that looks at it before it reads a
 * request spares the reading: in a flood most requests are read in vain.
 *
 * <p>It may be out of date by the time a search arrives; the node decides again.
 *
 * <p>Thread safety: all methods, from any thread.
 */
public final class Gate {
  private final AtomicInteger turnedAway = new AtomicInteger();
  private final AtomicInteger writes = new AtomicInteger();
  private volatile boolean closed;

  /** Lets searches through, or no more. Only the node decides. */
  public void set(boolean isClosed) {
    if (closed != isClosed) {
      closed = isClosed;
    }
  }

  /** Whether a search would be let in; one that would not is counted as turned away. */
  public boolean lets() {
    if (closed) {
      turnedAway.incrementAndGet();
    }
    return !closed;
  }

  /** Counts a write that is about to be sent; false if there are too many already. */
  boolean enterWrite() {
    if (writes.incrementAndGet() <= Limits.SENT_WRITES_MAX) {
      return true;
    }
    writes.decrementAndGet();
    return false;
  }

  /** A write that entered was answered, or never will be. */
  void leaveWrite() {
    writes.decrementAndGet();
  }

  /** How many it turned away since the last call. */
  public int takeTurnedAway() {
    return turnedAway.getAndSet(0);
  }
}

package io.quiver.bus;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether the searches of one collection are turned away at this moment. The node closes it when
 * one more search would have to wait too long, and opens it when that is over. A front that looks
 * at it before it reads a request spares the reading: in a flood most requests are read in vain.
 *
 * <p>It may be out of date by the time a search arrives; the node decides again.
 *
 * <p>Thread safety: all methods, from any thread.
 */
public final class Gate {
  private final AtomicInteger turnedAway = new AtomicInteger();
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

  /** How many it turned away since the last call. */
  public int takeTurnedAway() {
    return turnedAway.getAndSet(0);
  }
}

package io.quiver.front.rest;

import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all instances of one deployment hold together: open connections and bytes of bodies and
 * answers in memory.
 *
 * <p>Thread safety: shared by every event loop; each figure is one atomic.
 *
 * <p>Invariants: what was taken is given back exactly once by the taker; neither figure is
 * negative.
 */
final class EdgeLoad implements Shareable {
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final long bytesMax;

  EdgeLoad(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Counts one more connection; returns how many there are now. */
  int connect() {
    return connections.incrementAndGet();
  }

  void disconnect() {
    connections.decrementAndGet();
  }

  /** Whether this many bytes more would fit at this moment. */
  boolean hasRoom(long more) {
    return bytes.get() + more <= bytesMax;
  }

  /** Takes the bytes if they fit. */
  boolean tryTake(long more) {
    if (bytes.addAndGet(more) <= bytesMax) {
      return true;
    }
    bytes.addAndGet(-more);
    return false;
  }

  /** Takes the bytes although they may not fit: for answers, whose work is already done. */
  void take(long more) {
    bytes.addAndGet(more);
  }

  void giveBack(long less) {
    bytes.addAndGet(-less);
  }
}

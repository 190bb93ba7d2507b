package io.quiver.quant;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory all codes of a process may take together: whoever asks for more goes without, and
 * searches rows instead.
 *
 * <p>Thread safety: any thread.
 */
public final class CodeMemory {
  private final long bytesMax;
  private final AtomicLong used = new AtomicLong();

  /** At most {@code bytesMax} bytes, 0 = none. */
  public CodeMemory(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  public long usedBytes() {
    return used.get();
  }

  boolean tryReserve(long bytes) {
    long before = used.get();
    while (before + bytes <= bytesMax) {
      long seen = used.compareAndExchange(before, before + bytes);
      if (seen == before) {
        return true;
      }
      before = seen;
    }
    return false;
  }

  void release(long bytes) {
    used.addAndGet(-bytes);
  }
}

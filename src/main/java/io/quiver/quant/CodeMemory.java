package io.quiver.quant;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory all codes of a process may take together: whoever asks for more goes without, and
 * searches rows instead.
 *
 * <p>Thread safety: any thread.
 */
public final class CodeMemory {
  private final Optional<CodeMemory> whole;
  private final long bytesMax;
  private final AtomicLong used = new AtomicLong();

  /** At most {@code bytesMax} bytes, 0 = none. */
  public CodeMemory(long bytesMax) {
    this(Optional.empty(), bytesMax);
  }

  private CodeMemory(Optional<CodeMemory> whole, long bytesMax) {
    this.whole = whole;
    this.bytesMax = bytesMax;
  }

  /** Memory that counts here, but may only grow to a part of what there is. */
  public CodeMemory part(int divisor) {
    return new CodeMemory(Optional.of(this), bytesMax / divisor);
  }

  public long usedBytes() {
    return used.get();
  }

  boolean tryReserve(long bytes) {
    if (!tryCount(bytes)) {
      return false;
    }
    if (whole.isPresent() && !whole.get().tryReserve(bytes)) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  private boolean tryCount(long bytes) {
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
    whole.ifPresent(memory -> memory.release(bytes));
  }
}

package io.quiver.collection;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that indexes of fields may take, all of them together. What does not fit is not indexed:
 * filters read those rows. Thread-safe.
 */
final class FieldMemory {
  private static final System.Logger LOG = System.getLogger(FieldMemory.class.getName());

  private final long bytesMax;
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean isTold;

  FieldMemory(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** An index takes so much more, or less. */
  void add(long more) {
    bytes.addAndGet(more);
  }

  boolean isFull() {
    boolean isFull = bytes.get() > bytesMax;
    if (isFull && !isTold) {
      isTold = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "indexes of metadata take {0} bytes, a quarter of the heap: filters read further rows",
          bytes.get());
    }
    return isFull;
  }
}

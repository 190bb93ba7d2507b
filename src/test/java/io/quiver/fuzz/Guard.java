package io.quiver.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Runs inputs within bounds: no input of a few KiB may take a second or much memory. */
final class Guard {
  private static final long CPU_NANOS_MAX = 1_000_000_000L;

  /** Buffers of fixed size included; so a length that is believed before it is checked shows. */
  private static final long ALLOCATED_BYTES_MAX = 32L << 20;

  private static final int ATTEMPTS = 3;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FuzzTarget target;

  Guard(FuzzTarget target) {
    this.target = target;
  }

  /**
   * Runs one input. The time is the thread's own, so that a busy machine does not count; an input
   * over a bound is run again, because the first one pays for loading classes.
   */
  void run(byte[] input) throws IOException {
    String measured = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long cpuBefore = THREADS.getCurrentThreadCpuTime();
      long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
      target.run(input.clone());
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
      long cpu = THREADS.getCurrentThreadCpuTime() - cpuBefore;
      if (cpu <= CPU_NANOS_MAX && allocated <= ALLOCATED_BYTES_MAX) {
        return;
      }
      measured = "%d ms of CPU time, %d bytes allocated".formatted(cpu / 1_000_000, allocated);
    }
    throw new AssertionError(
        "%d input bytes: want at most %d ms, %d bytes, got %s"
            .formatted(input.length, CPU_NANOS_MAX / 1_000_000, ALLOCATED_BYTES_MAX, measured));
  }
}

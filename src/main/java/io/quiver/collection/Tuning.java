package io.quiver.collection;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * From which sizes on background work pays, and what it may cost.
 *
 * @param graphRowsMin below this many rows a scan is faster than a graph, so none is built
 * @param deadRowsMin a shard is not rewritten for fewer dead rows than this; above, when one of
 *     {@link #DEAD_SHARE_BUSY} is dead
 * @param codeBytesMax memory for the codes of all collections together; 0 = no codes
 */
public record Tuning(int graphRowsMin, int deadRowsMin, long codeBytesMax) {
  /** While writes come, copying less often is worth more disk. */
  public static final int DEAD_SHARE_BUSY = 3;

  /** When they stopped, one dead row of so many is let lie. */
  public static final int DEAD_SHARE_QUIET = 8;

  public static final Tuning DEFAULT = new Tuning(1_000, 1_000);

  /** Codes may take a quarter of the memory there is. */
  public Tuning(int graphRowsMin, int deadRowsMin) {
    this(graphRowsMin, deadRowsMin, memoryBytes() / 4);
  }

  /** With codes that may take so many percent of the machine's memory, or the container's. */
  public Tuning withCodePercent(int percent) {
    return new Tuning(graphRowsMin, deadRowsMin, memoryBytes() / 100 * percent);
  }

  private static long memoryBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}

package io.quiver.testkit;

import com.sun.management.ThreadMXBean;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Watches the event loops of a Vert.x instance: how much processor time each spends between two
 * looks at its queue. A task that comes to the queue waits at least that long. Time in which a loop
 * has no processor, because the machine or the JVM is busy, does not count; so a noisy machine
 * changes nothing.
 *
 * <p>Thread safety: each probe belongs to its loop; what others read is volatile.
 */
public final class LoopWatch implements AutoCloseable {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long EVERY_MILLIS = 2;
  private static final long SUSPICIOUS_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final List<Probe> probes = new ArrayList<>();
  private final Thread witness = new Thread(this::witness, "loop-witness");
  private volatile boolean over;

  /** The longest that a loop did not look at its queue, and what it did meanwhile. */
  public record Longest(double millis, String doing) {
    @Override
    public String toString() {
      return "%.0f ms of processor time in: %s".formatted(millis, doing);
    }
  }

  public LoopWatch(Vertx vertx) {
    for (EventExecutor loop : ((VertxInternal) vertx).eventLoopGroup()) {
      Probe probe = new Probe(loop);
      probes.add(probe);
      loop.execute(probe);
    }
    witness.setDaemon(true);
    witness.start();
  }

  /** The longest of all loops since the last call. */
  public Longest longest() {
    Longest longest = new Longest(0, "nothing");
    for (Probe probe : probes) {
      Longest one = probe.takeLongest();
      longest = one.millis() > longest.millis() ? one : longest;
    }
    return longest;
  }

  @Override
  public void close() {
    over = true;
    witness.interrupt();
  }

  /** Looks what a loop does that has not come round for long. */
  private void witness() {
    try {
      while (!over) {
        TimeUnit.MILLISECONDS.sleep(10);
        probes.forEach(Probe::look);
      }
    } catch (InterruptedException closed) {
      // As it should be.
    }
  }

  private final class Probe implements Runnable {
    private final EventExecutor loop;
    private volatile Thread thread;
    private volatile long lastNanos;
    private volatile String seen = "";
    private volatile Longest longest = new Longest(0, "nothing");

    Probe(EventExecutor loop) {
      this.loop = loop;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // of the next look
    public void run() {
      if (thread == null) {
        thread = Thread.currentThread();
        lastNanos = THREADS.getCurrentThreadCpuTime();
      }
      long now = THREADS.getCurrentThreadCpuTime();
      double millis = (now - lastNanos) / 1e6;
      if (millis > longest.millis()) {
        longest = new Longest(millis, seen);
      }
      seen = "";
      lastNanos = now;
      if (!over) {
        loop.schedule(this, EVERY_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private void look() {
      long last = lastNanos;
      if (thread != null && THREADS.getThreadCpuTime(thread.threadId()) - last > SUSPICIOUS_NANOS) {
        StringBuilder frames = new StringBuilder();
        for (StackTraceElement frame : thread.getStackTrace()) {
          frames.append("\n    ").append(frame);
        }
        if (last == lastNanos) {
          seen = frames.toString();
        }
      }
    }

    private Longest takeLongest() {
      Longest was = longest;
      longest = new Longest(0, "nothing");
      return was;
    }
  }
}

package io.quiver.testkit;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/**
 * Runs virtual threads one at a time, on the calling thread, in an order that a seed decides. A
 * thread goes on until it waits (for a lock, a semaphore, a queue: the code's own) or offers its
 * turn with {@link Thread#yield}; then the seed says who is next. So one seed is one interleaving,
 * which can be had again; a deadlock is seen at once, and nothing sleeps.
 *
 * <p>Monitors work as long as nobody has to wait for one: the JDK wakes who waits for a monitor
 * from a thread of its own. Waiting with a timeout is real time and not for this.
 *
 * <p>Uses the constructor by which the JDK's own tests give virtual threads a scheduler, so it
 * needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 *
 * <p>Thread safety: {@code start} and {@code run} on one thread, or inside the threads it runs.
 */
public final class SeededScheduler {
  private static final Constructor<?> BUILDER = builder();
  private static final long STEPS_MAX = 200_000;

  /** What a thread does. */
  @FunctionalInterface
  public interface Body {
    void run() throws Exception;
  }

  private final SplittableRandom random;
  private final Thread.Builder.OfVirtual threads;
  private final List<Runnable> ready = new ArrayList<>();
  private final Map<Runnable, Thread> known = new HashMap<>();
  private final Map<Thread, Integer> speeds = new HashMap<>();
  private final List<Thread> alive = new ArrayList<>();
  private Optional<Thread> starting = Optional.empty();
  private Optional<Throwable> failure = Optional.empty();
  private boolean isStopping;
  private long steps;
  private long trace;

  public SeededScheduler(long seed) {
    random = new SplittableRandom(seed);
    try {
      threads = (Thread.Builder.OfVirtual) BUILDER.newInstance((Executor) this::isReady);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Constructor<?> builder() {
    try {
      Constructor<?> builder =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
      builder.setAccessible(true);
      return builder;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "needs JDK 25 and --add-opens java.base/java.lang=ALL-UNNAMED", e);
    }
  }

  /** Adds a thread; it runs in {@link #run}. Some threads are faster than others, by seed. */
  public Thread start(String name, Body body) {
    Thread thread = threads.name(name).unstarted(() -> runToEnd(body));
    alive.add(thread);
    speeds.put(thread, 1 << random.nextInt(4));
    starting = Optional.of(thread);
    thread.start();
    return thread;
  }

  private void runToEnd(Body body) {
    try {
      body.run();
    } catch (SimulatedCrash e) {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // By stop().
    } catch (Throwable e) {
      failure = failure.or(() -> Optional.of(e));
      stop();
    } finally {
      alive.remove(Thread.currentThread());
    }
  }

  private void isReady(Runnable thread) {
    if (!known.containsKey(thread)) {
      known.put(thread, starting.orElseThrow());
      starting = Optional.empty();
    }
    ready.add(thread);
  }

  /** Gives the turn to whoever the seed says, a few times. Inside one of the threads. */
  @SuppressWarnings("ThreadPriorityCheck") // This is the thread scheduler.
  public static void pause(int turns) {
    for (int turn = 0; turn < turns; turn++) {
      Thread.yield();
    }
  }

  /** How often a thread was given its turn. */
  public long steps() {
    return steps;
  }

  /** A hash of whose turn it was each time. */
  public long trace() {
    return trace;
  }

  /** Whoever waits for a message waits no longer, and who works in a loop sees that it is over. */
  public void stop() {
    isStopping = true;
    List.copyOf(alive).forEach(Thread::interrupt);
  }

  /** Whether all was done, or the machine crashed. */
  public boolean isStopping() {
    return isStopping;
  }

  /**
   * Runs until all threads have ended: by themselves, or because one of them met {@link #stop}, a
   * crash or a failure.
   *
   * @throws AssertionError if all that are left wait for each other
   * @throws Throwable what the first thread to fail failed with
   */
  public void run() throws Throwable {
    runReady();
    if (failure.isPresent()) {
      throw failure.get();
    }
    if (!alive.isEmpty()) {
      throw new AssertionError("all wait: " + waiting());
    }
  }

  private void runReady() {
    while (!ready.isEmpty()) {
      if (steps == STEPS_MAX) {
        throw new AssertionError("no end after " + steps + " steps: " + waiting());
      }
      int index = chosen();
      Runnable next = ready.set(index, ready.getLast());
      ready.removeLast();
      steps++;
      trace = trace * 31 + known.get(next).getName().hashCode();
      next.run();
    }
  }

  private int chosen() {
    int sum = 0;
    for (Runnable each : ready) {
      sum += speeds.get(known.get(each));
    }
    int left = random.nextInt(sum);
    int index = 0;
    while (left >= speeds.get(known.get(ready.get(index)))) {
      left -= speeds.get(known.get(ready.get(index)));
      index++;
    }
    return index;
  }

  private String waiting() {
    StringBuilder text = new StringBuilder();
    for (Thread thread : alive) {
      text.append('\n').append(thread.getName());
      for (StackTraceElement frame : thread.getStackTrace()) {
        text.append("\n    ").append(frame);
      }
    }
    return text.toString();
  }
}

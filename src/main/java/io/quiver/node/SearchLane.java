package io.quiver.node;

import io.quiver.bus.Gate;
import io.quiver.core.Deadline;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What waits for the search pool of one collection, in the order of its arrival, and what the
 * collection has had of the pool so far.
 *
 * <p>Thread safety: every method only under the lock of the {@link SearchPool}.
 */
final class SearchLane {
  /** A new measurement counts a sixteenth, so one odd search changes little. */
  private static final int SMOOTHING_SHIFT = 4;

  private static final long ESTIMATE_NANOS_MIN = 1_000;
  private static final long PURGE_NANOS = 5_000_000;

  /** What a task does when its turn comes. */
  @FunctionalInterface
  interface Job {
    /**
     * Works and answers; only answers if nobody waits for the work any more.
     *
     * @param awaited whether somebody does
     */
    void run(boolean awaited);
  }

  /** One request that waits, or runs. */
  record Task(Deadline deadline, long estimateNanos, Job job) {}

  final String name;
  private final Gate gate;
  private final Admission admission = new Admission();
  private final ArrayDeque<Task> waiting = new ArrayDeque<>(1);

  /** Pool time that the collection has had, on the pool's common scale. */
  private long servedNanos;

  private long serviceNanos;
  private long purgedAt = System.nanoTime();

  /**
   * A lane in which nothing waits.
   *
   * @param gate closed while a search that comes would be turned away
   */
  SearchLane(String name, Gate gate) {
    this.name = name;
    this.gate = gate;
  }

  int size() {
    return waiting.size();
  }

  long servedNanos() {
    return servedNanos;
  }

  /** What a search took of late, and so what one that waits will take. */
  long estimateNanos() {
    return Math.max(serviceNanos, ESTIMATE_NANOS_MIN);
  }

  /** What all that waits will take. */
  long waitingNanos() {
    return waiting.size() * estimateNanos();
  }

  boolean isFlooded() {
    return admission.isFlood();
  }

  /** Comes back to work: what it did not use while it was away is not saved up. */
  void enter(long clockNanos) {
    servedNanos = Math.max(servedNanos, clockNanos);
  }

  boolean admits(long waitNanos, long nowNanos) {
    admission.turnedAway(gate.takeTurnedAway());
    return admission.admits(waitNanos, estimateNanos(), nowNanos);
  }

  /**
   * Closes the gate if a search would be turned away now, and opens it if not. It is open whenever
   * nothing waits, so that somebody comes through and the flood can end.
   *
   * @param waitNanos what the next search would have to wait
   */
  void setGate(long waitNanos) {
    gate.set(!waiting.isEmpty() && admission.isFloodFor(waitNanos, estimateNanos()));
  }

  void add(Task task) {
    waiting.add(task);
  }

  /** The next task; its estimate counts as served until it is known what it took. */
  Task take() {
    Task task = waiting.remove();
    servedNanos += task.estimateNanos();
    return task;
  }

  /** A task that {@link #take} gave has ended; one that was dropped tells nothing of others. */
  void served(Task task, long tookNanos, boolean ran) {
    servedNanos += tookNanos - task.estimateNanos();
    if (!ran) {
      return;
    }
    serviceNanos =
        serviceNanos == 0
            ? tookNanos
            : serviceNanos + ((tookNanos - serviceNanos) >> SMOOTHING_SHIFT);
  }

  /** Takes out the tasks for which nobody waits any more; does nothing if it just did. */
  List<Task> purge(long nowNanos) {
    List<Task> dead = new ArrayList<>();
    if (nowNanos - purgedAt >= PURGE_NANOS) {
      purgedAt = nowNanos;
      for (Iterator<Task> each = waiting.iterator(); each.hasNext(); ) {
        Task task = each.next();
        if (task.deadline().passed()) {
          each.remove();
          dead.add(task);
        }
      }
    }
    return dead;
  }

  QuiverException overloaded() {
    return new QuiverException(
        ErrorCode.OVERLOADED, name + ": " + waiting.size() + " searches wait for a thread already");
  }
}

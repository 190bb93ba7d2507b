package io.quiver.node;

import io.quiver.bus.Gate;
import io.quiver.bus.Replies;
import io.quiver.core.Deadline;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.message.Message;
import io.quiver.message.Reply;
import io.quiver.node.SearchLane.Job;
import io.quiver.node.SearchLane.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform threads that search, and what waits for them, in a lane for each collection. (Not
 * virtual threads: a page fault in mapped memory holds the carrier.) A free thread serves the lane
 * that has had the least of the threads' time, so a collection that is flooded, or whose searches
 * are long, leaves the others their share.
 *
 * <p>A request is turned away at once, as OVERLOADED, when its lane is longer than there are places
 * left in the pool, or when it would wait too long ({@link Admission}). What was let in is served,
 * unless nobody waits for it any more when its turn comes.
 *
 * <p>Thread safety: all methods, from any thread. The lock is held for a few hundred nanoseconds,
 * never while a search runs or an answer is sent.
 *
 * <p>Invariants: {@code waiting} is the sum of the lanes' sizes; {@code lanes} holds those that are
 * not empty, each once.
 */
final class SearchPool {
  private static final Logger LOG = LoggerFactory.getLogger(SearchPool.class);
  private static final long CLOSE_MILLIS_MAX = 30_000;

  /** A task on a thread. */
  private record Turn(SearchLane lane, Task task) {}

  private final LongSupplier clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final List<SearchLane> lanes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private long waitingNanos;
  private long clockNanos;
  private int waiting;
  private int busy;
  private boolean closed;

  SearchPool(int threadCount) {
    this(threadCount, System::nanoTime);
  }

  /** With another clock, by which searches take their time. */
  SearchPool(int threadCount, LongSupplier clock) {
    this.clock = clock;
    ThreadFactory factory = Thread.ofPlatform().name("quiver-search-", 0).daemon(true).factory();
    for (int i = 0; i < threadCount; i++) {
      Thread thread = factory.newThread(this::serve);
      threads.add(thread);
      thread.start();
    }
  }

  /**
   * Has a thread do the work and answer with what it returns, or with the failure it ends in; or
   * turns the request away.
   *
   * @param deadline its ticket is asked whether another part of the request was let in
   * @param answer called exactly once, on the calling thread or one of the pool
   */
  void answer(
      SearchLane lane,
      Deadline deadline,
      Callable<? extends Reply> work,
      Consumer<Message> answer) {
    Job job =
        awaited -> answer.accept(awaited ? outcome(work) : Replies.failure(deadline.exceeded()));
    List<Task> dead = List.of();
    Optional<QuiverException> refusal = Optional.empty();
    lock.lock();
    try {
      long nowNanos = clock.getAsLong();
      boolean admitted = admits(lane, deadline, nowNanos);
      if (!admitted) {
        dead = purge(lane, nowNanos);
        admitted = !dead.isEmpty() && admits(lane, deadline, nowNanos);
      }
      if (admitted) {
        enqueue(lane, new Task(deadline, lane.estimateNanos(), job));
      } else {
        refusal = Optional.of(closed ? stopping() : lane.overloaded());
      }
    } finally {
      lock.unlock();
    }
    if (refusal.isEmpty()) {
      deadline.ticket().admit();
    } else {
      answer.accept(Replies.failure(refusal.get()));
    }
    dead.forEach(task -> task.job().run(false));
  }

  /** Runs something of the node's own, whatever waits already. */
  void execute(Runnable work) {
    SearchLane own = new SearchLane("self-test", new Gate());
    lock.lock();
    try {
      enqueue(own, new Task(Deadline.NEVER, own.estimateNanos(), awaited -> work.run()));
    } finally {
      lock.unlock();
    }
  }

  int threadCount() {
    return threads.size();
  }

  int busy() {
    lock.lock();
    try {
      return busy;
    } finally {
      lock.unlock();
    }
  }

  int queued() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no more work and waits for what it has. Threads are never interrupted: one that is in a
   * file would close it.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   * @throws IllegalStateException if the work does not end
   */
  void close() throws InterruptedException {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS_MAX);
    for (Thread thread : threads) {
      thread.join(Math.max(1, (endNanos - System.nanoTime()) / 1_000_000));
      if (thread.isAlive()) {
        throw new IllegalStateException(
            "quiver-search: after a long wait " + busy() + " run and " + queued() + " wait");
      }
    }
  }

  private boolean admits(SearchLane lane, Deadline deadline, long nowNanos) {
    if (closed || waiting + lane.size() >= Limits.QUEUED_SEARCHES_MAX) {
      return false;
    }
    return deadline.ticket().isAdmitted() || lane.admits(expectedWaitNanos(lane), nowNanos);
  }

  /** When a new search of the lane would be served, if every waiting lane gets its share. */
  private long expectedWaitNanos(SearchLane lane) {
    int sharers = lanes.size() + (lane.size() == 0 ? 1 : 0);
    long inTurn = lane.waitingNanos() * sharers;
    return (Math.min(inTurn, waitingNanos) + lane.estimateNanos()) / threads.size();
  }

  private void enqueue(SearchLane lane, Task task) {
    if (lane.size() == 0) {
      lane.enter(clockNanos);
      lanes.add(lane);
    }
    lane.add(task);
    waiting++;
    waitingNanos += task.estimateNanos();
    lane.setGate(expectedWaitNanos(lane));
    arrived.signal();
  }

  private List<Task> purge(SearchLane lane, long nowNanos) {
    List<Task> dead = lane.purge(nowNanos);
    for (Task task : dead) {
      forget(task);
    }
    if (!dead.isEmpty() && lane.size() == 0) {
      lanes.remove(lane);
    }
    lane.setGate(expectedWaitNanos(lane));
    return dead;
  }

  private void forget(Task task) {
    waiting--;
    waitingNanos -= task.estimateNanos();
  }

  /** What each thread does until the pool is closed and nothing waits. */
  private void serve() {
    for (Optional<Turn> turn = take(); turn.isPresent(); turn = take()) {
      long startNanos = clock.getAsLong();
      boolean ran = run(turn.get().task());
      end(turn.get(), clock.getAsLong() - startNanos, ran);
    }
  }

  /** The next task, waited for; none when the pool is closed and nothing waits. */
  private Optional<Turn> take() {
    lock.lock();
    try {
      if (!awaitWork()) {
        return Optional.empty();
      }
      SearchLane lane = leastServed();
      clockNanos = lane.servedNanos();
      Task task = lane.take();
      forget(task);
      if (lane.size() == 0) {
        lanes.remove(lane);
      }
      lane.setGate(expectedWaitNanos(lane));
      busy++;
      return Optional.of(new Turn(lane, task));
    } finally {
      lock.unlock();
    }
  }

  private void end(Turn turn, long tookNanos, boolean ran) {
    lock.lock();
    try {
      busy--;
      turn.lane().served(turn.task(), tookNanos, ran);
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitWork() {
    while (waiting == 0) {
      if (closed) {
        return false;
      }
      arrived.awaitUninterruptibly();
    }
    return true;
  }

  /** A scan: lanes that wait are few, and never more than there are places. */
  private SearchLane leastServed() {
    SearchLane least = lanes.getFirst();
    for (int i = 1; i < lanes.size(); i++) {
      if (lanes.get(i).servedNanos() < least.servedNanos()) {
        least = lanes.get(i);
      }
    }
    return least;
  }

  /** A thread outlives whatever sending an answer may throw. */
  private static boolean run(Task task) {
    boolean awaited = !task.deadline().passed();
    try {
      task.job().run(awaited);
    } catch (Throwable e) {
      LOG.error("an answer could not be sent", e);
    }
    return awaited;
  }

  private static Message outcome(Callable<? extends Reply> work) {
    try {
      return work.call();
    } catch (Throwable e) {
      return Replies.failure(e);
    }
  }

  private static QuiverException stopping() {
    return new QuiverException(ErrorCode.UNAVAILABLE, "the node is stopping");
  }
}

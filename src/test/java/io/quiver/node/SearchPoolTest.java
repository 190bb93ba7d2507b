package io.quiver.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.bus.Gate;
import io.quiver.core.Deadline;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.Ticket;
import io.quiver.message.Failure;
import io.quiver.message.Message;
import io.quiver.message.SearchHits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A pool of one thread whose first task holds it until the test lets it go on. By its clock a
 * search takes as long as it is told to and a microsecond more, and nothing else takes any time.
 */
class SearchPoolTest {
  private static final SearchHits NOTHING = new SearchHits(List.of(), List.of());

  private final AtomicLong nanos = new AtomicLong(System.nanoTime());
  private final SearchPool pool = new SearchPool(1, nanos::get);
  private final Gate gate = new Gate();
  private final SearchLane flooded = new SearchLane("flooded", gate);
  private final SearchLane quiet = new SearchLane("quiet", new Gate());
  private final Semaphore mayGoOn = new Semaphore(0);
  private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();
  private final List<ErrorCode> refusals = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger answers = new AtomicInteger();

  @BeforeEach
  void holdTheThread() throws InterruptedException {
    CountDownLatch holds = new CountDownLatch(1);
    pool.execute(() -> {
      holds.countDown();
      mayGoOn.acquireUninterruptibly();
    });
    assertThat(holds.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @AfterEach
  void close() throws InterruptedException {
    mayGoOn.release(1_000_000);
    pool.close();
  }

  @Test
  void aFloodOfOneCollectionLetsEachOtherCollectionHaveItsTurn() throws InterruptedException {
    IntStream.range(0, 500).forEach(i -> ask(flooded, "flood", 0));
    IntStream.range(0, 5).forEach(i -> ask(quiet, "quiet", 0));
    mayGoOn.release();
    List<String> order = take(505);
    assertThat(order.lastIndexOf("quiet")).as("place of the last quiet search").isLessThan(100);
  }

  /** A long search takes as much time as twenty short ones: time is shared, not turns. */
  @Test
  void aCollectionWithLongSearchesDoesNotTakeTheTimeOfOthers() throws InterruptedException {
    learn(flooded, 20);
    learn(quiet, 1);
    IntStream.range(0, 4).forEach(i -> ask(flooded, "long", 20));
    IntStream.range(0, 40).forEach(i -> ask(quiet, "short", 1));
    mayGoOn.release();
    Map<String, Integer> first = count(take(25));
    assertThat(first.getOrDefault("short", 0)).as("of the first 25").isGreaterThan(18);
    assertThat(first.getOrDefault("long", 0)).isPositive();
    take(19);
  }

  @Test
  void aLaneMayHoldAsManyAsThereArePlacesLeft() throws InterruptedException {
    int asked = 2 * Limits.QUEUED_SEARCHES_MAX;
    IntStream.range(0, asked).forEach(i -> ask(flooded, "flood", 0));
    assertThat(pool.queued()).isEqualTo(Limits.QUEUED_SEARCHES_MAX / 2);
    assertThat(refusals).hasSize(asked - pool.queued()).containsOnly(ErrorCode.OVERLOADED);
    refusals.clear();
    IntStream.range(0, asked).forEach(i -> ask(quiet, "quiet", 0));
    assertThat(pool.queued()).isEqualTo(Limits.QUEUED_SEARCHES_MAX * 3 / 4);
    ask(new SearchLane("third", new Gate()), "third", 0);
    assertThat(refusals).hasSize(asked - Limits.QUEUED_SEARCHES_MAX / 4);
    mayGoOn.release();
    take(Limits.QUEUED_SEARCHES_MAX * 3 / 4 + 1);
  }

  @Test
  void whoWouldWaitTooLongIsTurnedAwayAndOthersAreNot() throws InterruptedException {
    learn(flooded, 30);
    for (int i = 0; i < 100; i++) {
      ask(flooded, "flood", 0);
    }
    assertThat(pool.queued()).as("of 30 ms each").isBetween(2, 6);
    int refused = refusals.size();
    assertThat(refused).isEqualTo(100 - pool.queued());
    assertThat(flooded.isFlooded()).isTrue();
    ask(quiet, "quiet", 0);
    assertThat(refusals).hasSize(refused);
  }

  /** So that a front need not read what would be turned away. */
  @Test
  void theGateIsClosedFromTheFirstRefusalUntilNothingWaits() throws InterruptedException {
    learn(flooded, 30);
    while (refusals.isEmpty()) {
      assertThat(gate.lets()).isTrue();
      ask(flooded, "flood", 0);
    }
    assertThat(gate.lets()).isFalse();
    int waiting = pool.queued();
    mayGoOn.release();
    take(waiting);
    assertThat(gate.lets()).isTrue();
  }

  @Test
  void theRestOfARequestThatWasLetInIsNotTurnedAway() throws InterruptedException {
    learn(flooded, 30);
    Ticket ticket = new Ticket();
    for (int i = 0; i < 100; i++) {
      ask(flooded, "batch", 0, new Deadline(Long.MAX_VALUE, ticket));
    }
    assertThat(refusals).isEmpty();
    assertThat(pool.queued()).isEqualTo(100);
  }

  @Test
  void whatNobodyWaitsForIsDroppedWithoutBeingRun() throws InterruptedException {
    Ticket gone = new Ticket();
    IntStream.range(0, 100)
        .forEach(i -> ask(flooded, "gone", 0, new Deadline(Long.MAX_VALUE, gone)));
    ask(flooded, "late", 0, new Deadline(System.nanoTime(), new Ticket()));
    ask(flooded, "awaited", 0);
    gone.cancel();
    mayGoOn.release();
    assertThat(take(1)).containsExactly("awaited");
    assertThat(refusals).hasSize(101).containsOnly(ErrorCode.DEADLINE_EXCEEDED);
  }

  /** Clients that ask and go away do not keep others out: their places are free at once. */
  @Test
  void placesOfThoseWhoWentAwayAreGivenToOthers() throws InterruptedException {
    Ticket gone = new Ticket();
    for (int i = 0; i < Limits.QUEUED_SEARCHES_MAX; i++) {
      ask(flooded, "gone", 0, new Deadline(Long.MAX_VALUE, gone));
    }
    refusals.clear();
    gone.cancel();
    nanos.addAndGet(TimeUnit.HOURS.toNanos(1)); // Dead ones are looked for now and then only.
    ask(flooded, "awaited", 0);
    assertThat(pool.queued()).isEqualTo(1);
    assertThat(refusals).containsOnly(ErrorCode.DEADLINE_EXCEEDED);
    mayGoOn.release();
    assertThat(take(1)).containsExactly("awaited");
  }

  @Test
  void aCloseServesWhatWasLetInAndTurnsTheRestAway() throws InterruptedException {
    IntStream.range(0, 50).forEach(i -> ask(flooded, "flood", 0));
    Thread closing = Thread.ofPlatform().start(this::closeQuietly);
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait(); // until it waits for the thread that is held
    }
    ask(quiet, "late", 0);
    assertThat(refusals).containsOnly(ErrorCode.UNAVAILABLE);
    mayGoOn.release();
    closing.join();
    assertThat(ran).contains("flood");
    assertThat(Collections.frequency(ran, "flood")).isEqualTo(50);
  }

  private void closeQuietly() {
    try {
      pool.close();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Lets the pool see what a search of the lane takes, and holds its thread again. */
  private void learn(SearchLane lane, int millis) throws InterruptedException {
    ask(lane, "first", millis);
    mayGoOn.release();
    take(1);
    holdTheThread();
  }

  private void ask(SearchLane lane, String what, int millis) {
    ask(lane, what, millis, new Deadline(Long.MAX_VALUE, new Ticket()));
  }

  private void ask(SearchLane lane, String what, int millis, Deadline deadline) {
    pool.answer(
        lane,
        deadline,
        () -> {
          nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis) + 1_000);
          ran.add(what);
          return NOTHING;
        },
        this::answered);
  }

  private void answered(Message answer) {
    answers.incrementAndGet();
    if (answer instanceof Failure failure) {
      refusals.add(failure.code());
    }
  }

  private List<String> take(int count) throws InterruptedException {
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String next = ran.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("%d of %d", i, count).isNotNull();
      taken.add(next);
    }
    return taken;
  }

  private static Map<String, Integer> count(List<String> all) {
    Map<String, Integer> counts = new HashMap<>();
    all.forEach(each -> counts.merge(each, 1, Integer::sum));
    return counts;
  }
}

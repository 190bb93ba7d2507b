package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pool against a sorted list of records. */
class CandidatePoolTest {
  private record Entry(float score, int ordinal, boolean dead) {}

  /** Keeps the nearest {@code ef} live ones; the dead leave no trace in the result. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void keepsTheNearestLiveOnes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    CandidatePool pool = new CandidatePool();
    for (int round = 0; round < 50; round++) {
      int ef = 1 + random.nextInt(40);
      double deadShare = random.nextDouble();
      pool.begin(ef);
      List<Entry> all = new ArrayList<>();
      for (int ordinal = 0; ordinal < random.nextInt(300); ordinal++) {
        float score = random.nextInt(5) == 0 ? 0 : (float) random.nextDouble(-10, 10);
        Entry entry = new Entry(score, ordinal, random.nextDouble() < deadShare);
        all.add(entry);
        pool.offer(entry.score, entry.ordinal, entry.dead);
        if (random.nextInt(4) == 0) {
          int taken = pool.next();
          assertThat(taken).isLessThanOrEqualTo(ordinal);
        }
      }
      List<Entry> want =
          all.stream()
              .filter(entry -> !entry.dead)
              .sorted(Comparator.comparing(Entry::score).thenComparing(Entry::ordinal))
              .limit(ef)
              .toList();
      assertThat(pool.finish()).isEqualTo(want.size());
      for (int rank = 0; rank < want.size(); rank++) {
        assertThat(CandidatePool.ordinalOf(pool.keyAt(rank))).isEqualTo(want.get(rank).ordinal);
        assertThat(CandidatePool.scoreOf(pool.keyAt(rank))).isEqualTo(want.get(rank).score);
      }
    }
  }

  /** Bounds that are met on the way are kept to, ties included. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {4, 7, 11})
  void offeringManyIsOfferingOneAfterTheOther(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    CandidatePool one = new CandidatePool();
    CandidatePool many = new CandidatePool();
    one.begin(20);
    many.begin(20);
    for (int hop = 0; hop < 40; hop++) {
      int count = random.nextInt(100);
      int[] ordinals = random.ints(count, 0, 1_000_000).toArray();
      float[] scores = new float[count];
      for (int i = 0; i < count; i++) {
        scores[i] = random.nextInt(-30, 30);
        one.offer(scores[i], ordinals[i], false);
      }
      many.offerLive(ordinals, scores, count);
      assertThat(many.next()).isEqualTo(one.next());
    }
    assertThat(many.finish()).isEqualTo(one.finish()).isEqualTo(20);
    for (int rank = 0; rank < 20; rank++) {
      assertThat(many.keyAt(rank)).isEqualTo(one.keyAt(rank));
    }
  }

  /** Each candidate comes once, and always the nearest that is left. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void nextGivesTheNearestNotYetTaken(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    CandidatePool pool = new CandidatePool();
    pool.begin(1_000);
    List<Entry> waiting = new ArrayList<>();
    for (int step = 0; step < 900; step++) {
      Entry entry = new Entry((float) random.nextGaussian(), step, random.nextBoolean());
      waiting.add(entry);
      pool.offer(entry.score, entry.ordinal, entry.dead);
      if (random.nextInt(3) == 0) {
        waiting.sort(Comparator.comparing(Entry::score).thenComparing(Entry::ordinal));
        assertThat(pool.next()).isEqualTo(waiting.removeFirst().ordinal);
      }
    }
  }

  @Test
  void theLargestOrdinalAndExtremeScoresSurvivePacking() {
    int ordinal = Graph.ORDINALS_MAX - 1;
    for (float score :
        new float[] {0f, -0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -1e-40f}) {
      long key = CandidatePool.key(score, ordinal, true);
      assertThat(CandidatePool.ordinalOf(key)).isEqualTo(ordinal);
      assertThat(CandidatePool.scoreOf(key)).isEqualTo(score);
    }
  }

  @Test
  void soManyDeadThatTheyAreBoundedDropTheFarthest() {
    CandidatePool pool = new CandidatePool();
    pool.begin(2);
    pool.offer(1e9f, 7, false);
    for (int i = 0; i < CandidatePool.DEAD_MAX + 100; i++) {
      pool.offer(i, 10 + i, true);
    }
    assertThat(pool.next()).isEqualTo(10);
    pool.offer(-1, 8, false);
    assertThat(pool.next()).isEqualTo(8);
    assertThat(pool.finish()).isEqualTo(1); // 7 fell out: the caller sees fewer than it asked for.
  }
}

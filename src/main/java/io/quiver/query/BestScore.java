package io.quiver.query;

import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.message.Effort;
import io.quiver.vectors.Scorer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Finds the rows nearest to any of some positive examples, those near negative ones moved back: by
 * {@code p + max(0, p − n)}, where p and n are the distances to the nearest positive and the
 * nearest negative example.
 *
 * <p>A row is never nearer by that than by p. So once each positive example's nearest rows are
 * known up to a distance, no row beyond it can come before one that is within: the rows to look at
 * come from ordinary searches, more of them until that holds, and from a scan when it would cost
 * less. Used once, by one thread.
 */
public final class BestScore {
  private static final int BLOCK_ROWS = 1_024;
  private static final int ROWS_PER_CANDIDATE = 16;

  private final Searchable rows;
  private final Metric metric;
  private final Scorer scorer;
  private final List<float[]> positive;
  private final List<float[]> negative;
  private final TopK best = new TopK();
  private final int[] ordinals = new int[BLOCK_ROWS];
  private final float[] scores = new float[BLOCK_ROWS];
  private final float[] near = new float[BLOCK_ROWS];
  private final float[] far = new float[BLOCK_ROWS];
  private final List<DenseVector> sought;

  /**
   * A search that has yet to be run.
   *
   * @param positive at least one
   */
  public BestScore(Searchable rows, List<DenseVector> positive, List<DenseVector> negative) {
    this.rows = rows;
    this.metric = rows.rows().metric();
    this.scorer = rows.rows().scorer();
    this.sought = positive;
    this.positive = positive.stream().map(DenseVector::toArray).toList();
    this.negative = negative.stream().map(DenseVector::toArray).toList();
  }

  /**
   * Finds the first {@code k} live rows; read them with {@link #ordinal} and {@link #distance}.
   *
   * @return how many were found
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  public int run(int k, int ef, boolean exact, Deadline deadline) {
    int wanted = Math.min(k, rows.live());
    if (wanted == 0) {
      return 0;
    }
    long width = Math.max(wanted, 1);
    boolean found = false;
    while (!exact && !found && rows.indexed() > 0 && isSearchCheaper(Math.max(width, ef))) {
      found = searchAround((int) width, wanted, ef, deadline);
      width *= 4;
    }
    if (!found) {
      scan(wanted, deadline);
    }
    best.sort();
    return best.size();
  }

  public int ordinal(int rank) {
    return best.ordinal(rank);
  }

  /** Under the metric, moved back by what the negative examples are nearer. */
  public float distance(int rank) {
    return best.score(rank);
  }

  private boolean isSearchCheaper(long candidates) {
    return candidates * positive.size() * ROWS_PER_CANDIDATE < rows.live();
  }

  /** Whether no row that was not looked at can come before the last one found. */
  private boolean searchAround(int width, int wanted, int ef, Deadline deadline) {
    SearchSession session = SearchSession.ofThread();
    BitSet candidates = new BitSet(rows.count());
    float seenUpTo = Float.POSITIVE_INFINITY;
    for (DenseVector example : sought) {
      int found = session.run(rows, example, width, ef, false, Effort.DEFAULT, deadline);
      for (int rank = 0; rank < found; rank++) {
        candidates.set(session.ordinal(rank));
      }
      float last = Distances.ofScore(metric, session.score(found - 1));
      seenUpTo = Math.min(seenUpTo, last);
    }
    best.reset(wanted);
    int next = candidates.nextSetBit(0);
    while (next >= 0) {
      int block = 0;
      for (; next >= 0 && block < BLOCK_ROWS; next = candidates.nextSetBit(next + 1)) {
        ordinals[block++] = next;
      }
      offer(block);
      deadline.check();
    }
    return best.size() == wanted && best.worst() <= seenUpTo;
  }

  private void scan(int wanted, Deadline deadline) {
    best.reset(wanted);
    int next = 0;
    while (next < rows.count()) {
      int block = 0;
      for (; next < rows.count() && block < BLOCK_ROWS; next++) {
        if (!rows.dead().contains(next)) {
          ordinals[block++] = next;
        }
      }
      offer(block);
      deadline.check();
    }
  }

  private void offer(int block) {
    nearest(positive, block, near);
    nearest(negative, block, far);
    for (int i = 0; i < block; i++) {
      best.offer(near[i] + Math.max(0, near[i] - far[i]), ordinals[i]);
    }
  }

  /** The distances of the rows in {@code ordinals} to the nearest of the examples. */
  private void nearest(List<float[]> examples, int block, float[] nearest) {
    Arrays.fill(nearest, 0, block, Float.POSITIVE_INFINITY);
    for (float[] example : examples) {
      scorer.target(example);
      scorer.score(ordinals, block, scores);
      for (int i = 0; i < block; i++) {
        nearest[i] = Math.min(nearest[i], scores[i]);
      }
    }
    for (int i = 0; i < block && !examples.isEmpty(); i++) {
      nearest[i] = Distances.ofScore(metric, nearest[i]);
    }
  }
}

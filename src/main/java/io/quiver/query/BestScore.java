package io.quiver.query;

import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.core.OrdinalSet;
import io.quiver.vectors.Scorer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
  private final Searchable rows;
  private final Metric metric;
  private final Scorer scorer;
  private final List<float[]> positive;
  private final List<float[]> negative;
  private final TopK best = new TopK();
  private final RowBlocks blocks = new RowBlocks();
  private final float[] scores = new float[RowBlocks.ROWS_MAX];
  private final float[] near = new float[RowBlocks.ROWS_MAX];
  private final float[] far = new float[RowBlocks.ROWS_MAX];
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
   * @param allowed rows that may be found; empty = all
   * @return how many were found: {@code k}, or all there are
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  public int run(int k, int ef, boolean exact, Optional<OrdinalSet> allowed, Deadline deadline) {
    OrdinalSet matches = rows.living(allowed.orElseGet(() -> OrdinalSet.all(rows.count())));
    int wanted = Math.min(k, matches.count());
    if (wanted == 0) {
      return 0;
    }
    long width = wanted;
    boolean found = false;
    while (!exact && !found && isSearchCheaper(Math.max(width, ef), matches.count())) {
      Nearest around = Nearest.of(sought.getFirst(), (int) width, ef).among(allowed);
      found = searchAround(around, wanted, deadline);
      width *= 4;
    }
    if (!found) {
      best.reset(wanted);
      scan(matches, deadline);
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

  private boolean isSearchCheaper(long candidates, int matches) {
    return rows.isGraphCheaper(candidates * positive.size(), matches);
  }

  /** Whether no row that was not looked at can come before the last one found. */
  private boolean searchAround(Nearest around, int wanted, Deadline deadline) {
    SearchSession session = SearchSession.ofThread();
    long[] candidates = new long[OrdinalSet.wordsOf(rows.count())];
    float seenUpTo = Float.POSITIVE_INFINITY;
    for (DenseVector example : sought) {
      int found = session.run(rows, around.to(example), deadline);
      for (int rank = 0; rank < found; rank++) {
        candidates[session.ordinal(rank) >>> 6] |= 1L << session.ordinal(rank);
      }
      float last = Distances.ofScore(metric, session.score(found - 1));
      seenUpTo = Math.min(seenUpTo, last);
    }
    best.reset(wanted);
    scan(OrdinalSet.owning(candidates, rows.count()), deadline);
    return best.size() == wanted && best.worst() <= seenUpTo;
  }

  private void scan(OrdinalSet set, Deadline deadline) {
    blocks.begin(0);
    for (int block = blocks.gather(set); block > 0; block = blocks.gather(set)) {
      offer(block);
      deadline.check();
    }
  }

  private void offer(int block) {
    int[] ordinals = blocks.ordinals();
    nearest(positive, block, near);
    nearest(negative, block, far);
    for (int i = 0; i < block; i++) {
      best.offer(near[i] + Math.max(0, near[i] - far[i]), ordinals[i]);
    }
  }

  /** The distances of the gathered rows to the nearest of the examples. */
  private void nearest(List<float[]> examples, int block, float[] nearest) {
    Arrays.fill(nearest, 0, block, Float.POSITIVE_INFINITY);
    for (float[] example : examples) {
      scorer.target(example);
      scorer.score(blocks.ordinals(), block, scores);
      for (int i = 0; i < block; i++) {
        nearest[i] = Math.min(nearest[i], scores[i]);
      }
    }
    for (int i = 0; i < block && !examples.isEmpty(); i++) {
      nearest[i] = Distances.ofScore(metric, nearest[i]);
    }
  }
}

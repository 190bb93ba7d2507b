package io.quiver.hnsw;

import io.quiver.vectors.Scorer;
import java.util.Arrays;

/**
 * Algorithm 4 of Malkov and Yashunin: a candidate is kept if it is nearer to the node than to every
 * neighbour kept before it; {@link #fill} is its keepPrunedConnections. Belongs to one thread.
 */
final class NeighborSelector {
  private static final int BATCH = 4;

  private final Scorer pair;
  private final int[] batch = new int[BATCH];
  private final float[] scores = new float[BATCH];
  private int[] kept = new int[64];
  private float[] keptScores = new float[64];
  private int count;
  private int[] pruned = new int[64];
  private float[] prunedScores = new float[64];
  private int prunedCount;

  /** {@code pair} is retargeted all the time: nobody else may use it. */
  NeighborSelector(Scorer pair) {
    this.pair = pair;
  }

  /** At most {@code max} will be kept. */
  void begin(int max) {
    count = 0;
    prunedCount = 0;
    if (kept.length < max) {
      kept = new int[max];
      keptScores = new float[max];
      pruned = new int[max];
      prunedScores = new float[max];
    }
  }

  int count() {
    return count;
  }

  int[] kept() {
    return kept;
  }

  float scoreAt(int i) {
    return keptScores[i];
  }

  /** Keeps a neighbour whatever the heuristic says. */
  void keep(int ordinal, float score) {
    kept[count] = ordinal;
    keptScores[count++] = score;
  }

  /** Keeps a candidate if it is not nearer to a kept neighbour. Offer the nearest first. */
  void offer(int ordinal, float score) {
    if (count == 0 || isDiverse(LinkLists.ordinalOf(ordinal), score)) {
      keep(ordinal, score);
    } else if (prunedCount < pruned.length) {
      pruned[prunedCount] = ordinal;
      prunedScores[prunedCount++] = score;
    }
  }

  /** Adds the nearest of those that were pruned until {@code enough} are kept. */
  void fill(int enough) {
    for (int i = 0; i < prunedCount && count < enough; i++) {
      keep(pruned[i], prunedScores[i]);
    }
  }

  private boolean isDiverse(int ordinal, float score) {
    pair.target(ordinal);
    for (int start = 0; start < count; start += BATCH) {
      int length = Math.min(BATCH, count - start);
      for (int i = 0; i < length; i++) {
        batch[i] = LinkLists.ordinalOf(kept[start + i]);
      }
      pair.score(batch, length, scores);
      for (int i = 0; i < length; i++) {
        if (scores[i] < score) {
          return false;
        }
      }
    }
    return true;
  }

  /** Sorts pool keys and offers them until {@code max} are kept. */
  void offerAll(long[] keys, int length, int max) {
    Arrays.sort(keys, 0, length);
    for (int i = 0; i < length && count < max; i++) {
      offer(CandidatePool.ordinalOf(keys[i]), CandidatePool.scoreOf(keys[i]));
    }
  }
}

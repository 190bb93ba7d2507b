package io.quiver.hnsw;

import io.quiver.core.Deadline;
import io.quiver.quant.BlockReader;
import io.quiver.vectors.Bits;
import java.util.Objects;

/**
 * Searches the base layer by blocks: Algorithm 2 of Malkov and Yashunin, where a node's neighbours
 * are weighed by the estimates in its block and its own score is read when its turn comes
 * (SymphonyQG). What it finds is near, in about the right order; the caller scores it with the
 * rows.
 *
 * <p>A node may be a candidate more than once, with the estimates that different neighbours have of
 * it; it is expanded once. Belongs to one thread and is made for reuse: it allocates only when a
 * graph or {@code ef} is larger than any before.
 */
public final class BlockSearcher {
  /** Nodes opened between two looks at the deadline, less one: some 100 µs. */
  private static final int OPENED_MASK = 127;

  final CandidatePool pool = new CandidatePool();
  final VisitedMarks expanded = new VisitedMarks();
  private int[] ordinals = new int[64];
  private float[] scores = new float[64];
  int found;
  private int without = -1;

  /**
   * Searches from now on go around a node, unless they enter the graph by it.
   *
   * @param ordinal -1 = none
   */
  public void leaveOut(int ordinal) {
    without = ordinal;
  }

  /**
   * Finds about the nearest {@code keep} live rows.
   *
   * @param reader of these blocks, with its target set
   * @param view rows that no block counts yet are not found, either
   * @param ef candidates kept; raised to {@code keep} if smaller
   * @return how many were found: fewer than {@code keep} if candidates ran out
   */
  public int search(
      SearchBlocks blocks,
      BlockReader reader,
      SearchView view,
      int keep,
      int ef,
      Deadline deadline) {
    int limit = Math.min(view.ordinalLimit(), blocks.coded());
    Bits dead = view.dead();
    begin(keep);
    int first = blocks.entry(); // It may be newer than what the caller may find.
    expanded.begin(Math.max(limit, first + 1));
    if (without >= 0 && without < limit && without != first) {
      expanded.mark(without);
    }
    pool.begin(Math.max(ef, keep));
    pool.offer(0, first, first >= limit || dead.contains(first));
    int opened = 0;
    for (int node = pool.next(); node >= 0; node = pool.next()) {
      if (expanded.mark(node)) {
        if ((++opened & OPENED_MASK) == 0) {
          deadline.check();
        }
        float score = reader.open(node);
        if (node < limit && !dead.contains(node)) {
          keep(score, node, keep);
        }
        offerNeighbors(reader, limit, dead);
      }
    }
    return found;
  }

  /** Nothing is found yet. */
  void begin(int keep) {
    found = 0;
    if (ordinals.length < keep) {
      ordinals = new int[keep];
      scores = new float[keep];
    }
  }

  private void offerNeighbors(BlockReader reader, int limit, Bits dead) {
    long bound = pool.bound();
    float most = bound == Long.MAX_VALUE ? Float.POSITIVE_INFINITY : CandidatePool.scoreOf(bound);
    long below = reader.estimate(most);
    if (dead == Bits.NONE) {
      offerLive(reader, below, limit);
      return;
    }
    for (; below != 0; below &= below - 1) {
      int place = Long.numberOfTrailingZeros(below);
      int node = reader.link(place);
      if (node >= 0 && node < limit && expanded.isNew(node) != 0) {
        pool.offer(reader.estimateAt(place), node, dead.contains(node));
      }
    }
  }

  /** Those that are new are gathered without branches, and placed together. */
  private void offerLive(BlockReader reader, long below, int limit) {
    long[] near = pool.near(reader.places());
    int count = 0;
    for (long rest = below; rest != 0; rest &= rest - 1) {
      int place = Long.numberOfTrailingZeros(rest);
      int node = reader.link(place);
      if (node >= 0 && node < limit) {
        near[count] = CandidatePool.key(reader.estimateAt(place), node, false);
        count += expanded.isNew(node);
      }
    }
    pool.offerNear(count);
  }

  /** Insertion into the sorted rows found so far. */
  void keep(float score, int ordinal, int most) {
    if (found == most && score >= scores[most - 1]) {
      return;
    }
    int at = found < most ? found++ : most - 1;
    for (; at > 0 && scores[at - 1] > score; at--) {
      scores[at] = scores[at - 1];
      ordinals[at] = ordinals[at - 1];
    }
    scores[at] = score;
    ordinals[at] = ordinal;
  }

  /** The ordinal at {@code rank} of the last search, 0 being about the nearest. */
  public int ordinal(int rank) {
    return ordinals[Objects.checkIndex(rank, found)];
  }

  /** The score of the row at {@code rank} by its bytes. */
  public float score(int rank) {
    return scores[Objects.checkIndex(rank, found)];
  }
}

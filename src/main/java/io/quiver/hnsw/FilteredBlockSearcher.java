package io.quiver.hnsw;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.quant.BlockReader;

/**
 * The walk of {@link FilteredSearcher} by blocks: the estimates of all neighbours of a node cost
 * the same, whether they match or not, and each node that is opened costs a block. Works with the
 * scratch of a {@link BlockSearcher}, so it belongs to the same thread; what it found is read
 * there.
 */
public final class FilteredBlockSearcher {
  private static final int OPENED_MASK = 127;

  private final BlockSearcher scratch;
  private final Surroundings surroundings = new Surroundings();
  private int opened;

  public FilteredBlockSearcher(BlockSearcher scratch) {
    this.scratch = scratch;
  }

  /** Nodes the last search opened. */
  public int opened() {
    return opened;
  }

  /**
   * Finds about the nearest {@code keep} matches below the limit that blocks know.
   *
   * @param reader of these blocks, with its target set
   * @param ef candidates kept; raised to {@code keep} if smaller
   * @return how many were found, or {@link FilteredSearcher#GAVE_UP}
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  public int search(
      SearchBlocks blocks,
      BlockReader reader,
      MatchView view,
      int keep,
      int ef,
      Deadline deadline) {
    opened = 0;
    int limit = Math.min(view.ordinalLimit(), blocks.coded());
    OrdinalSet matches = view.matches();
    begin(blocks.entry(), matches, limit, keep, Math.max(ef, keep));
    CandidatePool pool = scratch.pool;
    for (int node = pool.next(); node >= 0; node = pool.next()) {
      if (!scratch.expanded.mark(node)) {
        continue;
      }
      if ((++opened & OPENED_MASK) == 0) {
        deadline.check();
      }
      if (opened == Surroundings.APPROACH + 1 && surroundings.areBare(matches, limit)) {
        if (surroundings.areAdverse(matches, limit) || matches.count() <= view.scanMax()) {
          return FilteredSearcher.GAVE_UP;
        }
        pool.widen(Surroundings.wider(Math.max(ef, keep)));
      }
      boolean isMatch = node < limit && matches.contains(node);
      float score = reader.open(node);
      if (isMatch) {
        scratch.keep(score, node, keep);
      }
      offerNeighbors(reader, matches, limit, isMatch);
    }
    return scratch.found;
  }

  private void begin(int first, OrdinalSet matches, int limit, int keep, int ef) {
    scratch.begin(keep);
    scratch.expanded.begin(Math.max(limit, first + 1));
    scratch.pool.begin(ef);
    scratch.pool.offer(0, first, first >= limit || !matches.contains(first));
    surroundings.begin();
  }

  private void offerNeighbors(BlockReader reader, OrdinalSet matches, int limit, boolean isMatch) {
    long bound = scratch.pool.bound();
    float most = bound == Long.MAX_VALUE ? Float.POSITIVE_INFINITY : CandidatePool.scoreOf(bound);
    long below = reader.estimate(most);
    long matching = 0;
    int count = 0;
    for (int place = 0; place < reader.places(); place++) {
      int link = reader.link(place);
      if (link >= 0 && link < limit) {
        count++;
        matching |= matches.contains(link) ? 1L << place : 0;
      }
    }
    boolean approaches = opened <= Surroundings.APPROACH;
    if (approaches) {
      surroundings.saw(opened, count, Long.bitCount(matching));
    } else if (!isMatch || Long.bitCount(matching) >= Surroundings.LINKS_MIN) {
      below &= matching;
    }
    for (; below != 0; below &= below - 1) {
      int place = Long.numberOfTrailingZeros(below);
      int link = reader.link(place);
      if (link >= 0 && link < limit && scratch.expanded.isNew(link) != 0) {
        // The block may be written anew meanwhile: what the link is now counts.
        scratch.pool.offer(reader.estimateAt(place), link, !matches.contains(link));
      }
    }
  }
}

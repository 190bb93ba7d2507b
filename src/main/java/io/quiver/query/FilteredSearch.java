package io.quiver.query;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.hnsw.FilteredBlockSearcher;
import io.quiver.hnsw.FilteredSearcher;
import io.quiver.hnsw.GraphSearcher;
import io.quiver.hnsw.MatchView;
import io.quiver.hnsw.SearchBlocks;
import io.quiver.hnsw.SearchCodes;
import io.quiver.quant.ByteRows;
import io.quiver.quant.CodeBlocks;
import io.quiver.vectors.Scorer;

/**
 * Chooses how to find the nearest among the rows that match a filter, and does all but the scan of
 * rows: few matches are scanned, by codes if there are such; for more of them the graph is walked,
 * which gives up where matches turn out to be so rare that a scan costs less.
 *
 * <p>Products, and one-bit codes of short rows, are not used here: they are too coarse where what
 * matches is far from the query. Belongs to one thread; allocates nothing but views.
 */
final class FilteredSearch {
  /** Fewer candidates do not reach a recall of .95 among matches. */
  private static final int EF_MIN = 40;

  /** Candidates that all match reach the recall of a plain search with a fifth of them fewer. */
  private static final int EF_LESS = 5;

  // A walk costs as much as the scan of so many times the rows that a plain search scores: codes
  // lie beside each other, and what links lead to does not.
  private static final int WALK_COST = 2;
  private static final int WALK_COST_BYTES = 5;

  private static final int KEEP_MIN = 128;
  private static final int KEEP_FACTOR = 4;

  private static final int SPARE = 16;

  private final FilteredSearcher searcher;
  private final FilteredBlockSearcher blockSearcher;
  private final GraphSearcher scratch;
  private final CodeSearch codes;
  private final RowBlocks blocks = new RowBlocks();
  private final TopK kept = new TopK();
  private final int[] ordinals = new int[RowBlocks.ROWS_MAX];
  private final float[] scores = new float[RowBlocks.ROWS_MAX];
  private Plan.Way way = Plan.Way.SCAN;
  private int scanRowsMax;
  private int searched;
  private long opened;
  private long scored;

  /** Works with the scratch of both. */
  FilteredSearch(GraphSearcher scratch, CodeSearch codes) {
    this.scratch = scratch;
    this.codes = codes;
    this.searcher = new FilteredSearcher(scratch);
    this.blockSearcher = new FilteredBlockSearcher(codes.blockSearcher());
  }

  Plan.Way way() {
    return way;
  }

  int scanRowsMax() {
    return scanRowsMax;
  }

  long opened() {
    return opened;
  }

  long scored() {
    return scored;
  }

  /** Whether no scan of codes left anything out: else the next row may be as near. */
  boolean isAllThereIs() {
    return way != Plan.Way.CODE_SCAN || !kept.hasLost();
  }

  /** Nothing was done yet. */
  void begin() {
    way = Plan.Way.SCAN;
    scanRowsMax = 0;
    opened = 0;
    scored = 0;
  }

  /**
   * Finds about the nearest of the matches: to be scored by themselves.
   *
   * @param exact scores rows, with {@code query} as its target
   * @return how many; 0 = the caller scans all matches; else those from {@link #searched} on
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  int search(
      Searchable rows,
      OrdinalSet matches,
      float[] query,
      Scorer exact,
      Nearest sought,
      Deadline deadline) {
    int wanted = Math.min(sought.k(), matches.count());
    int ef = Math.max(Math.max(sought.ef() - sought.ef() / EF_LESS, wanted), EF_MIN);
    if (wanted > RowBlocks.ROWS_MAX / 2 || rows.indexed() == 0) {
      return 0;
    }
    return switch (rows.form()) {
      case SearchBlocks formed
          when CodeBlocks.pays(rows.rows().dimension(), rows.rows().metric())
              && codes.target(rows, formed, query, wanted) ->
          byBlocks(rows, formed, matches, wanted, ef, deadline);
      case SearchCodes coded
          when coded.ready().codes() instanceof ByteRows
              && codes.target(rows, coded.ready(), query, wanted) ->
          byBytes(rows, matches, exact, wanted, ef, deadline);
      default -> byRows(rows, matches, exact, wanted, ef, deadline);
    };
  }

  /** What was found, nearest first by the estimates; valid until the next search. */
  int[] ordinals() {
    return ordinals;
  }

  /** The estimates of the scores of what was found. */
  float[] estimates() {
    return scores;
  }

  /** The search that found something knew the rows below. */
  int searched() {
    return searched;
  }

  private MatchView plan(OrdinalSet matches, int limit, int ef, int walkCost) {
    searched = limit;
    scanRowsMax =
        (int) Math.min(Integer.MAX_VALUE, (long) Searchable.ROWS_PER_CANDIDATE * walkCost * ef);
    // Where matches are rare, it takes still longer, by about the same.
    long rareMax = Math.min(Integer.MAX_VALUE, (long) walkCost * scanRowsMax);
    return new MatchView(limit, matches, (int) rareMax);
  }

  private int byRows(
      Searchable rows, OrdinalSet matches, Scorer exact, int wanted, int ef, Deadline deadline) {
    MatchView view = plan(matches, rows.indexed(), ef, WALK_COST);
    if (matches.count() <= scanRowsMax) {
      return 0;
    }
    return walked(searcher.search(rows.graph(), exact, exact, view, wanted, ef, deadline));
  }

  private int byBytes(
      Searchable rows, OrdinalSet matches, Scorer exact, int wanted, int ef, Deadline deadline) {
    MatchView view = plan(matches, codes.searched(), ef, WALK_COST_BYTES);
    if (matches.count() > scanRowsMax) {
      Scorer bytes = codes.scorer();
      int found =
          searcher.search(rows.graph(), exact, bytes, view, spare(wanted, ef), ef, deadline);
      if (found != FilteredSearcher.GAVE_UP) {
        return walked(found);
      }
      opened += searcher.opened();
      scored += searcher.scored();
    }
    return scanCodes(matches, wanted, deadline);
  }

  private int byBlocks(
      Searchable rows,
      SearchBlocks formed,
      OrdinalSet matches,
      int wanted,
      int ef,
      Deadline deadline) {
    MatchView view = plan(matches, codes.searched(), ef, WALK_COST);
    if (matches.count() <= scanRowsMax) {
      return 0;
    }
    int most = spare(wanted, ef);
    int found = blockSearcher.search(formed, codes.reader(), view, most, ef, deadline);
    opened += blockSearcher.opened();
    if (found == FilteredSearcher.GAVE_UP) {
      return 0; // The coded rows lie too far from each other to be scanned faster than rows.
    }
    way = Plan.Way.FILTERED_WALK;
    float factor = CodeSearch.factorOfBlocks(rows);
    for (int rank = 0; rank < found; rank++) {
      ordinals[rank] = codes.blockSearcher().ordinal(rank);
      scores[rank] = factor * codes.blockSearcher().score(rank);
    }
    return found;
  }

  /** Finds the rows with the least estimates: more of them than are mostly scored afterwards. */
  private int scanCodes(OrdinalSet matches, int wanted, Deadline deadline) {
    way = Plan.Way.CODE_SCAN;
    kept.reset(Math.min(Math.max(KEEP_MIN, KEEP_FACTOR * wanted), RowBlocks.ROWS_MAX));
    blocks.begin(0);
    for (int block = estimate(matches); block > 0; block = estimate(matches)) {
      for (int i = 0; i < block; i++) {
        kept.offer(scores[i], blocks.ordinals()[i]);
      }
      deadline.check();
    }
    kept.sort();
    for (int i = 0; i < kept.size(); i++) {
      ordinals[i] = kept.ordinal(i);
      scores[i] = kept.score(i);
    }
    return kept.size();
  }

  /**
   * Scans the codes once more and scores every row with an estimate up to a bound, if so many were
   * about as near that those found were not enough.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  void scanUpTo(float bound, OrdinalSet matches, Scorer exact, TopK best, Deadline deadline) {
    blocks.begin(0);
    for (int block = estimate(matches); block > 0; block = estimate(matches)) {
      int count = 0;
      for (int i = 0; i < block; i++) {
        if (scores[i] <= bound) {
          ordinals[count++] = blocks.ordinals()[i];
        }
      }
      exact.score(ordinals, count, scores);
      scored += count;
      for (int i = 0; i < count; i++) {
        best.offer(scores[i], ordinals[i]);
      }
      deadline.check();
    }
  }

  private int walked(int found) {
    opened += searcher.opened();
    scored += searcher.scored();
    if (found == FilteredSearcher.GAVE_UP) {
      return 0;
    }
    way = Plan.Way.FILTERED_WALK;
    for (int rank = 0; rank < found; rank++) {
      ordinals[rank] = scratch.ordinal(rank);
      scores[rank] = scratch.score(rank);
    }
    return found;
  }

  /** Estimates the scores of the next matches that have a code; returns how many. */
  private int estimate(OrdinalSet matches) {
    int block = blocks.gather(matches);
    int[] gathered = blocks.ordinals();
    while (block > 0 && gathered[block - 1] >= searched) {
      block--;
    }
    codes.scorer().score(gathered, block, scores);
    scored += block;
    return block;
  }

  /** Rows a walk is to find by codes: some more than are wanted, but no wider a walk. */
  private static int spare(int wanted, int ef) {
    return Math.min(Math.min(ef, 2 * wanted + SPARE), RowBlocks.ROWS_MAX);
  }
}

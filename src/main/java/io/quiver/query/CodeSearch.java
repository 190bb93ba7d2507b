package io.quiver.query;

import io.quiver.core.Deadline;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.hnsw.BlockSearcher;
import io.quiver.hnsw.GraphSearcher;
import io.quiver.hnsw.NoCodes;
import io.quiver.hnsw.SearchBlocks;
import io.quiver.hnsw.SearchCodes;
import io.quiver.hnsw.SearchView;
import io.quiver.message.Effort;
import io.quiver.quant.BlockReader;
import io.quiver.quant.RowCodes;
import io.quiver.vectors.Scorer;

/**
 * Searches of a graph by the codes of its rows: they find a few rows more than are wanted, in about
 * the right order. Belongs to one thread; allocates only when it comes to other codes.
 */
final class CodeSearch {
  /** Rows newer than the codes that are rather scanned than searched by the graph alone. */
  private static final int UNCODED_MAX = 256;

  /** Rows beyond k, and more for larger k, that blocks find. */
  private static final int SPARE_BY_BLOCKS = 8;

  private final BlockSearcher blockSearcher = new BlockSearcher();
  private final GraphSearcher searcher;
  private final int[] ordinals;
  private final float[] scores;
  private SearchBlocks blocksRead;
  private BlockReader reader;
  private RowCodes codesRead;
  private Scorer codeScorer;
  private int searched;

  /**
   * Nothing is found yet.
   *
   * @param rowsMax more rows are never found
   * @param searcher for codes beside the graph; the caller tells it what to leave out
   */
  CodeSearch(int rowsMax, GraphSearcher searcher) {
    this.searcher = searcher;
    this.ordinals = new int[rowsMax];
    this.scores = new float[rowsMax];
  }

  /** See {@link BlockSearcher#leaveOut}. */
  void leaveOut(int ordinal) {
    blockSearcher.leaveOut(ordinal);
  }

  /** What the last search found; valid until the next one. */
  int[] ordinals() {
    return ordinals;
  }

  /** The estimates of the scores of what the last search found. */
  float[] scores() {
    return scores;
  }

  /** The last search knew the rows below; the caller scans the others. */
  int searched() {
    return searched;
  }

  /**
   * Finds about the nearest rows.
   *
   * @param exact scores rows, with {@code query} as its target: for the upper layers
   * @return how many were found; fewer than wanted if codes are of no use here
   * @throws QuiverException DEADLINE_EXCEEDED
   */
  int search(
      Searchable rows, float[] query, Scorer exact, int wanted, Nearest sought, Deadline deadline) {
    int found =
        switch (rows.form()) {
          case SearchBlocks blocks -> byBlocks(rows, blocks, query, wanted, sought, deadline);
          case SearchCodes codes ->
              byCodes(rows, codes.ready(), query, exact, wanted, sought, deadline);
          case NoCodes none -> 0;
        };
    if (rows.rows().metric() != Metric.DOT_PRODUCT) {
      for (int i = 0; i < found; i++) {
        scores[i] = Math.max(0, scores[i]); // No distance is negative, an estimate may be.
      }
    }
    return found;
  }

  /** Whether so many coded rows are worth a search beside a scan of the others. */
  private boolean isEnough(Searchable rows, int coded, int wanted) {
    searched = Math.min(coded, rows.indexed());
    return searched > 0
        && rows.indexed() - searched <= UNCODED_MAX
        && wanted <= ordinals.length / 2;
  }

  /** Rows to be found: {@code spare} more than wanted if nobody says how many. */
  private int keep(int wanted, int spare, Effort effort) {
    float oversampling = effort.oversampling();
    int keep = oversampling == 0 ? wanted + spare : (int) Math.ceil(wanted * (double) oversampling);
    return Math.min(keep, ordinals.length);
  }

  /** From the scores of blocks to those of rows: under Cosine they are twice the distance. */
  static float factorOfBlocks(Searchable rows) {
    return rows.rows().metric() == Metric.COSINE ? 0.5f : 1;
  }

  int keepOfBlocks(int wanted, Effort effort) {
    return keep(wanted, Math.max(SPARE_BY_BLOCKS, wanted / 2), effort);
  }

  int keepOfCodes(int wanted, Effort effort) {
    return keep(wanted, codesRead.spare(wanted), effort);
  }

  /** Makes the query the target of {@link #reader}; false if the blocks are of no use here. */
  boolean target(Searchable rows, SearchBlocks blocks, float[] query, int wanted) {
    if (!isEnough(rows, blocks.coded(), wanted)) {
      return false;
    }
    if (blocksRead != blocks) {
      reader = blocks.reader();
      blocksRead = blocks;
    }
    reader.target(query);
    return true;
  }

  /** Makes the query the target of {@link #scorer}; false if the codes are of no use here. */
  boolean target(Searchable rows, SearchCodes.Ready ready, float[] query, int wanted) {
    if (!isEnough(rows, ready.coded(), wanted)) {
      return false;
    }
    if (codesRead != ready.codes()) {
      codeScorer = ready.codes().scorer();
      codesRead = ready.codes();
    }
    codeScorer.target(query);
    return true;
  }

  BlockReader reader() {
    return reader;
  }

  Scorer scorer() {
    return codeScorer;
  }

  BlockSearcher blockSearcher() {
    return blockSearcher;
  }

  private int byBlocks(
      Searchable rows,
      SearchBlocks blocks,
      float[] query,
      int wanted,
      Nearest sought,
      Deadline deadline) {
    if (!target(rows, blocks, query, wanted)) {
      return 0;
    }
    int keep = keepOfBlocks(wanted, sought.effort());
    SearchView view = new SearchView(searched, rows.dead());
    float factor = factorOfBlocks(rows);
    int found = blockSearcher.search(blocks, reader, view, keep, sought.ef(), deadline);
    for (int rank = 0; rank < found; rank++) {
      ordinals[rank] = blockSearcher.ordinal(rank);
      scores[rank] = factor * blockSearcher.score(rank);
    }
    return found;
  }

  private int byCodes(
      Searchable rows,
      SearchCodes.Ready ready,
      float[] query,
      Scorer exact,
      int wanted,
      Nearest sought,
      Deadline deadline) {
    if (!target(rows, ready, query, wanted)) {
      return 0;
    }
    int keep = keepOfCodes(wanted, sought.effort());
    SearchView view = new SearchView(searched, rows.dead());
    int found = searcher.search(rows.graph(), exact, codeScorer, view, keep, sought.ef(), deadline);
    for (int rank = 0; rank < found; rank++) {
      ordinals[rank] = searcher.ordinal(rank);
      scores[rank] = searcher.score(rank);
    }
    return found;
  }
}

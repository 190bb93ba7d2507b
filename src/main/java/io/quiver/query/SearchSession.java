package io.quiver.query;

import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.QuiverException;
import io.quiver.hnsw.GraphSearcher;
import io.quiver.hnsw.SearchView;
import io.quiver.message.Effort;
import io.quiver.vectors.RowStore;
import io.quiver.vectors.Scorer;
import java.util.stream.IntStream;

/**
 * One thread's searches, one after the other, with the scratch they share. A search takes the graph
 * for the indexed rows and scans the tail; or scans everything, when that was asked for or is less
 * work.
 */
public final class SearchSession {
  private static final ThreadLocal<SearchSession> OF_THREAD =
      ThreadLocal.withInitial(SearchSession::new);

  /** Rows scored between two looks at the clock: some 10 to 100 µs. */
  private static final int BLOCK_ROWS = 1_024;

  /** A graph search scores about this many rows for each candidate it keeps. */
  private static final int ROWS_PER_CANDIDATE = 16;

  private final TopK best = new TopK();
  private final GraphSearcher searcher = new GraphSearcher();
  private final CodeSearch codes = new CodeSearch(BLOCK_ROWS);
  private final int[] ordinals = new int[BLOCK_ROWS];
  private final float[] scores = new float[BLOCK_ROWS];
  private float[] query = new float[0];
  private float tied = Float.NaN;
  private int nextRow;
  private RowStore scored;
  private Scorer scorer;

  private SearchSession() {}

  /** The session of the calling thread. */
  public static SearchSession ofThread() {
    return OF_THREAD.get();
  }

  /**
   * Finds the nearest {@code k} live rows; read them with {@link #ordinal} and {@link #score}, best
   * first, until the next search of this thread.
   *
   * @param ef candidates to keep in the graph, at least {@code k} of them are
   * @param effort of what codes found
   * @return how many were found
   * @throws QuiverException DEADLINE_EXCEEDED
   */
  public int run(
      Searchable rows,
      DenseVector vector,
      int k,
      int ef,
      boolean exact,
      Effort effort,
      Deadline deadline) {
    useScorerOf(rows.rows());
    scorer.target(componentsOf(vector));
    int wanted = Math.min(k, rows.live());
    best.reset(Math.max(wanted, 1));
    tied = Float.NaN;
    if (wanted == 0) {
      return 0;
    }
    int scanFrom = 0;
    if (!exact && isGraphCheaper(rows, Math.max(ef, k))) {
      scanFrom = searchCodes(rows, wanted, ef, effort, deadline);
      if (scanFrom == 0) {
        scanFrom = searchGraph(rows, k, ef, deadline);
      }
    }
    scan(rows, scanFrom, deadline);
    if (scanFrom > 0 && best.size() < wanted) {
      // Candidates ran out among dead rows: whoever asked gets all the rows there are.
      best.reset(wanted);
      scan(rows, 0, deadline);
    }
    tied = best.lostTie() ? best.worst() : Float.NaN;
    best.sort();
    return best.size();
  }

  /**
   * The same, but the graph is searched as if it had no node for a row: as a query near it would
   * be, which nothing links to. The row may still be found where rows are scanned.
   */
  public int runWithout(
      int ordinal, Searchable rows, DenseVector vector, int k, int ef, Deadline deadline) {
    leaveOut(ordinal);
    try {
      return run(rows, vector, k, ef, false, Effort.DEFAULT, deadline);
    } finally {
      leaveOut(-1);
    }
  }

  private void leaveOut(int ordinal) {
    searcher.leaveOut(ordinal);
    codes.leaveOut(ordinal);
  }

  /** Whether the last search left out rows that are as near as the last one it returned. */
  public boolean leftOutTies() {
    return !Float.isNaN(tied);
  }

  /**
   * The ordinals of all live rows that are as near as the last one returned.
   *
   * @throws QuiverException DEADLINE_EXCEEDED
   */
  public int[] allTied(Searchable rows, Deadline deadline) {
    IntStream.Builder all = IntStream.builder();
    nextRow = 0;
    for (int block = scoreBlock(rows); block >= 0; block = scoreBlock(rows)) {
      for (int i = 0; i < block; i++) {
        if (scores[i] == tied) {
          all.add(ordinals[i]);
        }
      }
      deadline.check();
    }
    return all.build().toArray();
  }

  public int ordinal(int rank) {
    return best.ordinal(rank);
  }

  public float score(int rank) {
    return best.score(rank);
  }

  /** A thread mostly searches the same rows again: then nothing is made anew. */
  private void useScorerOf(RowStore rows) {
    if (scored != rows) {
      scorer = rows.scorer();
      scored = rows;
    }
  }

  private float[] componentsOf(DenseVector vector) {
    if (query.length < vector.dimension()) {
      query = new float[vector.dimension()];
    }
    vector.copyTo(query, 0);
    return query;
  }

  private static boolean isGraphCheaper(Searchable rows, int candidates) {
    return rows.indexed() > 0 && (long) candidates * ROWS_PER_CANDIDATE < rows.live();
  }

  /** Rows at or above the returned ordinal still have to be scanned. */
  private int searchGraph(Searchable rows, int k, int ef, Deadline deadline) {
    // Newer nodes are walked through, too: links may lead over them. The scan finds them anyway.
    SearchView view = new SearchView(rows.count(), rows.dead());
    int found = searcher.search(rows.graph(), scorer, view, k, ef, deadline);
    for (int rank = 0; rank < found; rank++) {
      if (searcher.ordinal(rank) < rows.indexed()) {
        best.offer(searcher.score(rank), searcher.ordinal(rank));
      }
    }
    return rows.indexed();
  }

  /**
   * Searches by codes and scores what was found with the rows, unless nobody wants that.
   *
   * @return from where on rows still have to be scanned; 0 = codes are of no use, nothing was found
   */
  private int searchCodes(Searchable rows, int wanted, int ef, Effort effort, Deadline deadline) {
    int found = codes.search(rows, query, scorer, wanted, ef, effort, deadline);
    if (found < wanted) {
      return 0;
    }
    float[] estimates = codes.scores();
    if (effort.rescore()) {
      scorer.score(codes.ordinals(), found, scores);
      estimates = scores;
    }
    for (int i = 0; i < found; i++) {
      best.offer(estimates[i], codes.ordinals()[i]);
    }
    return codes.searched();
  }

  private void scan(Searchable rows, int from, Deadline deadline) {
    nextRow = from;
    for (int block = scoreBlock(rows); block >= 0; block = scoreBlock(rows)) {
      for (int i = 0; i < block; i++) {
        if (scores[i] <= best.bound()) {
          best.offer(scores[i], ordinals[i]);
        }
      }
      deadline.check();
    }
  }

  /** Scores the next live rows; returns how many, or -1 at the end. */
  private int scoreBlock(Searchable rows) {
    if (nextRow >= rows.count()) {
      return -1;
    }
    int block = 0;
    for (; nextRow < rows.count() && block < BLOCK_ROWS; nextRow++) {
      if (!rows.dead().contains(nextRow)) {
        ordinals[block++] = nextRow;
      }
    }
    scorer.score(ordinals, block, scores);
    return block;
  }
}

package io.quiver.query;

import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.OrdinalSet;
import io.quiver.core.QuiverException;
import io.quiver.hnsw.GraphSearcher;
import io.quiver.hnsw.SearchView;
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

  /** Rows scored at once of those that codes found among matches. */
  private static final int RESCORED = 16;

  /** The same, of those that codes found among all rows. */
  private static final int RESCORED_AFTER = 4;

  private final TopK best = new TopK();
  private final GraphSearcher searcher = new GraphSearcher();
  private final CodeSearch codes = new CodeSearch(RowBlocks.ROWS_MAX, searcher);
  private final FilteredSearch filtered = new FilteredSearch(searcher, codes);
  private final RowBlocks blocks = new RowBlocks();
  private final Rescoring rescoring = new Rescoring(RowBlocks.ROWS_MAX);
  private final float[] scores = new float[RowBlocks.ROWS_MAX];
  private float[] query = new float[0];
  private float tied = Float.NaN;
  private int matches;
  private long rowsScanned;
  private boolean isGraph;
  private boolean isTimed;
  private long walkedNanos;
  private RowStore scoredRows;
  private Scorer scorer;

  private SearchSession() {}

  /** The session of the calling thread. */
  public static SearchSession ofThread() {
    return OF_THREAD.get();
  }

  /**
   * Finds the nearest live rows; read them with {@link #ordinal} and {@link #score}, best first,
   * until the next search of this thread.
   *
   * @return how many were found: {@code k}, or all there are
   * @throws QuiverException DEADLINE_EXCEEDED
   */
  public int run(Searchable rows, Nearest sought, Deadline deadline) {
    useScorerOf(rows.rows());
    scorer.target(componentsOf(sought.vector()));
    tied = Float.NaN;
    matches = 0;
    rowsScanned = 0;
    filtered.begin();
    if (sought.allowed().isPresent()) {
      search(rows, rows.living(sought.allowed().get()), sought, deadline);
    } else {
      search(rows, sought, deadline);
    }
    tied = best.lostTie() ? best.worst() : Float.NaN;
    best.sort();
    return best.size();
  }

  /**
   * The same, and says how it was done; what was found is read as ever.
   *
   * @throws QuiverException DEADLINE_EXCEEDED
   */
  public Plan explain(Searchable rows, Nearest sought, Deadline deadline) {
    isTimed = true;
    try {
      long start = System.nanoTime();
      walkedNanos = start;
      run(rows, sought, deadline);
      return new Plan(
          matches == 0 ? Plan.Way.NOTHING : isGraph ? Plan.Way.GRAPH : filtered.way(),
          matches,
          rows.live(),
          filtered.scanRowsMax(),
          filtered.opened(),
          filtered.scored() + rowsScanned,
          walkedNanos - start,
          System.nanoTime() - walkedNanos);
    } finally {
      isTimed = false;
    }
  }

  /** Leaves the graph. */
  private void walked() {
    if (isTimed) {
      walkedNanos = System.nanoTime();
    }
  }

  private void search(Searchable rows, OrdinalSet allowed, Nearest sought, Deadline deadline) {
    matches = allowed.count();
    isGraph = false;
    int wanted = Math.min(sought.k(), matches);
    best.reset(Math.max(wanted, 1));
    if (wanted == 0) {
      return;
    }
    deadline.check();
    int found =
        sought.exact() ? 0 : filtered.search(rows, allowed, query, scorer, sought, deadline);
    walked();
    rescoring.run(
        filtered.ordinals(),
        filtered.estimates(),
        found,
        wanted + RESCORED,
        RESCORED,
        scorer,
        best);
    rowsScanned += rescoring.scored();
    if (!filtered.isAllThereIs() && !rescoring.isBeyond(filtered.estimates()[found - 1], best)) {
      float bound = best.bound() + rescoring.error();
      best.reset(wanted);
      filtered.scanUpTo(bound, allowed, scorer, best, deadline);
    }
    scan(allowed, found > 0 ? filtered.searched() : 0, deadline);
    if (best.size() < wanted) {
      // Not all matches can be reached from each other: whoever asked gets all there are.
      best.reset(wanted);
      scan(allowed, 0, deadline);
    }
  }

  private void search(Searchable rows, Nearest sought, Deadline deadline) {
    int wanted = Math.min(sought.k(), rows.live());
    matches = rows.live();
    best.reset(Math.max(wanted, 1));
    if (wanted == 0) {
      return;
    }
    int scanFrom = 0;
    if (!sought.exact() && rows.isGraphCheaper(Math.max(sought.ef(), sought.k()), rows.live())) {
      scanFrom = searchCodes(rows, wanted, sought, deadline);
      if (scanFrom == 0) {
        scanFrom = searchGraph(rows, sought.k(), sought.ef(), deadline);
      }
    }
    isGraph = scanFrom > 0;
    walked();
    scan(rows, scanFrom, deadline);
    if (scanFrom > 0 && best.size() < wanted) {
      // Candidates ran out among dead rows: whoever asked gets all the rows there are.
      best.reset(wanted);
      scan(rows, 0, deadline);
    }
  }

  /**
   * The same, but the graph is searched as if it had no node for a row: as a query near it would
   * be, which nothing links to. The row may still be found where rows are scanned.
   */
  public int runWithout(int ordinal, Searchable rows, Nearest sought, Deadline deadline) {
    leaveOut(ordinal);
    try {
      return run(rows, sought, deadline);
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
   * The ordinals of all rows the last search might have returned that are as near as the last one
   * it did.
   *
   * @param sought by the last search
   * @throws QuiverException DEADLINE_EXCEEDED
   */
  public int[] allTied(Searchable rows, Nearest sought, Deadline deadline) {
    IntStream.Builder all = IntStream.builder();
    OrdinalSet allowed =
        rows.living(sought.allowed().orElseGet(() -> OrdinalSet.all(rows.count())));
    blocks.begin(0);
    for (int block = blocks.gather(allowed); block > 0; block = blocks.gather(allowed)) {
      scorer.score(blocks.ordinals(), block, scores);
      for (int i = 0; i < block; i++) {
        if (scores[i] == tied) {
          all.add(blocks.ordinals()[i]);
        }
      }
      deadline.check();
    }
    return all.build().toArray();
  }

  /** How many rows the last search found. */
  public int found() {
    return best.size();
  }

  public int ordinal(int rank) {
    return best.ordinal(rank);
  }

  public float score(int rank) {
    return best.score(rank);
  }

  /** A thread mostly searches the same rows again: then nothing is made anew. */
  private void useScorerOf(RowStore rows) {
    if (scoredRows != rows) {
      scorer = rows.scorer();
      scoredRows = rows;
    }
  }

  private float[] componentsOf(DenseVector vector) {
    if (query.length < vector.dimension()) {
      query = new float[vector.dimension()];
    }
    vector.copyTo(query, 0);
    return query;
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
  private int searchCodes(Searchable rows, int wanted, Nearest sought, Deadline deadline) {
    int found = codes.search(rows, query, scorer, wanted, sought, deadline);
    if (found < wanted) {
      return 0;
    }
    if (sought.effort().rescore()) {
      boolean asksForMore = sought.effort().oversampling() > 0;
      int first = asksForMore ? found : Math.min(found, Rescoring.atLeast(wanted));
      rescoring.run(codes.ordinals(), codes.scores(), found, first, RESCORED_AFTER, scorer, best);
    } else {
      for (int i = 0; i < found; i++) {
        best.offer(codes.scores()[i], codes.ordinals()[i]);
      }
    }
    return codes.searched();
  }

  private void scan(Searchable rows, int from, Deadline deadline) {
    blocks.begin(from);
    for (int block = blocks.gather(rows); block > 0; block = blocks.gather(rows)) {
      offer(block);
      deadline.check();
    }
  }

  private void scan(OrdinalSet allowed, int from, Deadline deadline) {
    blocks.begin(from);
    for (int block = blocks.gather(allowed); block > 0; block = blocks.gather(allowed)) {
      offer(block);
      deadline.check();
    }
  }

  private void offer(int block) {
    rowsScanned += block;
    scorer.score(blocks.ordinals(), block, scores);
    for (int i = 0; i < block; i++) {
      if (scores[i] <= best.bound()) {
        best.offer(scores[i], blocks.ordinals()[i]);
      }
    }
  }
}

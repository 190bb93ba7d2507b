package io.quiver.hnsw;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.vectors.Scorer;

/**
 * Searches the base layer for rows that pass a filter: it goes from match to match, and by way of
 * one other node where few links lead to matches (after ACORN, arXiv:2403.04871, in the order of
 * distance). First it goes to where the query is, as every search does, and looks how many matches
 * there are around ({@link Surroundings}).
 *
 * <p>Works with the scratch of a {@link GraphSearcher}, so it belongs to the same thread and ends
 * what that one found.
 */
public final class FilteredSearcher {
  /** Matches are so rare around the query that a scan of them costs less. */
  public static final int GAVE_UP = -1;

  private static final int OPENED_MASK = 127;

  private final GraphSearcher scratch;
  private final LayerSearch search;
  private final Surroundings surroundings = new Surroundings();
  private int[] links = new int[64];
  private int[] batch = new int[64];
  private float[] scores = new float[64];
  private int opened;
  private int scored;

  public FilteredSearcher(GraphSearcher scratch) {
    this.scratch = scratch;
    this.search = scratch.search;
  }

  /** Nodes the last search opened. */
  public int opened() {
    return opened;
  }

  /** Rows the last search scored on the base layer. */
  public int scored() {
    return scored;
  }

  /**
   * Finds the nearest {@code k} matches below the limit; read them from the {@link GraphSearcher}.
   *
   * @param upper scores the rows of the upper layers
   * @param base scores those of the base layer, all of them below the limit
   * @param ef candidates kept, raised to {@code k} if smaller
   * @return how many were found, fewer than {@code k} if the walk met no more; or {@link #GAVE_UP}
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  public int search(
      Graph graph, Scorer upper, Scorer base, MatchView view, int k, int ef, Deadline deadline) {
    opened = 0;
    scored = 0;
    if (graph.isEmpty() || k <= 0) {
      return 0;
    }
    int limit = Math.min(view.ordinalLimit(), graph.bound());
    OrdinalSet matches = view.matches();
    CandidatePool pool = search.pool;
    begin(graph, upper, matches, limit, Math.max(ef, k));
    for (int node = pool.next(); node >= 0; node = pool.next()) {
      if ((++opened & OPENED_MASK) == 0) {
        deadline.check();
      }
      if (opened == Surroundings.APPROACH + 1 && surroundings.areBare(matches, limit)) {
        if (surroundings.areAdverse(matches, limit) || matches.count() <= view.scanMax()) {
          return GAVE_UP;
        }
        pool.widen(Surroundings.wider(Math.max(ef, k)));
      }
      int count = graph.base().read(node, links);
      int matching = offerMatches(base, matches, limit, count);
      boolean approaches = opened <= Surroundings.APPROACH;
      if (approaches) {
        surroundings.saw(opened, count, matching);
      }
      boolean isMatch = node < limit && matches.contains(node);
      if (approaches || (isMatch && matching < Surroundings.LINKS_MIN)) {
        offerOthers(base, matches, limit, count);
      }
    }
    return scratch.finish(k);
  }

  private void begin(Graph graph, Scorer upper, OrdinalSet matches, int limit, int ef) {
    int linksMax = graph.params().linksMax(0);
    if (links.length < linksMax) {
      links = new int[linksMax];
      batch = new int[linksMax];
      scores = new float[linksMax];
    }
    long from = search.descend(graph, upper, graph.entry(), 0);
    surroundings.begin();
    search.visited.begin(graph.bound());
    search.pool.begin(ef);
    int first = CandidatePool.ordinalOf(from);
    search.visited.mark(first);
    boolean isMatch = first < limit && matches.contains(first);
    search.pool.offer(CandidatePool.scoreOf(from), first, !isMatch);
  }

  /** Offers the links that match; returns how many do, those met before included. */
  private int offerMatches(Scorer base, OrdinalSet matches, int limit, int count) {
    int matching = 0;
    int fresh = 0;
    for (int i = 0; i < count; i++) {
      int link = links[i];
      if (link < limit && matches.contains(link)) {
        matching++;
        if (search.visited.mark(link)) {
          batch[fresh++] = link;
        }
      }
    }
    offer(base, fresh, false);
    return matching;
  }

  private void offerOthers(Scorer base, OrdinalSet matches, int limit, int count) {
    int fresh = 0;
    for (int i = 0; i < count; i++) {
      int link = links[i];
      if (link < limit && !matches.contains(link) && search.visited.mark(link)) {
        batch[fresh++] = link;
      }
    }
    offer(base, fresh, true);
  }

  private void offer(Scorer base, int count, boolean isPassedThrough) {
    if (count == 0) {
      return;
    }
    scored += count;
    base.score(batch, count, scores);
    for (int i = 0; i < count; i++) {
      search.pool.offer(scores[i], batch[i], isPassedThrough);
    }
  }
}

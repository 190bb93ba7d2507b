package io.quiver.message;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.util.List;

/**
 * How the nearest rows are ordered anew (docs/arranging.md): by a score, which is how near they are
 * and what each boost adds; or so that each is unlike those before it.
 *
 * @param candidates how many of the nearest rows; 0 = four times as many as are wanted, 100 at
 *     least
 * @param boosts what is added to the score, at most {@link #BOOSTS_MAX}
 * @param diversity how much being unlike those before counts, 0 to 1; 0 = only the score counts
 */
public record Reranking(int candidates, List<Boost> boosts, float diversity) {
  public static final int BOOSTS_MAX = 16;
  public static final int CANDIDATES_MAX = Limits.SEARCH_LIMIT_MAX;

  /** Most rows that are chosen one by one: each choice looks at all candidates. */
  public static final int DIVERSE_MAX = 1_000;

  private static final int CANDIDATES_MIN = 100;
  private static final int CANDIDATES_FACTOR = 4;

  public Reranking {
    Limits.check("candidates", candidates, 0, CANDIDATES_MAX);
    boosts = Required.list("boost", boosts);
    Limits.check("boost", boosts.size(), 0, BOOSTS_MAX);
    if (!(diversity >= 0 && diversity <= 1)) {
      throw QuiverException.invalid("mmr.diversity", "0 to 1", diversity);
    }
  }

  public boolean isDiverse() {
    return diversity > 0;
  }

  int candidates(int window) {
    return candidates > 0
        ? candidates
        : Math.min(CANDIDATES_MAX, Math.max(CANDIDATES_MIN, CANDIDATES_FACTOR * window));
  }

  /** Refuses what no number of candidates can answer. */
  void checkWindow(int window) {
    int max = isDiverse() ? DIVERSE_MAX : CANDIDATES_MAX;
    Limits.check("limit", window, 1, max);
    if (candidates > 0 && candidates < window) {
      throw QuiverException.invalid("candidates", "at least limit + offset " + window, candidates);
    }
  }
}

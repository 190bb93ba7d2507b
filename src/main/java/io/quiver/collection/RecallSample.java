package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.query.Nearest;
import io.quiver.query.SearchSession;
import io.quiver.query.Searchable;
import java.io.IOException;

/**
 * One row of a shard as the query: what is nearest to it by comparing every row, and how much of
 * that a search finds. The row itself is left out of both, and of the graph while it is searched:
 * its links lead to just those that are looked for, and queries have none. Belongs to one thread.
 */
final class RecallSample {
  private final Searchable rows;
  private final int ordinal;
  private final DenseVector vector;
  private final int limit;
  private final int wanted;
  private final float worst;

  private RecallSample(
      Searchable rows, int ordinal, DenseVector vector, int limit, int wanted, float worst) {
    this.rows = rows;
    this.ordinal = ordinal;
    this.vector = vector;
    this.limit = limit;
    this.wanted = wanted;
    this.worst = worst;
  }

  /**
   * The sample at a place of so many, spread evenly over the living rows.
   *
   * @throws IOException if the row cannot be read
   */
  static RecallSample at(int place, int places, Searchable rows, int limit, Deadline deadline)
      throws IOException {
    int ordinal = (int) ((long) place * rows.count() / places);
    while (rows.dead().contains(ordinal)) {
      ordinal = (ordinal + 1) % rows.count();
    }
    DenseVector vector = rows.rows().row(ordinal, true, false).vector();
    SearchSession session = SearchSession.ofThread();
    int found = session.run(rows, Nearest.of(vector, limit + 1, 0).exactly(), deadline);
    int wanted = 0;
    float worst = Float.NEGATIVE_INFINITY;
    for (int rank = 0; rank < found && wanted < limit; rank++) {
      if (session.ordinal(rank) != ordinal) {
        wanted++;
        worst = session.score(rank);
      }
    }
    return new RecallSample(rows, ordinal, vector, limit, wanted, worst);
  }

  /** Share of the nearest rows that a search with {@code ef} finds; rows as near count, too. */
  double recall(int ef, Deadline deadline) {
    if (wanted == 0) {
      return 1;
    }
    SearchSession session = SearchSession.ofThread();
    int found = session.runWithout(ordinal, rows, Nearest.of(vector, limit, ef), deadline);
    float bound = worst + Math.abs(worst) * 1e-5f; // Two kernels may round apart.
    int hits = 0;
    int wrong = 0;
    for (int rank = 0; rank < found; rank++) {
      boolean isSelf = session.ordinal(rank) == ordinal;
      hits += !isSelf && session.score(rank) <= bound ? 1 : 0;
      wrong += isSelf ? 1 : 0;
    }
    // Where rows are scanned the row takes a place of another, and none was missed.
    return Math.min(hits + wrong, wanted) / (double) wanted;
  }
}

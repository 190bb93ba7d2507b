package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.RowTest;
import io.quiver.message.Row;
import io.quiver.vectors.RowStore;
import java.io.IOException;
import java.util.Optional;

/** Which rows of a shard a filter means, by reading them. */
final class RowFilter {
  /** Rows read between two looks at the clock. */
  private static final int BLOCK_ROWS = 256;

  private static final byte[] NOTHING = {};

  private RowFilter() {}

  /**
   * The rows for one search.
   *
   * @return empty if the filter means every row
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  static Optional<OrdinalSet> allowed(
      Filter filter, Generation held, ReadView view, Deadline deadline) throws IOException {
    return filter instanceof Filter.All
        ? Optional.empty()
        : Optional.of(resolve(filter, held, view, deadline));
  }

  /**
   * The live rows of a view that a filter means, exactly.
   *
   * @param held held by the caller
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  static OrdinalSet resolve(Filter filter, Generation held, ReadView view, Deadline deadline)
      throws IOException {
    Optional<OrdinalSet> known = held.resolved.find(filter, view);
    if (known.isPresent()) {
      return known.get();
    }
    RowTest test = RowTest.of(filter);
    long[] words = new long[OrdinalSet.wordsOf(view.count())];
    for (int ordinal = 0; ordinal < view.count(); ordinal++) {
      if (ordinal % BLOCK_ROWS == 0) {
        deadline.check();
      }
      if (!view.dead().contains(ordinal) && matches(test, held.rows, ordinal)) {
        words[ordinal >>> 6] |= 1L << ordinal;
      }
    }
    OrdinalSet set = OrdinalSet.owning(words, view.count());
    held.resolved.keep(filter, view, set);
    return set;
  }

  /** Whether the filter means this row. */
  static boolean matches(RowTest test, RowStore rows, int ordinal) throws IOException {
    if (!test.needsMetadata()) {
      VectorId id = rows.id(ordinal);
      return test.matches(id, NOTHING);
    }
    Row row = rows.row(ordinal, false, true);
    return test.matches(row.id(), row.metadata().toUtf8());
  }
}

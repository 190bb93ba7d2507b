package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.RowTest;
import io.quiver.message.Row;
import io.quiver.metadata.FilterBounds;
import io.quiver.metadata.FilterIndex;
import io.quiver.vectors.RowStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which rows of a shard a filter means: what the index of fields says, and where it says nothing,
 * what the rows themselves say.
 */
final class RowFilter {
  /** Rows read between two looks at the clock. */
  private static final int BLOCK_ROWS = 256;

  private static final byte[] NOTHING = {};

  private RowFilter() {}

  /**
   * The rows that a filter means, and how they were found.
   *
   * @param wasKept from the last time, since when nothing was written
   * @param indexed rows that the index knew; it may have said nothing of some
   * @param read rows that were asked one by one
   */
  record Resolved(OrdinalSet rows, boolean wasKept, int indexed, int read) {}

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
        : Optional.of(resolve(filter, held, view, deadline).rows());
  }

  /**
   * The live rows of a view that a filter means, exactly.
   *
   * @param held held by the caller
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  static Resolved resolve(Filter filter, Generation held, ReadView view, Deadline deadline)
      throws IOException {
    Optional<OrdinalSet> known = held.resolved.find(filter, view);
    if (known.isPresent()) {
      return new Resolved(known.get(), true, 0, 0);
    }
    RowTest test = RowTest.of(filter);
    Optional<FilterBounds> told = told(filter, test, held, view, deadline);
    Resolved resolved =
        asked(test, held, view, told.orElseGet(() -> FilterBounds.unknown(0)), deadline);
    held.resolved.keep(filter, view, resolved.rows());
    return resolved;
  }

  /** What is known without reading a row's metadata; empty = nothing. */
  private static Optional<FilterBounds> told(
      Filter filter, RowTest test, Generation held, ReadView view, Deadline deadline)
      throws IOException {
    IdRows ids = new IdRows(held, view);
    if (!test.needsMetadata()) {
      return Optional.of(FilterIndex.byIds(filter, ids, view.count(), deadline));
    }
    held.fields.want();
    Optional<FilterIndex> index = held.fields.present();
    return index.isEmpty()
        ? Optional.empty()
        : Optional.of(index.get().resolve(filter, ids, deadline));
  }

  /** The sure ones, and those among the others that meet the filter. */
  private static Resolved asked(
      RowTest test, Generation held, ReadView view, FilterBounds told, Deadline deadline)
      throws IOException {
    OrdinalSet sure = view.dead().living(told.sure(), view.count());
    long[] words = Arrays.copyOf(sure.toWords(), OrdinalSet.wordsOf(view.count()));
    int indexed = Math.min(told.possible().bound(), view.count());
    int read = 0;
    if (!told.isExact()) {
      OrdinalSet doubtful =
          view.dead().living(told.possible().and(told.sure().not()), view.count());
      for (int row = doubtful.next(0); row >= 0; row = doubtful.next(row + 1)) {
        ask(test, held, row, read++, words, deadline);
      }
    }
    for (int row = indexed; row < view.count(); row++) {
      if (!view.dead().contains(row)) {
        ask(test, held, row, read++, words, deadline);
      }
    }
    return new Resolved(OrdinalSet.owning(words, view.count()), false, indexed, read);
  }

  private static void ask(
      RowTest test, Generation held, int row, int before, long[] words, Deadline deadline)
      throws IOException {
    if (before % BLOCK_ROWS == 0) {
      deadline.check();
    }
    if (matches(test, held.rows, row)) {
      words[row >>> 6] |= 1L << row;
    }
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

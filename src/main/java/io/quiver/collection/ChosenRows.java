package io.quiver.collection;

import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.RowTest;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.DeleteByFilter;
import io.quiver.message.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a write that are there and that its filter means at the moment of the write. Used by
 * the writer, which knows that nothing about these ids is undecided.
 */
final class ChosenRows {
  /** Where a row stands now. */
  interface Reading {
    Optional<Row> row(VectorId id, boolean withVector) throws IOException;
  }

  private final Reading reading;

  ChosenRows(Reading reading) {
    this.reading = reading;
  }

  /** Ids of the rows to delete. */
  List<VectorId> of(DeleteByFilter delete) throws IOException {
    expectIds(delete.ids());
    RowTest test = RowTest.of(delete.filter());
    List<VectorId> chosen = new ArrayList<>();
    for (VectorId id : new LinkedHashSet<>(delete.ids())) {
      Optional<Row> row = reading.row(id, false);
      if (row.isPresent() && isMeant(test, row.get())) {
        chosen.add(id);
      }
    }
    return chosen;
  }

  /** The rows as they become. */
  List<Row> of(ChangeMetadata change) throws IOException {
    expectIds(change.ids());
    RowTest test = RowTest.of(change.filter());
    boolean all = change.filter() instanceof Filter.All;
    List<Row> changed = new ArrayList<>();
    long bytes = 0;
    for (VectorId id : new LinkedHashSet<>(change.ids())) {
      Optional<Row> row = reading.row(id, true);
      if (row.isPresent() && (all || isMeant(test, row.get()))) {
        Metadata metadata = change.edit().of(row.get().metadata());
        changed.add(new Row(id, row.get().vector(), metadata));
        bytes += metadata.bytes() + (long) row.get().vector().dimension() * Float.BYTES;
      }
    }
    if (bytes > Limits.BODY_BYTES_MAX) {
      throw QuiverException.invalid(
          "ids", "rows of at most " + Limits.BODY_BYTES_MAX + " bytes together", bytes);
    }
    return changed;
  }

  /** Whoever asks the writer read them before: it does not look for them. */
  private static void expectIds(List<VectorId> ids) {
    Limits.check("ids", ids.size(), 1, Limits.BATCH_ROWS_MAX);
  }

  private static boolean isMeant(RowTest test, Row row) {
    return test.matches(row.id(), row.metadata().toUtf8());
  }
}

package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.filter.FieldPath;
import io.quiver.filter.FieldReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Counts values by reading the metadata of every row that counts.
 *
 * @param held held by the caller
 */
record RowFacets(Generation held) implements FacetSource {
  @Override
  public void count(
      FieldPath field,
      ReadView view,
      Optional<OrdinalSet> rows,
      FacetTally tally,
      Deadline deadline)
      throws IOException {
    FieldReader reader = FieldReader.ofValues(field);
    LiveRows live = new LiveRows(view, rows, deadline);
    for (int ordinal = live.next(); ordinal >= 0; ordinal = live.next()) {
      reader
          .values(held.rows.row(ordinal, false, true).metadata().toUtf8())
          .forEach(value -> tally.add(value, 1));
    }
  }
}

package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.filter.FieldPath;
import java.io.IOException;
import java.util.Optional;

/** Counts the values of a field in the rows of one shard, by whatever knows them. */
interface FacetSource {
  /**
   * Adds every row's different strings, numbers and booleans at the field.
   *
   * @param rows rows that count, all of them in the view and live; empty = all live rows of it
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED, or what the tally refuses
   */
  void count(
      FieldPath field,
      ReadView view,
      Optional<OrdinalSet> rows,
      FacetTally tally,
      Deadline deadline)
      throws IOException;
}

package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.filter.FieldPath;
import io.quiver.metadata.FilterIndex;
import java.io.IOException;
import java.util.Optional;

/**
 * Counts values by the index of fields, and by the metadata of rows of which that does not know.
 *
 * @param held held by the caller
 */
record IndexFacets(Generation held) implements FacetSource {
  @Override
  public void count(
      FieldPath field,
      ReadView view,
      Optional<OrdinalSet> rows,
      FacetTally tally,
      Deadline deadline)
      throws IOException {
    held.fields.want();
    Optional<FilterIndex> index = held.fields.present();
    Optional<OrdinalSet> left = rows;
    if (index.isPresent()) {
      OrdinalSet wanted =
          view.dead().living(rows.orElseGet(() -> OrdinalSet.all(view.count())), view.count());
      left = Optional.of(index.get().count(field, wanted, tally::add, deadline));
    }
    new RowFacets(held).count(field, view, left, tally, deadline);
  }
}

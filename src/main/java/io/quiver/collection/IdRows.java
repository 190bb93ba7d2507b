package io.quiver.collection;

import io.quiver.core.OrdinalSet;
import io.quiver.core.VectorId;
import io.quiver.metadata.FilterBounds;
import io.quiver.metadata.FilterIndex;
import io.quiver.vectors.IdTable;
import java.util.List;

/**
 * The rows of a view that have one of some ids, by the id table, which knows where each id is now.
 *
 * @param held held by the caller
 */
record IdRows(Generation held, ReadView view) implements FilterIndex.IdRows {
  @Override
  public FilterBounds find(List<VectorId> ids, int bound) {
    boolean isWhole = true;
    long[] words = new long[OrdinalSet.wordsOf(bound)];
    for (VectorId id : ids) {
      int ordinal = Shard.find(held, id);
      if (ordinal == IdTable.ABSENT || ordinal >= view.count()) {
        isWhole = false; // Unless nothing was written since, the view may have another row of it.
      } else if (ordinal < bound) {
        words[ordinal >>> 6] |= 1L << ordinal;
      }
    }
    OrdinalSet rows = OrdinalSet.owning(words, bound);
    return isWhole || held.view().equals(view)
        ? FilterBounds.exactly(rows)
        : new FilterBounds(rows, OrdinalSet.all(bound));
  }
}

package io.quiver.message;

import io.quiver.core.VectorId;
import java.util.List;
import java.util.Optional;

/**
 * One page of a scroll.
 *
 * @param rows as in {@link FoundVectors}
 * @param next where the next page begins; empty if there was no more
 */
public record ScrolledRows(List<Row> rows, Optional<VectorId> next) implements PointReply {
  public ScrolledRows {
    rows = List.copyOf(rows);
  }
}

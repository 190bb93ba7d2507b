package io.quiver.message;

import java.util.List;
import java.util.Optional;

/**
 * One page of rows in the order of a field.
 *
 * @param rows as in {@link FoundVectors}
 * @param next where the next page begins; empty if there was no more
 */
public record OrderedRows(List<Row> rows, Optional<OrderCursor> next) implements ArrangedReply {
  public OrderedRows {
    rows = List.copyOf(rows);
  }
}

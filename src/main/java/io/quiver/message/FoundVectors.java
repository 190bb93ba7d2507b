package io.quiver.message;

import java.util.List;

/**
 * The rows that exist, in the order in which they were asked for. A part that was not asked for is
 * {@code DenseVector.NONE} or {@code Metadata.ABSENT}.
 */
public record FoundVectors(List<Row> rows) implements Reply {
  public FoundVectors {
    rows = List.copyOf(rows);
  }
}

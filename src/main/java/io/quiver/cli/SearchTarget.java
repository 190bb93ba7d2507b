package io.quiver.cli;

import io.quiver.core.DenseVector;
import io.quiver.message.Row;
import java.io.IOException;
import java.util.List;

/** What {@code bench} loads and then searches. Searching is thread-safe. */
interface SearchTarget extends AutoCloseable {
  /** Writes all rows; returns when every one of them is in the graph. */
  void load(List<Row> rows) throws IOException;

  /** The ids of the nearest rows, nearest first. */
  List<String> search(DenseVector query, int limit, int efSearch);

  /** Removes what was loaded. */
  @Override
  void close() throws IOException;
}

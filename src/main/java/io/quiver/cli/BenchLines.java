package io.quiver.cli;

import io.quiver.core.DenseVector;
import io.quiver.message.Row;
import java.util.List;

/** Opens connections to a server in one way. */
interface BenchLines extends AutoCloseable {
  /** A connection for these batches. */
  BenchLine writes(String collection, List<List<Row>> batches);

  /** Connections for these queries, which they share. */
  List<BenchLine> searches(
      String collection, List<DenseVector> queries, int k, int efSearch, int connections);

  @Override
  void close();
}

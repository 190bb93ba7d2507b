package io.quiver.collection;

import io.quiver.core.Quantization;
import io.quiver.hnsw.Graph;
import io.quiver.hnsw.SearchForm;
import io.quiver.quant.CodeMemory;
import io.quiver.vectors.VectorSpace;

/** What searches of a shard walk: a graph, and the codes it is walked by. */
record Searched(Graph graph, SearchForm form) {
  private static final System.Logger LOG = System.getLogger(Searched.class.getName());

  /** No codes yet. */
  static Searched of(Graph graph, VectorSpace rows, CodeMemory memory, Quantization wanted) {
    return new Searched(graph, SearchForm.of(graph, rows, memory, wanted));
  }

  /** Writes some codes; what goes wrong with them only costs speed. */
  void code(int indexed, int count) {
    try {
      form.work(indexed, count);
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "codes are given up; searches read rows instead", e);
      form.giveUp();
    }
  }

  /** Nobody may search any more. */
  void close() {
    form.close();
    graph.close();
  }
}

package io.quiver.query;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.core.VectorId;
import io.quiver.disk.Disk;
import io.quiver.hnsw.Graph;
import io.quiver.hnsw.GraphBuilder;
import io.quiver.hnsw.GraphParams;
import io.quiver.hnsw.InsertContext;
import io.quiver.hnsw.SearchForm;
import io.quiver.message.Row;
import io.quiver.quant.CodeMemory;
import io.quiver.vectors.RowStore;
import io.quiver.vectors.Tombstones;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Rows in a store, a graph over the first of them, and codes: what a search sees of a shard. */
public final class ShardRows implements AutoCloseable {
  private static final int STAGED = 1_000;

  public final RowStore rows;
  public final Graph graph = new Graph(GraphParams.DEFAULT);
  private final Arena arena = Arena.ofShared();
  private final int indexed;

  public ShardRows(Disk disk, Path folder, Metric metric, float[][] vectors, int indexed)
      throws IOException {
    this.indexed = indexed;
    rows = RowStore.create(disk, folder, new UUID(1, 2), vectors[0].length, metric, arena);
    for (int from = 0; from < vectors.length; from += STAGED) {
      List<Row> some = new ArrayList<>();
      for (int i = from; i < Math.min(vectors.length, from + STAGED); i++) {
        DenseVector vector = DenseVector.of(vectors[i]);
        some.add(new Row(new VectorId("row-" + i), vector, Metadata.ABSENT));
      }
      rows.stage(some);
      rows.publish(from + some.size());
    }
    GraphBuilder builder = new GraphBuilder(graph, rows);
    InsertContext context = builder.context();
    for (int ordinal = 0; ordinal < indexed; ordinal++) {
      builder.insert(ordinal, context);
    }
  }

  /** Codes for every indexed row; the arena of the graph owns them. */
  public SearchForm form(Quantization wanted) {
    SearchForm form = SearchForm.of(graph, rows, new CodeMemory(Long.MAX_VALUE), wanted);
    while (form.hasWork(indexed)) {
      form.work(indexed, STAGED);
    }
    return form;
  }

  public Searchable searchable(SearchForm form, Tombstones dead) {
    int count = rows.count();
    return new Searchable(rows, graph, form, indexed, count, count - dead.count(), dead);
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    graph.close();
    arena.close();
  }
}

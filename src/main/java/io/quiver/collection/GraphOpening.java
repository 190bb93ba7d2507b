package io.quiver.collection;

import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.disk.Refusal;
import io.quiver.hnsw.Graph;
import io.quiver.hnsw.GraphFile;
import io.quiver.hnsw.GraphRepair;
import io.quiver.message.CollectionConfig;
import io.quiver.vectors.RowStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/** Opens the graph of a checkpoint. */
final class GraphOpening {
  private static final System.Logger LOG = System.getLogger(GraphOpening.class.getName());

  private GraphOpening() {}

  /**
   * The graph of a checkpoint. It is derived from the rows, so a damaged or missing file only costs
   * the time to build it anew; and one that a crash left newer than the manifest is reconciled.
   *
   * @throws IOException if there is no file handle to open it with
   */
  static ShardIndex open(
      Path file,
      UUID uuid,
      ShardCheckpoint at,
      RowStore rows,
      ReadView view,
      CollectionConfig config,
      Environment environment)
      throws IOException {
    if (at.indexed() == 0) {
      return ShardIndex.empty(rows, view, config, environment);
    }
    try {
      Graph graph = GraphFile.open(environment.disk(), file, uuid);
      int next = at.indexed();
      if (graph.nodes() != at.graphNodes() || graph.bound() > at.indexed()) {
        GraphRepair.consolidate(
            graph, rows, ordinal -> ordinal >= view.count() || view.dead().contains(ordinal));
        next = view.firstOutside(graph);
      } else if (graph.needsReconnect()) {
        GraphRepair.reconnect(graph, rows);
      }
      ShardIndex index =
          new ShardIndex(rows, view, graph, next, config.quantization(), environment);
      return index.opened(GraphBacking.file(file, uuid, environment.disk().size(file)), false);
    } catch (IOException e) {
      if (Refusal.of(e) == Refusal.NO_HANDLES) {
        throw e; // Says nothing of the file.
      }
      LOG.log(System.Logger.Level.WARNING, "the graph is built anew: {0}", e.getMessage());
      return ShardIndex.empty(rows, view, config, environment).opened(GraphBacking.memory(), true);
    }
  }
}

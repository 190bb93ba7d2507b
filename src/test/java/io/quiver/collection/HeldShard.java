package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.VectorId;
import io.quiver.hnsw.Graph;
import io.quiver.hnsw.GraphCheck;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A search that takes its time: it holds what it reads while compaction, checkpoint and drop pass.
 */
public final class HeldShard implements AutoCloseable {
  private final Collection collection;
  private final Generation held;

  private HeldShard(Collection collection, Generation held) {
    this.collection = collection;
    this.held = held;
  }

  public static HeldShard of(Collection collection, int shard) {
    return new HeldShard(collection, collection.opened().acquire(shard));
  }

  public SearchHits search(SearchVectors search) throws IOException {
    return ShardSearch.run(collection.config(), held, search, Deadline.NEVER);
  }

  /** Living rows that are not in the graph yet, so that every search has to scan them. */
  public List<VectorId> tail() throws IOException {
    ReadView view = held.view();
    List<VectorId> ids = new ArrayList<>();
    for (int ordinal = held.index.indexed(view); ordinal < view.count(); ordinal++) {
      if (!view.dead().contains(ordinal)) {
        ids.add(held.rows.id(ordinal));
      }
    }
    return ids;
  }

  /** What is wrong with the graph: its form, nodes without a row, indexed rows without a node. */
  public List<String> graphFaults() {
    ReadView view = held.view();
    Graph graph = held.index.graph();
    List<String> faults = new ArrayList<>(GraphCheck.check(graph, view.dead()).faults());
    for (int ordinal = view.count(); ordinal < graph.bound(); ordinal++) {
      if (graph.contains(ordinal)) {
        faults.add("node %d of %d rows".formatted(ordinal, view.count()));
      }
    }
    for (int ordinal = 0; ordinal < held.index.indexed(view); ordinal++) {
      if (!view.dead().contains(ordinal) && !graph.contains(ordinal)) {
        faults.add("row %d has no node".formatted(ordinal));
      }
    }
    return faults;
  }

  @Override
  public void close() {
    held.release();
  }
}

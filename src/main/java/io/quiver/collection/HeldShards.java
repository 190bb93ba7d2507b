package io.quiver.collection;

import io.quiver.collection.NearRows.Near;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.OrdinalSet;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.query.Distances;
import io.quiver.query.Nearest;
import io.quiver.query.SearchSession;
import io.quiver.vectors.Norms;
import io.quiver.vectors.Scorer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One moment of all shards of a collection, held until it is closed. For one thread.
 *
 * <p>Invariant: every list has one element for each shard.
 */
final class HeldShards implements AutoCloseable {
  /** Rows scored at once. */
  private static final int BLOCK_ROWS = 256;

  private final CollectionConfig config;
  private final List<Generation> held = new ArrayList<>();
  private final List<ReadView> views = new ArrayList<>();
  private final List<Optional<OrdinalSet>> allowed = new ArrayList<>();
  private final Deadline deadline;

  private HeldShards(CollectionConfig config, Deadline deadline) {
    this.config = config;
    this.deadline = deadline;
  }

  /** The rows that a filter means. */
  static HeldShards of(OpenCollection collection, Filter filter, Deadline deadline)
      throws IOException {
    HeldShards shards = new HeldShards(collection.config(), deadline);
    try {
      TextSearches.acquireAll(collection, shards.held);
      for (Generation each : shards.held) {
        ReadView view = each.view();
        shards.views.add(view);
        shards.allowed.add(RowFilter.allowed(filter, each, view, deadline));
      }
      return shards;
    } catch (IOException | RuntimeException e) {
      shards.close();
      throw e;
    }
  }

  @Override
  public void close() {
    held.forEach(Generation::release);
  }

  int count() {
    return held.size();
  }

  CollectionConfig config() {
    return config;
  }

  Deadline deadline() {
    return deadline;
  }

  /** The rows of a shard, one by one. */
  LiveRows rows(int shard) {
    return new LiveRows(views.get(shard), allowed.get(shard), deadline);
  }

  /** How many rows the filter means, at most: some of them may be dead. */
  long live() {
    long live = 0;
    for (int shard = 0; shard < held.size(); shard++) {
      int all = views.get(shard).live();
      live += allowed.get(shard).map(rows -> Math.min(all, rows.count())).orElse(all);
    }
    return live;
  }

  /** Refuses a search that no row of the collection can answer. */
  void check(DenseVector vector) {
    if (vector.dimension() != config.dimension()) {
      throw QuiverException.dimensionMismatch("vector", config.dimension(), vector.dimension());
    }
    Norms.check(vector, config.metric(), "vector");
  }

  /** So many of the nearest rows, found as any search finds them. */
  NearRows nearest(SearchVectors search, int count) {
    NearRows found = none();
    SearchSession session = SearchSession.ofThread();
    for (int shard = 0; shard < held.size(); shard++) {
      ShardIndex index = held.get(shard).index;
      int ef = index.ef(search.effort(), search.efSearch(), config.index().efSearch(), count);
      Nearest sought =
          new Nearest(
              search.vector(), count, ef, search.exact(), search.effort(), allowed.get(shard));
      int hits = session.run(index.searchable(views.get(shard)), sought, deadline);
      for (int rank = 0; rank < hits; rank++) {
        add(found, search, shard, session.ordinal(rank), session.score(rank));
      }
    }
    found.sort();
    found.cut(count);
    return found;
  }

  private NearRows none() {
    return new NearRows(views.stream().mapToInt(ReadView::count).toArray());
  }

  /** All rows, nearest first. */
  NearRows all(SearchVectors search) {
    NearRows found = none();
    int[] block = new int[BLOCK_ROWS];
    float[] scores = new float[BLOCK_ROWS];
    for (int shard = 0; shard < held.size(); shard++) {
      Scorer scorer = held.get(shard).rows.scorer();
      scorer.target(search.vector().toArray());
      LiveRows rows = rows(shard);
      int ordinal = rows.next();
      while (ordinal >= 0) {
        int size = 0;
        for (; size < BLOCK_ROWS && ordinal >= 0; ordinal = rows.next()) {
          block[size++] = ordinal;
        }
        scorer.score(block, size, scores);
        for (int i = 0; i < size; i++) {
          add(found, search, shard, block[i], scores[i]);
        }
      }
    }
    found.sort();
    return found;
  }

  private void add(NearRows found, SearchVectors search, int shard, int ordinal, float score) {
    float distance = Distances.ofScore(config.metric(), score);
    if (distance <= search.maxDistance()) {
      found.add(shard, ordinal, distance);
    }
  }

  /** Computes distances to the rows of one shard. */
  Scorer scorer(int shard) {
    return held.get(shard).rows.scorer();
  }

  VectorId id(Near row) throws IOException {
    return held.get(row.shard()).rows.id(row.ordinal());
  }

  Metadata metadata(Near row) throws IOException {
    return metadata(row.shard(), row.ordinal());
  }

  Metadata metadata(int shard, int ordinal) throws IOException {
    return row(shard, ordinal, false, true).metadata();
  }

  Row row(int shard, int ordinal, boolean withVector, boolean withMetadata) throws IOException {
    return held.get(shard).rows.row(ordinal, withVector, withMetadata);
  }

  /** What the search wants to have of a row. */
  Hit hit(Near near, SearchVectors search) throws IOException {
    Row row = row(near.shard(), near.ordinal(), search.withVectors(), search.withMetadata());
    return new Hit(row.id(), near.distance(), row.metadata(), row.vector());
  }
}

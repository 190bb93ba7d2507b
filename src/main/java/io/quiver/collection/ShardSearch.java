package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.query.Distances;
import io.quiver.query.SearchSession;
import io.quiver.query.Searchable;
import io.quiver.vectors.Norms;
import io.quiver.vectors.RowStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Runs a checked search on a held generation and reads the rows it found. */
final class ShardSearch {
  private ShardSearch() {}

  static SearchHits run(
      CollectionConfig config, Generation held, SearchVectors search, Deadline deadline)
      throws IOException {
    if (search.vector().dimension() != config.dimension()) {
      throw QuiverException.dimensionMismatch(
          "vector", config.dimension(), search.vector().dimension());
    }
    Norms.check(search.vector(), config.metric(), "vector");
    ReadView view = held.view();
    Searched searched = held.index.searched();
    int indexed = held.index.indexed(view);
    Searchable rows =
        new Searchable(
            held.rows,
            searched.graph(),
            searched.form(),
            indexed,
            view.count(),
            view.live(),
            view.dead());
    int ef = search.efSearch() == 0 ? config.index().efSearch() : search.efSearch();
    SearchSession session = SearchSession.ofThread();
    int found =
        session.run(
            rows,
            search.vector(),
            search.window(),
            ef,
            search.exact(),
            search.rescoring(),
            deadline);
    List<Hit> hits = new ArrayList<>(found);
    for (int rank = 0; rank < found; rank++) {
      add(hits, held.rows, session.ordinal(rank), distance(config, session, rank), search);
    }
    if (search.exact() && session.leftOutTies()) {
      addTies(hits, held.rows, session.allTied(rows, deadline), search);
    }
    hits.sort(Hit.NEAREST_FIRST);
    return new SearchHits(hits.subList(0, Math.min(found, hits.size())), List.of());
  }

  private static float distance(CollectionConfig config, SearchSession session, int rank) {
    return Distances.ofScore(config.metric(), session.score(rank));
  }

  /** Rows as near as the last one compete with it for the last places, by id. */
  private static void addTies(List<Hit> hits, RowStore rows, int[] tied, SearchVectors search)
      throws IOException {
    if (hits.isEmpty()) {
      return; // All were beyond the maximal distance, so these are, too.
    }
    float distance = hits.getLast().distance();
    Set<VectorId> present = new HashSet<>();
    hits.forEach(hit -> present.add(hit.id()));
    for (int ordinal : tied) {
      if (!present.contains(rows.id(ordinal))) {
        add(hits, rows, ordinal, distance, search);
      }
    }
  }

  private static void add(
      List<Hit> hits, RowStore rows, int ordinal, float distance, SearchVectors search)
      throws IOException {
    if (distance <= search.maxDistance()) {
      Row row = rows.row(ordinal, search.withVectors(), search.withMetadata());
      hits.add(new Hit(row.id(), distance, row.metadata(), row.vector()));
    }
  }
}

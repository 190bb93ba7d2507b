package io.quiver.collection;

import io.quiver.core.QuiverException;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Hit;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.query.Distances;
import io.quiver.query.SearchSession;
import io.quiver.query.Searchable;
import io.quiver.vectors.Norms;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Runs a checked search on a held generation and reads the rows it found. */
final class ShardSearch {
  private ShardSearch() {}

  static SearchHits run(
      CollectionConfig config, Generation held, SearchVectors search, long deadlineNanos)
      throws IOException {
    if (search.vector().dimension() != config.dimension()) {
      throw QuiverException.dimensionMismatch(
          "vector", config.dimension(), search.vector().dimension());
    }
    Norms.check(search.vector(), config.metric(), "vector");
    ReadView view = held.view();
    int indexed = held.index.indexed(view);
    Searchable rows =
        new Searchable(
            held.rows, held.index.graph(), indexed, view.count(), view.live(), view.dead());
    int ef = search.efSearch() == 0 ? config.index().efSearch() : search.efSearch();
    SearchSession session = SearchSession.ofThread();
    int found =
        session.run(rows, search.vector(), search.window(), ef, search.exact(), deadlineNanos);
    List<Hit> hits = new ArrayList<>(found);
    for (int rank = 0; rank < found; rank++) {
      float distance = Distances.ofScore(config.metric(), session.score(rank));
      if (distance > search.maxDistance()) {
        break;
      }
      hits.add(
          RowReader.hit(
              held.rows,
              session.ordinal(rank),
              distance,
              search.withVectors(),
              search.withMetadata()));
    }
    return new SearchHits(hits, List.of());
  }
}

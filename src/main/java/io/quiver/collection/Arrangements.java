package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.message.ArrangedReply;
import io.quiver.message.ArrangedRequest;
import io.quiver.message.CountFacets;
import io.quiver.message.Facets;
import io.quiver.message.OrderRows;
import io.quiver.message.SearchGroups;
import io.quiver.message.SearchReranked;
import java.io.IOException;
import java.util.Optional;

/** Answers that are arranged by metadata, over all shards of a collection. Any thread. */
public final class Arrangements {
  private Arrangements() {}

  /**
   * Answers one request.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED, DIMENSION_MISMATCH, or
   *     INVALID_ARGUMENT of what the rows have
   */
  public static ArrangedReply run(
      Collection collection, ArrangedRequest request, Deadline deadline) {
    OpenCollection present = collection.opened();
    return collection.reading(() -> run(present, request, deadline));
  }

  private static ArrangedReply run(
      OpenCollection present, ArrangedRequest request, Deadline deadline) throws IOException {
    return switch (request) {
      case CountFacets count -> facets(present, count, deadline);
      case SearchGroups search -> {
        try (HeldShards shards = HeldShards.of(present, search.filter(), deadline)) {
          yield GroupSearch.run(shards, search);
        }
      }
      case OrderRows order -> {
        try (HeldShards shards = HeldShards.of(present, order.filter(), deadline)) {
          yield OrderedPage.run(shards, order);
        }
      }
      case SearchReranked search -> {
        try (HeldShards shards = HeldShards.of(present, search.filter(), deadline)) {
          yield RerankedSearch.run(shards, search);
        }
      }
    };
  }

  private static Facets facets(OpenCollection present, CountFacets count, Deadline deadline)
      throws IOException {
    FacetTally tally = new FacetTally();
    for (int shard = 0; shard < present.shards(); shard++) {
      Generation held = present.acquire(shard);
      try {
        ReadView view = held.view();
        Optional<OrdinalSet> rows = RowFilter.allowed(count.filter(), held, view, deadline);
        FacetSource source = new IndexFacets(held);
        source.count(count.field(), view, rows, tally, deadline);
      } finally {
        held.release();
      }
    }
    return tally.most(count.limit());
  }
}

package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.message.ArrangedReply;
import io.quiver.message.ArrangedRequest;
import io.quiver.message.CountFacets;
import io.quiver.message.Facets;
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
    return collection.reading(() ->
        switch (request) {
          case CountFacets count -> facets(present, count, deadline);
        });
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

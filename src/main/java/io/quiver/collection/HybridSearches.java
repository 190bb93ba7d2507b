package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.HybridHit;
import io.quiver.message.HybridHits;
import io.quiver.message.Row;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchVectors;
import io.quiver.metadata.TextQuery;
import io.quiver.query.Fusion;
import io.quiver.query.Similarity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Searches a collection by vector and by text. Any thread. */
public final class HybridSearches {
  private HybridSearches() {}

  /** Where a side found a row. */
  private record Place(int rank, float score) {
    static final Place NONE = new Place(0, Float.NaN);
  }

  /**
   * Finds rows on both ways and fuses what was found; see {@link SearchHybrid}.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED, DIMENSION_MISMATCH, or
   *     INVALID_ARGUMENT of {@code query}
   */
  public static HybridHits run(Collection collection, SearchHybrid search, Deadline deadline) {
    OpenCollection present = collection.opened();
    Metric metric = collection.config().metric();
    TextQuery query = TextQuery.parse(search.query());
    return collection.reading(() -> {
      Map<VectorId, Place> near = nearest(present, metric, search, deadline);
      Map<VectorId, Place> alike = alike(present, query, search, deadline);
      return new HybridHits(read(present, search, fused(near, alike, search)));
    });
  }

  private static Map<VectorId, Place> nearest(
      OpenCollection collection, Metric metric, SearchHybrid search, Deadline deadline)
      throws IOException {
    SearchVectors nearest =
        new SearchVectors(
                search.collection(),
                search.vector(),
                search.window(),
                0,
                0,
                false,
                false,
                false,
                Float.POSITIVE_INFINITY,
                0)
            .filteredBy(search.filter());
    List<Hit> hits = new ArrayList<>();
    for (int shard = 0; shard < collection.shards(); shard++) {
      hits.addAll(collection.search(shard, nearest, deadline).hits());
    }
    hits.sort(Hit.NEAREST_FIRST);
    Map<VectorId, Place> places = new LinkedHashMap<>();
    for (Hit hit : hits.subList(0, Math.min(search.window(), hits.size()))) {
      places.put(hit.id(), new Place(places.size() + 1, Similarity.of(metric, hit.distance())));
    }
    return places;
  }

  private static Map<VectorId, Place> alike(
      OpenCollection collection, TextQuery query, SearchHybrid search, Deadline deadline)
      throws IOException {
    List<Generation> held = new ArrayList<>();
    try {
      TextSearches.acquireAll(collection, held);
      TextSearches.Sought sought =
          new TextSearches.Sought(query, search.fields(), search.window(), search.filter());
      Map<VectorId, Place> places = new LinkedHashMap<>();
      for (TextSearches.Scored row : TextSearches.best(held, sought, deadline)) {
        places.put(row.id(), new Place(places.size() + 1, row.score()));
      }
      return places;
    } finally {
      held.forEach(Generation::release);
    }
  }

  private static List<HybridHit> fused(
      Map<VectorId, Place> near, Map<VectorId, Place> alike, SearchHybrid search) {
    Fusion fusion = new Fusion(search.fusion(), scores(near), scores(alike));
    Map<VectorId, HybridHit> hits = new HashMap<>();
    for (Map<VectorId, Place> side : List.of(near, alike)) {
      for (VectorId id : side.keySet()) {
        Place vector = near.getOrDefault(id, Place.NONE);
        Place text = alike.getOrDefault(id, Place.NONE);
        float combined = fusion.combined(vector.rank(), vector.score(), text.rank(), text.score());
        hits.put(id, new HybridHit(id, vector.score(), text.score(), combined, Metadata.ABSENT));
      }
    }
    List<HybridHit> sorted = new ArrayList<>(hits.values());
    sorted.sort(HybridHit.BEST_FIRST);
    return sorted.subList(0, Math.min(search.limit(), sorted.size()));
  }

  private static float[] scores(Map<VectorId, Place> side) {
    float[] scores = new float[side.size()];
    int next = 0;
    for (Place place : side.values()) {
      scores[next++] = place.score();
    }
    return scores;
  }

  /** Adds metadata; rows that were deleted meanwhile are left out. */
  private static List<HybridHit> read(
      OpenCollection collection, SearchHybrid search, List<HybridHit> hits) throws IOException {
    if (!search.withMetadata() || hits.isEmpty()) {
      return hits;
    }
    List<VectorId> ids = hits.stream().map(HybridHit::id).toList();
    Map<VectorId, Metadata> metadata = new HashMap<>();
    for (Row row : collection.get(new GetVectors(search.collection(), ids, false, true)).rows()) {
      metadata.put(row.id(), row.metadata());
    }
    return hits.stream()
        .filter(hit -> metadata.containsKey(hit.id()))
        .map(hit ->
            new HybridHit(
                hit.id(),
                hit.vectorScore(),
                hit.textScore(),
                hit.combinedScore(),
                metadata.get(hit.id())))
        .toList();
  }
}

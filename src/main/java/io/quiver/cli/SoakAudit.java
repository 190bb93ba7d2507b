package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What is checked of a collection while nobody writes: the count, rows that are there and rows that
 * are not, exact searches against brute force, and how much of it the graph finds.
 */
final class SoakAudit {
  private static final int QUERIES = 200;
  private static final int EXACT = 20;
  private static final int READS = 50;

  private final SoakCollection collection;
  private final SplittableRandom random;

  SoakAudit(SoakCollection collection, SplittableRandom random) {
    this.collection = collection;
    this.random = random;
  }

  /** A living row. */
  private record Living(int slot, double distance) {}

  /** Returns the recall at ten of the graph, by the same queries each time. */
  double run() {
    SoakModel model = collection.model();
    long told = collection.stats().path("vector_count").asLong();
    if (told != model.live()) {
      throw SoakCheck.wrong(
          "%s: rows: want=%d got=%d".formatted(collection.name(), model.live(), told));
    }
    for (int i = 0; i < READS; i++) {
      collection.read(random.nextInt(model.slots()));
    }
    float[][] vectors = new float[model.slots()][];
    for (int slot = 0; slot < vectors.length; slot++) {
      int version = model.version(slot);
      vectors[slot] =
          version == SoakModel.ABSENT ? new float[0] : collection.rows().vector(slot, version);
    }
    long found = 0;
    for (int i = 0; i < QUERIES; i++) {
      float[] query = collection.rows().query(i);
      List<Living> nearest = nearest(vectors, query);
      if (i < EXACT) {
        exact(query, nearest);
      }
      double last = nearest.getLast().distance();
      for (JsonNode hit : collection.hits(query, false)) {
        double distance = hit.path("distance").asDouble();
        found += distance <= last || SoakRows.isSame(distance, last) ? 1 : 0;
      }
    }
    return found / (double) (QUERIES * SoakCollection.LIMIT);
  }

  private void exact(float[] query, List<Living> nearest) {
    JsonNode hits = collection.hits(query, true);
    Set<String> told = new HashSet<>();
    hits.forEach(hit -> told.add(hit.path("id").asText()));
    double last = nearest.getLast().distance();
    for (Living each : nearest) {
      boolean isTie = SoakRows.isSame(each.distance(), last);
      if (!isTie && !told.contains(SoakRows.id(each.slot()))) {
        throw SoakCheck.wrong(
            "%s: an exact search misses %s at %s; its last hit is at %s"
                .formatted(
                    collection.name(),
                    SoakRows.id(each.slot()),
                    each.distance(),
                    hits.path(hits.size() - 1).path("distance")));
      }
    }
  }

  private List<Living> nearest(float[][] vectors, float[] query) {
    double[] distances = new double[vectors.length];
    Arrays.setAll(
        distances,
        slot ->
            vectors[slot].length == 0
                ? Double.POSITIVE_INFINITY
                : collection.rows().distance(query, vectors[slot]));
    double[] sorted = distances.clone();
    Arrays.sort(sorted);
    double last = sorted[SoakCollection.LIMIT - 1];
    List<Living> nearest = new ArrayList<>();
    for (int slot = 0; slot < distances.length; slot++) {
      if (distances[slot] <= last) {
        nearest.add(new Living(slot, distances[slot]));
      }
    }
    nearest.sort((a, b) -> Double.compare(a.distance(), b.distance()));
    return nearest;
  }
}

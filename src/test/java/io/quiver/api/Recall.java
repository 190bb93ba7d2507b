package io.quiver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Recall at ten of a served collection whose ids are row numbers, over REST. */
final class Recall {
  private static final int K = 10;
  private static final long POLL_NANOS = 20_000_000;

  private final RestCaller rest;
  private final String collection;

  Recall(RestCaller rest, String collection) {
    this.rest = rest;
    this.collection = collection;
  }

  /** With the server's defaults. */
  double atDefaults(float[][] queries, int[][] truth) throws IOException {
    return measured(queries, truth, RestCaller.object());
  }

  double at(int efSearch, float[][] queries, int[][] truth) throws IOException {
    return measured(queries, truth, RestCaller.object().put("ef_search", efSearch));
  }

  private double measured(float[][] queries, int[][] truth, ObjectNode more) throws IOException {
    long found = 0;
    for (int i = 0; i < queries.length; i++) {
      Set<String> wanted =
          Arrays.stream(truth[i])
              .limit(K)
              .mapToObj(Integer::toString)
              .collect(Collectors.toCollection(HashSet::new));
      for (JsonNode hit : rest.search(collection, queries[i], more)) {
        found += wanted.remove(hit.path("id").asText()) ? 1 : 0;
      }
    }
    return found / (double) (queries.length * K);
  }

  /** Returns when the graph has every row: until then the rest is scanned, and recall is better. */
  void awaitIndexed(Duration atMost) throws IOException {
    long end = System.nanoTime() + atMost.toNanos();
    while (unindexed() > 0) {
      if (System.nanoTime() > end) {
        throw new AssertionError(unindexed() + " rows of " + collection + " are not indexed");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private long unindexed() throws IOException {
    return rest.ok("GET", "/collections/" + collection + "/stats?detail=true")
        .path("unindexed_rows")
        .asLong();
  }
}

package io.quiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionStats;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.quiver.ops.OpsOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a real node say what was done to it. */
class NodeFiguresTest {
  private static final int WRITES = 30;
  private static final Pattern SAMPLE =
      Pattern.compile(
          "[a-zA-Z_:][a-zA-Z0-9_:]*(\\{[a-z_]+=\"[^\"]*\".*})?"
              + " (NaN|[+-]Inf|-?[0-9.]+(E-?[0-9]+)?)");

  @TempDir private Path folder;

  @Test
  void queuesLogIndexMemoryAndEachCollectionsRequestsAreThere() throws Exception {
    Vertx vertx = Vertx.vertx();
    QuiverOptions options = QuiverOptions.embedded(folder).withOps(OpsOptions.of("127.0.0.1", 0));
    Quiver quiver = await(Quiver.start(vertx, options));
    try {
      CollectionName name = new CollectionName("c");
      await(quiver.client().create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN)));
      await(quiver.client().create(CollectionConfig.of("empty", 2, Metric.EUCLIDEAN)));
      for (int i = 0; i < WRITES; i++) {
        Row row = new Row(new VectorId("r" + i), DenseVector.of(i, 1), Metadata.ABSENT);
        await(quiver.client().write(WriteVectors.upsert(name, List.of(row))));
      }
      await(quiver.client().search(SearchVectors.of(name, DenseVector.of(1, 2), 3)));
      CollectionStats stats;
      Map<String, Double> page;
      do { // Until no thread of the node has taken or given memory meanwhile.
        stats = await(quiver.client().describe(name)).stats();
        page = page(quiver.opsPort());
      } while (stats.memoryBytes() != await(quiver.client().describe(name)).stats().memoryBytes());

      assertThat(page)
          .containsEntry("quiver_log_records_total", (double) WRITES)
          .containsEntry("quiver_log_unsynced_records", 0.0)
          .containsEntry("quiver_log_sync_seconds_count", (double) WRITES)
          .containsEntry("quiver_log_sync_seconds_bucket{le=\"+Inf\"}", (double) WRITES)
          .containsEntry("quiver_search_queue", 0.0)
          .containsEntry("quiver_log_queue", 0.0)
          .containsEntry("quiver_collection_vectors{collection=\"c\"}", (double) WRITES)
          .containsEntry("quiver_collection_vectors{collection=\"empty\"}", 0.0)
          .containsEntry("quiver_collection_index_progress{collection=\"empty\"}", 1.0)
          .containsEntry(
              "quiver_collection_request_seconds_count{collection=\"c\",operation=\"upsert\"}",
              (double) WRITES)
          .containsEntry(
              "quiver_collection_request_seconds_count{collection=\"c\",operation=\"query\"}", 1.0);
      assertThat(page.get("quiver_log_bytes")).isGreaterThan(WRITES * 10.0);
      assertThat(page.get("quiver_search_threads")).isPositive();
      assertThat(page.get("quiver_log_sync_seconds_sum")).isBetween(1e-6, 60.0);
      assertThat(sum(page, "quiver_collection_memory_bytes{collection=\"c\""))
          .as("by component")
          .isEqualTo((double) stats.memoryBytes());
      assertThat(page.get("quiver_collection_log_lag_records{collection=\"c\"}"))
          .isBetween(0.0, (double) WRITES);
    } finally {
      await(quiver.stop());
      await(vertx.close());
    }
  }

  /** By name and labels; every line must be one that Prometheus can read, and stand once. */
  private static Map<String, Double> page(int port) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
      String text =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      Map<String, Double> values = new TreeMap<>();
      for (String line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
        assertThat(line).matches(SAMPLE);
        int space = line.lastIndexOf(' ');
        String number = line.substring(space + 1);
        Double before = values.put(line.substring(0, space), Double.valueOf(number));
        assertThat(before).as(line).isNull();
      }
      return values;
    }
  }

  private static double sum(Map<String, Double> page, String prefix) {
    return page.entrySet().stream()
        .filter(each -> each.getKey().startsWith(prefix))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}

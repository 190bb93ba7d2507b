package io.quiver.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.bus.QuiverClient;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FakeNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The management port over real HTTP: figures that move with the requests, and honest probes. */
class OpsVerticleTest {
  private static final CollectionName NAME = new CollectionName("c");

  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics();
  private final HttpClient http = HttpClient.newHttpClient();
  private FakeNode node;
  private QuiverClient client;
  private OpsVerticle ops;

  @BeforeEach
  void start() {
    node = new FakeNode(vertx);
    client = QuiverClient.create(vertx, metrics);
    ops = new OpsVerticle(OpsOptions.of("127.0.0.1", 0), client, metrics);
    await(vertx.deployVerticle(ops));
  }

  @AfterEach
  void stop() {
    http.close();
    metrics.close();
    node.close();
    await(vertx.close());
  }

  /** A web page can make a browser ask loopback by the page's own name, which it then says. */
  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/health/ready", "/nothing"})
  void aForeignNameIsMisdirectedAndNoneIsMalformed(String path) throws IOException {
    assertThat(statusOf("GET " + path + " HTTP/1.1\r\nHost: evil.example\r\n\r\n")).isEqualTo(421);
    assertThat(statusOf("GET " + path + " HTTP/1.1\r\n\r\n")).isEqualTo(400);
    assertThat(statusOf("GET " + path + " HTTP/1.1\r\nHost: localhost:9091\r\n\r\n"))
        .isIn(200, 404);
  }

  private int statusOf(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ops.actualPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
      return Integer.parseInt(new String(line, StandardCharsets.US_ASCII).substring(9));
    }
  }

  @Test
  void inheritedNamesCountWhatWasDone() {
    await(client.create(CollectionConfig.of("c", 1, Metric.EUCLIDEAN)));
    await(client.create(CollectionConfig.of("d", 1, Metric.EUCLIDEAN)));
    await(client.drop(new CollectionName("d")));
    write(WriteMode.INSERT, 0, 1);
    write(WriteMode.INSERT, 1, 8);
    write(WriteMode.UPSERT, 5, 10);
    write(WriteMode.UPDATE, 2, 3);
    await(client.delete(new DeleteVectors(NAME, ids(0, 1), Durability.OS)));
    await(client.delete(new DeleteVectors(NAME, ids(1, 5), Durability.OS)));
    await(client.search(SearchVectors.of(NAME, DenseVector.of(1), 3)));
    await(client.search(SearchVectors.of(NAME, DenseVector.of(1), 5)));
    await(client.search(SearchVectors.of(NAME, DenseVector.of(1, 2), 5)).otherwiseEmpty());

    String page = get("/metrics").body();
    assertThat(value(page, "vectorstore_collections_created")).isEqualTo(2);
    assertThat(value(page, "vectorstore_collections_deleted")).isEqualTo(1);
    assertThat(value(page, "vectorstore_vectors_inserted")).isEqualTo(1);
    assertThat(value(page, "vectorstore_vectors_batch_inserted")).isEqualTo(7);
    assertThat(value(page, "vectorstore_vectors_batch_upserted")).isEqualTo(5);
    assertThat(value(page, "vectorstore_vectors_updated")).isEqualTo(1);
    assertThat(value(page, "vectorstore_vectors_deleted")).isEqualTo(1);
    assertThat(value(page, "vectorstore_vectors_batch_deleted")).isEqualTo(4);
    assertThat(value(page, "vectorstore_queries")).isEqualTo(2);
    assertThat(value(page, "vectorstore_query_results_sum")).isEqualTo(8);
    assertThat(value(page, "vectorstore_query_results_count")).isEqualTo(2);
    assertThat(value(page, "vectorstore_query_duration_count")).isEqualTo(2);
    assertThat(value(page, "vectorstore_query_duration{quantile=\"0.99\"}")).isBetween(1e-7, 10.0);
    assertThat(value(page, "vectorstore_collections_total")).isEqualTo(1);
    assertThat(value(page, "vectorstore_vectors_total")).isEqualTo(5);
    assertThat(value(page, "vectorstore_memory_usage")).isEqualTo(1_000);
    assertThat(value(page, "quiver_requests_seconds_count{operation=\"query\"}")).isEqualTo(3);
    assertThat(value(page, "quiver_requests_seconds_bucket{operation=\"query\",le=\"+Inf\"}"))
        .isEqualTo(3);
    assertThat(
            value(
                page,
                "quiver_request_failures_total{code=\"DIMENSION_MISMATCH\",operation=\"query\"}"))
        .isEqualTo(1);
  }

  @Test
  void theJvmIsThere() {
    String page = get("/metrics").body();
    assertThat(value(page, "quiver_up")).isEqualTo(1);
    assertThat(value(page, "quiver_ready")).isEqualTo(1);
    assertThat(page).contains("quiver_info{version=\"0-fake\"} 1");
    assertThat(page).contains("jvm_memory_used_bytes{", "jvm_threads_live_threads ");
    assertThat(page).contains("jvm_gc_memory_allocated_bytes_total ", "process_uptime_seconds ");
  }

  @Test
  void theScrubIsCounted() {
    String page = get("/metrics").body();
    assertThat(value(page, "quiver_scrub_bytes_total")).isEqualTo(5_000);
    assertThat(value(page, "quiver_scrub_passes_total")).isEqualTo(2);
    assertThat(value(page, "quiver_scrub_damaged_total")).isEqualTo(3);
    assertThat(value(page, "quiver_scrub_unread_total")).isEqualTo(1);
    assertThat(value(page, "quiver_scrub_last_end_seconds")).isEqualTo(1_700_000_000);
  }

  /** No line may be one that Prometheus cannot read, and no series may stand twice. */
  @Test
  void everyLineIsWellFormedAndStandsOnce() {
    write(WriteMode.INSERT, 0, 1);
    HttpResponse<String> response = get("/metrics");
    assertThat(response.headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    Pattern sample =
        Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(\\{[^}]*})? (NaN|[+-]Inf|-?[0-9.]+(E-?[0-9]+)?)");
    List<String> lines = response.body().lines().filter(line -> !line.startsWith("#")).toList();
    assertThat(lines).allSatisfy(line -> assertThat(line).matches(sample));
    assertThat(lines.stream().map(line -> line.substring(0, line.lastIndexOf(' '))))
        .doesNotHaveDuplicates();
    assertThat(response.body().lines().filter(line -> line.startsWith("# TYPE")))
        .doesNotHaveDuplicates();
  }

  @Test
  void aNodeThatDoesNotAnswerIsDownButTheProcessIsMeasured() {
    node.failWith(ErrorCode.UNAVAILABLE);
    String page = get("/metrics").body();
    assertThat(value(page, "quiver_up")).isZero();
    assertThat(page).contains("jvm_memory_used_bytes{").doesNotContain("vectorstore_vectors_total");
  }

  @Test
  void readinessFollowsTheNode() {
    assertReady(200, true);
    node.setReady(false);
    JsonObject body = assertReady(503, false);
    JsonObject check = body.getJsonArray("checks").getJsonObject(0);
    assertThat(check.getString("name")).isEqualTo("log");
    assertThat(check.getString("status")).isEqualTo("unhealthy");
    assertThat(check.getString("message")).isEqualTo("fsync failed");
    assertThat(new JsonObject(get("/health/live").body()).getBoolean("alive")).isTrue();
    node.fallSilent();
    assertReady(503, false);
  }

  @Test
  void metricsTellHowEachComponentIs() {
    node.setReady(false);
    String page = get("/metrics").body();
    assertThat(value(page, "quiver_ready")).isZero();
    assertThat(value(page, "quiver_component_state{component=\"log\"}")).isEqualTo(2);
  }

  @Test
  void theIndexNamesEveryPath() {
    String index = get("/").body();
    Matcher links = Pattern.compile("href=\"([^\"]+)\"").matcher(index);
    List<String> paths = links.results().map(link -> link.group(1)).toList();
    assertThat(paths).contains("/metrics", "/health/live", "/health/ready");
    assertThat(paths).allSatisfy(path -> assertThat(get(path).statusCode()).isEqualTo(200));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/collections", "/stats", "/metrics/", "/health", "/..%2f", "/favicon.ico"})
  void noDataIsServed(String path) {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
  void nothingCanBeChanged(String method) {
    HttpResponse<String> response = send(method, "/metrics");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD");
  }

  private JsonObject assertReady(int status, boolean ready) {
    HttpResponse<String> response = get("/health/ready");
    assertThat(response.statusCode()).isEqualTo(status);
    JsonObject body = new JsonObject(response.body());
    assertThat(body.getBoolean("ready")).isEqualTo(ready);
    assertThat(body.getLong("timestamp")).isPositive();
    return body;
  }

  private void write(WriteMode mode, int from, int to) {
    List<Row> rows =
        ids(from, to).stream().map(id -> new Row(id, DenseVector.of(1), Metadata.ABSENT)).toList();
    await(
        client
            .write(new WriteVectors(NAME, mode, rows, OnError.ABORT, Durability.OS))
            .otherwiseEmpty());
  }

  private static List<VectorId> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> new VectorId("id-" + i)).toList();
  }

  private static double value(String page, String series) {
    return page.lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(series + " is not in\n" + page));
  }

  private HttpResponse<String> get(String path) {
    return send("GET", path);
  }

  private HttpResponse<String> send(String method, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ops.actualPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}

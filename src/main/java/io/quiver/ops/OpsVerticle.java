package io.quiver.ops;

import io.quiver.bus.Figures;
import io.quiver.bus.QuiverClient;
import io.quiver.message.HealthReport;
import io.quiver.message.NodeInfo;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The management port: metrics, probes and an index page, never data. One instance per node. A
 * scrape asks the node at most once a second, however many scrape.
 */
public final class OpsVerticle extends VerticleBase {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON_TYPE = "application/json";
  private static final Set<HttpMethod> SERVED = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final long PAGE_AGE_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);
  private static final int NODE_ANSWER_SECONDS_MAX = 2;
  private static final int IDLE_SECONDS_MAX = 60;
  private static final String INDEX =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>Quiver management</title></head>
      <body><h1>Quiver management</h1><ul>
      <li><a href="/metrics">/metrics</a> Prometheus metrics</li>
      <li><a href="/health/live">/health/live</a> the process is alive</li>
      <li><a href="/health/ready">/health/ready</a> the node takes reads and writes</li>
      </ul></body></html>
      """;

  private final OpsOptions options;
  private final OwnNames names;
  private final QuiverClient client;
  private final Metrics metrics;
  private HttpServer server;
  private Future<String> page = Future.failedFuture("not asked yet");
  private long pageNanos;

  /** Shows {@code metrics}, which stay the caller's to close. */
  public OpsVerticle(OpsOptions options, QuiverClient client, Metrics metrics) {
    this.options = options;
    this.names = OwnNames.onLoopback(options.host(), options.allowedHosts());
    this.client = client;
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS_MAX))
            .requestHandler(this::route);
    return server.listen(options.port(), options.host());
  }

  @Override
  public Future<?> stop() {
    return server.close();
  }

  /** The bound port; only after the start. */
  public int actualPort() {
    return server.actualPort();
  }

  private void route(HttpServerRequest request) {
    Optional<OwnNames.Wrong> wrong = names.refusal(request);
    if (wrong.isPresent()) {
      String text = "Host: expected " + OwnNames.Wrong.EXPECTED + "\n";
      send(request, wrong.get().status(), "text/plain", text);
      return;
    }
    if (!SERVED.contains(request.method())) {
      request.response().putHeader("Allow", "GET, HEAD");
      send(request, 405, "text/plain", "only GET and HEAD are served here\n");
      return;
    }
    switch (String.valueOf(request.path())) {
      case "/" -> send(request, 200, "text/html; charset=utf-8", INDEX);
      case "/metrics" ->
          page()
              .onSuccess(text -> send(request, 200, METRICS_TYPE, text))
              .onFailure(error -> send(request, 500, "text/plain", "no metrics: " + error + "\n"));
      case "/health/live" ->
          send(
              request,
              200,
              JSON_TYPE,
              new JsonObject().put("alive", true).put("timestamp", unixSeconds()).encode());
      case "/health/ready", "/ready" -> ready(request);
      default -> send(request, 404, "text/plain", "not found: this port serves no data\n");
    }
  }

  private Future<String> page() {
    long now = System.nanoTime();
    if (page.isComplete() && (page.failed() || now - pageNanos > PAGE_AGE_NANOS_MAX)) {
      pageNanos = now;
      Future<Optional<NodeInfo>> node = answered(client.describeNode());
      Future<Optional<HealthReport>> health = answered(client.health(false));
      page =
          Future.all(node, health)
              .compose(
                  both -> vertx.executeBlocking(() -> page(node.result(), health.result()), false));
    }
    return page;
  }

  private String page(Optional<NodeInfo> node, Optional<HealthReport> health) {
    List<Figures.Family> figures = node.isPresent() ? Figures.of(vertx).read() : List.of();
    return metrics.page(node, health, figures);
  }

  private static <T> Future<Optional<T>> answered(Future<T> asked) {
    return asked
        .timeout(NODE_ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
        .map(Optional::of)
        .otherwise(Optional.empty());
  }

  private void ready(HttpServerRequest request) {
    client
        .health(false)
        .timeout(NODE_ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
        .onSuccess(report ->
            send(request, report.ready() ? 200 : 503, JSON_TYPE, readiness(report).encode()))
        .onFailure(error -> send(request, 503, JSON_TYPE, unanswered(error).encode()));
  }

  private static JsonObject readiness(HealthReport report) {
    JsonArray checks = new JsonArray();
    for (HealthReport.Component component : report.components()) {
      checks.add(check(component.name(), component.status(), component.message()));
    }
    return readiness(report.ready(), checks);
  }

  private static JsonObject unanswered(Throwable error) {
    String message = String.valueOf(error.getMessage());
    return readiness(
        false, new JsonArray().add(check("node", HealthReport.Status.UNHEALTHY, message)));
  }

  private static JsonObject readiness(boolean ready, JsonArray checks) {
    return new JsonObject()
        .put("ready", ready)
        .put("timestamp", unixSeconds())
        .put("checks", checks);
  }

  private static JsonObject check(String name, HealthReport.Status status, String message) {
    return new JsonObject()
        .put("name", name)
        .put("status", status.name().toLowerCase(Locale.ROOT))
        .put("message", message)
        .put("timestamp", unixSeconds());
  }

  private static void send(HttpServerRequest request, int status, String type, String body) {
    if (!request.response().closed()) {
      request.response().setStatusCode(status).putHeader("Content-Type", type).end(body);
    }
  }

  private static long unixSeconds() {
    return System.currentTimeMillis() / 1_000;
  }
}

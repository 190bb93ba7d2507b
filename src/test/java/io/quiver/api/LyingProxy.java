package io.quiver.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that passes everything on to a real one, but spoils the answers of searches, each {@link
 * Lie} in its turn, refuses some, and says that it deletes rows but does not. Closing it does not
 * end the real one.
 */
final class LyingProxy implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] DELETED =
      "{\"success\":true,\"data\":true,\"error\":null}".getBytes(UTF_8);

  /** What becomes of a search. */
  enum Lie {
    NONE,
    NEAREST_MISSED,
    FEWER_HITS,
    WRONG_DISTANCE,
    WRONG_ORDER,
    WRONG_SHAPE
  }

  /** Of so many searches one is refused, the first among them. */
  private static final int REFUSE_ONE_OF = 40;

  /** What a refusal says when to come back. */
  static final Duration WAIT = Duration.ofSeconds(1);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger searches = new AtomicInteger();

  /** When a connection was refused. A user of Locust has one connection. */
  private final Map<InetSocketAddress, Long> refusedNanos = new ConcurrentHashMap<>();

  private final Queue<Long> waitedNanos = new ConcurrentLinkedQueue<>();
  private final String target;
  private final HttpServer http;

  LyingProxy(int port) throws IOException {
    target = "http://127.0.0.1:" + port;
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  int port() {
    return http.getAddress().getPort();
  }

  /** How long those who were refused have waited before they asked again. */
  List<Duration> waits() {
    return waitedNanos.stream().map(Duration::ofNanos).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional.ofNullable(refusedNanos.remove(exchange.getRemoteAddress()))
          .ifPresent(then -> waitedNanos.add(System.nanoTime() - then));
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (path.endsWith("/search")) {
        search(exchange, searches.incrementAndGet(), body);
      } else if (exchange.getRequestMethod().equals("DELETE") && path.contains("/vectors/")) {
        send(exchange, 200, DELETED);
      } else {
        HttpResponse<byte[]> answer = ask(exchange, body);
        send(exchange, answer.statusCode(), answer.body());
      }
    }
  }

  private HttpResponse<byte[]> ask(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
            .header("Content-Type", "application/json")
            .method(
                exchange.getRequestMethod(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
            .build();
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void search(HttpExchange exchange, int number, byte[] body) throws IOException {
    if (number % REFUSE_ONE_OF == 1) {
      exchange.getResponseHeaders().add("Retry-After", Long.toString(WAIT.toSeconds()));
      refusedNanos.put(exchange.getRemoteAddress(), System.nanoTime());
      send(exchange, 429, new byte[0]);
      return;
    }
    // Twice as many hits as wanted, so that there are others to give.
    ObjectNode wanted = (ObjectNode) JSON.readTree(body);
    int limit = wanted.path("limit").asInt();
    wanted.put("limit", 2 * limit);
    JsonNode answer = JSON.readTree(ask(exchange, JSON.writeValueAsBytes(wanted)).body());
    Lie[] lies = Lie.values();
    spoil(lies[number % lies.length], (ArrayNode) answer.path("data"), limit);
    send(exchange, 200, JSON.writeValueAsBytes(answer));
  }

  private static void spoil(Lie lie, ArrayNode hits, int limit) {
    for (int i = 0; i < limit; i++) {
      hits.remove(lie == Lie.NEAREST_MISSED ? 0 : limit);
    }
    ObjectNode first = (ObjectNode) hits.get(0);
    switch (lie) {
      case NONE, NEAREST_MISSED -> {}
      case FEWER_HITS -> hits.remove(0);
      case WRONG_DISTANCE -> first.put("distance", first.path("distance").asDouble() - 0.5);
      case WRONG_ORDER -> hits.add(hits.remove(0));
      case WRONG_SHAPE -> first.remove("distance");
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
    client.shutdownNow();
  }
}

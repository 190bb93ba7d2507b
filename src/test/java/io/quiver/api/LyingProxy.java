package io.quiver.api;

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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that passes everything on to a real one, but spoils the answers of searches, each {@link
 * Lie} in its turn. Closing it does not end the real one.
 */
final class LyingProxy implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What becomes of a search that succeeded. */
  enum Lie {
    NONE,
    FEWER_HITS,
    WRONG_DISTANCE,
    WRONG_ORDER,
    WRONG_SHAPE,
    BUSY
  }

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger searches = new AtomicInteger();
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

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpResponse<byte[]> answer = ask(exchange);
      if (answer.statusCode() == 200 && exchange.getRequestURI().getPath().endsWith("/search")) {
        Lie[] lies = Lie.values();
        lie(exchange, lies[searches.getAndIncrement() % lies.length], answer.body());
      } else {
        send(exchange, answer.statusCode(), answer.body());
      }
    }
  }

  private HttpResponse<byte[]> ask(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
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

  private static void lie(HttpExchange exchange, Lie lie, byte[] truth) throws IOException {
    JsonNode answer = JSON.readTree(truth);
    ArrayNode hits = (ArrayNode) answer.path("data");
    switch (lie) {
      case NONE -> {}
      case FEWER_HITS -> hits.remove(hits.size() - 1);
      case WRONG_DISTANCE -> {
        ObjectNode first = (ObjectNode) hits.get(0);
        first.put("distance", first.path("distance").asDouble() - 0.5);
      }
      case WRONG_ORDER -> hits.add(hits.remove(0));
      case WRONG_SHAPE -> ((ObjectNode) hits.get(0)).remove("distance");
      case BUSY -> {
        exchange.getResponseHeaders().add("Retry-After", "1");
        send(exchange, 429, new byte[0]);
        return;
      }
    }
    send(exchange, 200, JSON.writeValueAsBytes(answer));
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

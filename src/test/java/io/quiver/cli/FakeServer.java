package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The few routes that an import uses, over a map. It fails as it is told to: each upsert takes the
 * next status of {@link #failures}, where 0 applies the rows and then drops the connection.
 */
final class FakeServer implements AutoCloseable {
  private static final int DROP_AFTER_APPLYING = 0;

  final Map<String, float[]> rows = new ConcurrentHashMap<>();
  final List<String> firstIdsOfUpserts = new CopyOnWriteArrayList<>();

  /** Counted down by the second upsert; the first waits for it a moment if told to. */
  private final CountDownLatch secondCame = new CountDownLatch(1);

  volatile boolean firstIsSlow;

  /** The upsert that begins with this id is answered 503. */
  volatile String overloadedAt = "";

  private final Deque<Integer> failures = new ArrayDeque<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer http;

  FakeServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  synchronized void failNext(Integer... statuses) {
    failures.addAll(List.of(statuses));
  }

  private synchronized int nextFailure() {
    return failures.isEmpty() ? 200 : failures.remove();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.endsWith("/vectors/upsert")) {
        upsert(exchange);
      } else if (path.contains("/vectors/")) {
        float[] row = rows.get(path.substring(path.lastIndexOf('/') + 1));
        if (row == null) {
          answer(exchange, 404, "null", "\"Not found\"");
        } else {
          answer(exchange, 200, "{\"data\":" + Arrays.toString(row) + "}", "null");
        }
      } else {
        answer(exchange, 200, "[{\"dimension\":2,\"distance_metric\":\"Euclidean\"},{}]", "null");
      }
    }
  }

  private void upsert(HttpExchange exchange) throws IOException {
    JsonNode vectors = RestApi.JSON.readTree(exchange.getRequestBody()).path("vectors");
    firstIdsOfUpserts.add(vectors.path(0).path("id").asText());
    awaitTurn();
    boolean isOverloaded = vectors.path(0).path("id").asText().equals(overloadedAt);
    int failure = isOverloaded ? 503 : nextFailure();
    if (failure == 200 || failure == DROP_AFTER_APPLYING) {
      vectors.forEach(row -> rows.put(row.path("id").asText(), decode(row.path("data").asText())));
    }
    if (firstIdsOfUpserts.size() > 1) {
      secondCame.countDown();
    }
    if (failure != DROP_AFTER_APPLYING) {
      answer(exchange, failure, "null", failure == 200 ? "null" : "\"told to fail\"");
    }
  }

  private void awaitTurn() throws IOException {
    try {
      if (firstIsSlow && firstIdsOfUpserts.size() == 1) {
        secondCame.await(300, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static float[] decode(String base64) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    float[] components = new float[bytes.remaining() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(components);
    return components;
  }

  private static void answer(HttpExchange exchange, int status, String data, String error)
      throws IOException {
    byte[] body =
        "{\"success\":%s,\"data\":%s,\"error\":%s}"
            .formatted(status == 200, data, error)
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}

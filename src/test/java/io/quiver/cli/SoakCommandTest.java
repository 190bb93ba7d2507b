package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code soak} against a whole server in this process, and against one that lies now and then. */
class SoakCommandTest {
  private static final String LINE =
      "soak --rows 150 --dim 8 --collections 1 --seed 7 --threads 2 --minutes 0.02 --url ";

  /** So long that there is a lie on the slowest machine: the first one ends it. */
  private static final String UNTIL_A_LIE = LINE.replace("0.02", "5");

  @TempDir static Path folder;
  private static Server server;
  private static String url;

  @BeforeAll
  static void serve() {
    server = FreePorts.serve(folder.resolve("data"));
    url = "http://127.0.0.1:" + server.quiver().restPort();
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop(Server.STOP_NANOS_MAX);
  }

  @Test
  void aServerThatIsRightPassesAndIsLeftAsItWas() throws Exception {
    Typed typed = Typed.in(folder, (LINE + url).split(" ", -1));
    assertThat(typed.status()).as(typed.err() + typed.out()).isZero();
    assertThat(typed.out().lines().toList())
        .hasSize(1 + 3 + 3)
        .anySatisfy(line -> assertThat(line).contains("0 errors, every answer right, seed 7"))
        .anySatisfy(line -> assertThat(line).contains("for the same rows freshly loaded"))
        .anySatisfy(line -> assertThat(line).startsWith("recall@10 1.0000 at first"));
    assertThat(Typed.in(folder, "collections", "list", "--url", url).out()).doesNotContain("soak-");
  }

  @Test
  void aHitThatIsLeftOutEndsIt() throws Exception {
    assertNoticed("hits: want=10 got=9", hits -> hits.remove(4));
  }

  @Test
  void aFalseDistanceEndsIt() throws Exception {
    assertNoticed("distance of s", hits -> ((ObjectNode) hits.get(0)).put("distance", 0.25));
  }

  private interface Lie {
    void tell(ArrayNode hits);
  }

  private static void assertNoticed(String message, Lie lie) throws Exception {
    AtomicInteger searches = new AtomicInteger();
    try (Liar liar =
        new Liar(body -> {
          if (body.path("data").isArray() && searches.incrementAndGet() == 20) {
            lie.tell((ArrayNode) body.path("data"));
          }
          return body;
        })) {
      Typed typed = Typed.in(folder, (UNTIL_A_LIE + liar.url()).split(" ", -1));
      assertThat(typed.status()).as(typed.out()).isEqualTo(1);
      assertThat(typed.err().lines())
          .singleElement()
          .asString()
          .startsWith("quiver: WRONG ANSWER: soak-7-")
          .contains(message)
          .endsWith("(seed 7)");
    }
    assertThat(Typed.in(folder, "collections", "list", "--url", url).out()).doesNotContain("soak-");
  }

  /** Hands requests on, and what is answered to searches not always as it came. */
  private static final class Liar implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpServer front;
    private final UnaryOperator<JsonNode> lie;

    Liar(UnaryOperator<JsonNode> lie) throws IOException {
      this.lie = lie;
      this.front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      front.setExecutor(threads);
      front.createContext("/", this::answer);
      front.start();
    }

    String url() {
      return "http://127.0.0.1:" + front.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(url + exchange.getRequestURI()))
                .header("Content-Type", "application/json")
                .method(
                    exchange.getRequestMethod(),
                    BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()))
                .build();
        HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
        byte[] body = response.body();
        if (exchange.getRequestURI().getPath().endsWith("/search")) {
          body = RestApi.JSON.writeValueAsBytes(lie.apply(RestApi.JSON.readTree(body)));
        }
        exchange.sendResponseHeaders(response.statusCode(), body.length);
        exchange.getResponseBody().write(body);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() {
      front.stop(0);
      threads.shutdownNow();
      http.shutdownNow();
    }
  }
}

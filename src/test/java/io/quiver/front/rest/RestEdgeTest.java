package io.quiver.front.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.ErrorCode;
import io.quiver.front.rest.RestOptions.Patience;
import io.quiver.front.rest.RestServer.Reply;
import io.quiver.ops.EdgeLoad;
import io.quiver.testkit.FakeNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bounds, failures and HTTP itself, before a node that does as it is told. */
class RestEdgeTest {
  private static final int BODY_MAX = 200_000;
  private static final int CONNECTIONS_MAX = 8;
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  private static Vertx vertx;
  private static FakeNode node;
  private static RestServer server;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    node = new FakeNode(vertx);
    RestOptions options =
        new RestOptions(
            "127.0.0.1",
            0,
            CONNECTIONS_MAX,
            BODY_MAX,
            2L * BODY_MAX,
            new Patience(10, 60, 60),
            Set.of());
    server = RestServer.before(vertx, node, options);
    server.post("/collections", "{\"name\":\"c\",\"dimension\":2,\"distance_metric\":\"Cosine\"}");
  }

  /** When all is answered, no byte is counted any more, whatever ended the exchanges. */
  @AfterAll
  static void stop() {
    EdgeLoad load = load();
    awaitRoom();
    boolean empty = load.hasRoom(2L * BODY_MAX) && !load.hasRoom(2L * BODY_MAX + 1);
    server.close();
    assertThat(empty).as("no bytes held").isTrue();
  }

  /** What tests before have closed, or read, counts until the server hears of it. */
  @BeforeEach
  void awaitThatNothingIsLeftOfTheTestBefore() {
    awaitLoad(load -> load.connections() == 0 && load.hasRoom(2L * BODY_MAX));
  }

  /** A client has an answer a moment before the server counts it as sent. */
  private static void awaitRoom() {
    for (int i = 0; i < 200 && !load().hasRoom(2L * BODY_MAX); i++) {
      server.get("/health/live");
    }
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyErrorCodeHasItsStatus(ErrorCode code) {
    node.failWith(code);
    try {
      Reply reply = server.post("/collections/c/search", "{\"vector\":[1,2]}");
      int status = reply.status();
      assertThat(reply.code()).isEqualTo(code.name());
      switch (code) {
        case OVERLOADED -> assertThat(status).isEqualTo(429);
        case UNAVAILABLE, READ_ONLY -> assertThat(status).isEqualTo(503);
        case DEADLINE_EXCEEDED -> assertThat(status).isEqualTo(504);
        case STORAGE_FULL -> assertThat(status).isEqualTo(507);
        case COLLECTION_DAMAGED, INTERNAL -> assertThat(status).isEqualTo(500);
        default -> assertThat(status).isBetween(400, 415);
      }
      boolean comesBack = List.of(429, 503, 507).contains(status);
      assertThat(reply.headers().containsKey("retry-after")).isEqualTo(comesBack);
      if (code == ErrorCode.INTERNAL) {
        assertThat(reply.body())
            .doesNotContain("as asked")
            .contains(reply.headers().get("x-request-id"));
      }
    } finally {
      node.heal();
    }
  }

  @Test
  void readinessAndHealthTellWhenTheNodeIsNot() {
    node.setReady(false);
    try {
      assertThat(server.get("/health/ready").status()).isEqualTo(503);
      assertThat(server.get("/ready").json().get("ready").asBoolean()).isFalse();
      assertThat(server.get("/health/check").status()).isEqualTo(503);
      Reply health = server.get("/health");
      assertThat(health.status()).isEqualTo(503);
      assertThat(health.json().get("message").asText()).contains("fsync failed");
      assertThat(server.get("/health/live").status()).isEqualTo(200);
    } finally {
      node.heal();
    }
  }

  /** The body is on its way when the answer comes: the client reads it, not a broken connection. */
  @Test
  void anOversizedBodyIsRefusedBeforeItIsReadAndTheAnswerArrives() throws IOException {
    try (Socket socket = server.connect()) {
      String head = head("/collections/c/vectors", "Content-Length: 4000000\r\n");
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      Reply reply = RestServer.read(socket.getInputStream());
      assertThat(reply.status()).isEqualTo(413);
      socket.getOutputStream().write(new byte[4_000_000]);
      socket
          .getOutputStream()
          .write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      assertThat(RestServer.read(socket.getInputStream()).status()).isEqualTo(200);
    }
    assertThat(server.call("POST", "/collections/c/vectors", JSON, new byte[4_000_000]).status())
        .isEqualTo(413);
  }

  @Test
  void aChunkedBodyIsCutAtTheLimit() {
    String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
    String head = head("/collections/c/vectors", "Transfer-Encoding: chunked\r\n");
    Reply reply = server.exchange((head + chunk.repeat(5) + "0\r\n\r\n").getBytes(US_ASCII));
    assertThat(reply.status()).isEqualTo(413);
    String small = "{\"vector\":[1,2]}";
    String oneByteChunks =
        small.chars().mapToObj(c -> "1\r\n" + (char) c + "\r\n").reduce("", String::concat);
    String search = head("/collections/c/search", "Transfer-Encoding: chunked\r\n");
    assertThat(server.exchange((search + oneByteChunks + "0\r\n\r\n").getBytes(US_ASCII)).status())
        .isEqualTo(200);
  }

  @Test
  void expectContinueIsAnsweredOnlyWhenTheBodyIsWanted() throws IOException {
    try (Socket socket = server.connect()) {
      String body = "{\"vector\":[1,2]}";
      String headers = "Expect: 100-continue\r\nContent-Length: " + body.length() + "\r\n";
      socket.getOutputStream().write(head("/collections/c/search", headers).getBytes(US_ASCII));
      assertThat(RestServer.read(socket.getInputStream()).status()).isEqualTo(100);
      socket.getOutputStream().write(body.getBytes(US_ASCII));
      assertThat(RestServer.read(socket.getInputStream()).status()).isEqualTo(200);
    }
    String headers = "Expect: 100-continue\r\nContent-Length: 300000\r\n";
    assertThat(server.exchange(head("/collections/c/search", headers).getBytes(US_ASCII)).status())
        .isEqualTo(413);
  }

  /** Three unfinished bodies hold more than the bound together: the next is told to wait. */
  @Test
  void bytesInFlightAreBoundedOverAllInstances() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        Socket socket = server.connect();
        slow.add(socket);
        String head = head("/collections/c/vectors", "Content-Length: " + BODY_MAX + "\r\n");
        socket.getOutputStream().write(head.getBytes(US_ASCII));
        socket.getOutputStream().write(" ".repeat(BODY_MAX - 1).getBytes(US_ASCII));
      }
      awaitLoad(load -> !load.hasRoom(3));
      Reply reply = untilStatus(429);
      assertThat(reply.code()).isEqualTo("OVERLOADED");
      assertThat(reply.headers()).containsEntry("retry-after", "1");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    assertThat(untilStatus(404).code()).isEqualTo("COLLECTION_NOT_FOUND");
  }

  private static EdgeLoad load() {
    return EdgeLoad.loads(vertx).values().iterator().next();
  }

  private static void awaitLoad(Predicate<EdgeLoad> state) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!state.test(load()) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(state.test(load())).isTrue();
  }

  @Test
  void connectionsAreBoundedAndTheSurplusIsTold() throws IOException {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS_MAX; i++) {
        Socket socket = server.connect();
        open.add(socket);
        socket
            .getOutputStream()
            .write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
        assertThat(RestServer.read(socket.getInputStream()).status()).isEqualTo(200);
      }
      Reply surplus = server.get("/health/live");
      assertThat(surplus.status()).isEqualTo(429);
      assertThat(surplus.headers()).containsKey("retry-after");
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void whatIsNoHttpIsRefusedInOurWords() {
    assertThat(server.exchange("nonsense\r\n\r\n".getBytes(US_ASCII)).status()).isEqualTo(400);
    Reply line = server.get("/" + "x".repeat(9_000));
    assertThat(line.status()).isEqualTo(414);
    assertThat(line.code()).isEqualTo("INVALID_ARGUMENT");
    Reply header = server.call("GET", "/health", Map.of("X-Big", "x".repeat(20_000)), null);
    assertThat(header.status()).isEqualTo(431);
    for (String length : new String[] {"-1", "abc", "99999999999999999999", "1, 2"}) {
      Reply reply =
          server.call(
              "POST",
              "/collections",
              Map.of("Content-Type", "application/json", "Content-Length", length),
              new byte[0]);
      assertThat(reply.status()).as(length).isIn(400, 413);
    }
  }

  @Test
  void headIsGetWithoutABody() throws IOException {
    try (Socket socket = server.connect()) {
      socket
          .getOutputStream()
          .write(
              "HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(US_ASCII));
      byte[] bytes = new byte[17];
      socket.getInputStream().readNBytes(bytes, 0, 17);
      assertThat(new String(bytes, US_ASCII)).startsWith("HTTP/1.1 200 OK");
      String rest = "";
      while (!rest.contains("\"alive\":true")) {
        rest += (char) socket.getInputStream().read();
      }
      assertThat(rest).doesNotContain("\"data\":\"OK\"");
    }
  }

  @Test
  void plainHttp2IsServed() {
    HttpClientOptions http2 =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false);
    HttpClient client = vertx.createHttpClient(http2);
    assertThat(RestServer.await(search(client)).toString())
        .isEqualTo("{\"success\":true,\"data\":[],\"error\":null}");
    RestServer.await(client.close());
  }

  private static Future<Buffer> search(HttpClient client) {
    return client
        .request(HttpMethod.POST, server.port(), "127.0.0.1", "/collections/c/search")
        .compose(request ->
            request.putHeader("Content-Type", "application/json").send("{\"vector\":[1,2]}"))
        .compose(HttpClientResponse::body);
  }

  /** A large batch and a large answer leave the event loop and come back whole. */
  @Test
  void largeBodiesAndAnswersAreWhole() {
    server.post(
        "/collections", "{\"name\":\"big\",\"dimension\":2,\"distance_metric\":\"Cosine\"}");
    StringBuilder rows = new StringBuilder("{\"embeddings\":[[1,0]");
    for (int i = 1; i < 9_000; i++) {
      rows.append(",[").append(i).append(",1]");
    }
    Reply written = server.post("/collections/big/vectors/batch", rows + "]}");
    assertThat(written.data()).hasSize(9_000);
    awaitRoom();
    Reply found = server.post("/collections/big/search", "{\"vector\":[1,1],\"limit\":9000}");
    assertThat(found.data()).hasSize(9_000);
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> RestOptions.of("x", 70_000)).hasMessageContaining("rest_port");
  }

  private static Reply untilStatus(int status) {
    String path = status == 429 ? "/collections/c/search" : "/collections/none/search";
    Reply reply = null;
    long end = System.nanoTime() + 20_000_000_000L; // the slow bodies are cut off much later
    while (System.nanoTime() < end && (reply == null || reply.status() != status)) {
      reply = server.post(path, "{\"vector\":[1,2]}" + " ".repeat(1_000));
    }
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    return reply;
  }

  private static String head(String path, String headers) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + headers
        + "\r\n";
  }
}

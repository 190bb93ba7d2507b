package io.quiver.front.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.front.rest.RestOptions.Patience;
import io.quiver.front.rest.RestServer.Reply;
import io.quiver.ops.EdgeLoad;
import io.quiver.testkit.FakeNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who does not bring a request to its end is cut in time: with 408 where an answer can be read,
 * without a word otherwise; and counts as a connection from the start.
 */
class SlowSendersTest {
  private static final int CONNECTIONS_MAX = 40;
  private static final int BODY_MAX = 1 << 20;
  private static final long BYTES_MAX = 8L * BODY_MAX;
  private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final int ROWS = 9_000;

  /** A second, and two looks of the sweep; the rest is for a busy machine. */
  private static final long CUT_MILLIS_MAX = 8_000;

  private static Vertx vertx;
  private static FakeNode node;
  private static RestServer server;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    node = new FakeNode(vertx);
    server =
        RestServer.before(
            vertx,
            node,
            new RestOptions(
                "127.0.0.1",
                0,
                CONNECTIONS_MAX,
                BODY_MAX,
                BYTES_MAX,
                new Patience(1, 1, 75),
                Set.of()));
    server.post("/collections", "{\"name\":\"c\",\"dimension\":2,\"distance_metric\":\"Cosine\"}");
  }

  @AfterAll
  static void stop() {
    awaitRoom(BYTES_MAX);
    boolean exact = !load().hasRoom(BYTES_MAX + 1);
    server.close();
    assertThat(exact).as("nothing was given back twice").isTrue();
  }

  /**
   * One who sends slowly.
   *
   * @param before whole requests, each answered 200
   * @param begun sent at once; then a byte every now and then, if it trickles
   * @param status of the answer; 0 = none comes
   */
  private record Slow(String name, String before, String begun, boolean trickles, int status) {
    Void run() throws IOException {
      try (Socket socket = server.connect()) {
        socket.getOutputStream().write(before.getBytes(US_ASCII));
        for (int i = 0; i < before.length(); i += LIVE.length()) {
          assertThat(RestServer.read(socket.getInputStream()).status()).isEqualTo(200);
        }
        socket.getOutputStream().write(begun.getBytes(US_ASCII));
        if (status > 0) {
          Reply reply = trickles ? trickle(socket) : RestServer.read(socket.getInputStream());
          assertThat(reply.status()).isEqualTo(status);
          assertThat(reply.code()).isEqualTo("DEADLINE_EXCEEDED");
          assertThat(reply.headers()).containsKey("x-request-id");
        }
        assertThat(trickles ? trickleToTheEnd(socket) : 0).as("bytes of another answer").isZero();
        assertEnds(socket);
        return null;
      }
    }
  }

  /** All at once, for each takes as long as it may. */
  @TestFactory
  Stream<DynamicTest> whoDoesNotComeToAnEndIsCut() {
    String json = "HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    String search = "POST /collections/c/search " + json;
    String chunked = search + "Transfer-Encoding: chunked\r\n\r\n";
    List<Slow> senders =
        List.of(
            new Slow("nothing at all", "", "", false, 0),
            new Slow("a letter of POST and of HTTP/2's preface", "", "P", false, 408),
            new Slow("most of HTTP/2's preface", "", "PRI * HTTP/2.0\r\n\r\nSM\r\n", false, 408),
            new Slow("half a head", "", "POST / HTTP/1.1\r\nHost: loc", false, 408),
            new Slow("a head that trickles", "", "GET / HTTP/1.1\r\nX: ", true, 408),
            new Slow("a line that trickles", "", "GET /", true, 408),
            new Slow("a second head that trickles", LIVE, "GET / HTTP/1.1\r\nX: ", true, 408),
            new Slow("a third head, pipelined", LIVE + LIVE, "GET / HTTP/1.1\r\nX: ", false, 408),
            new Slow("half a body", "", search + "Content-Length: 16\r\n\r\n{", false, 408),
            new Slow(
                "a body that trickles", "", search + "Content-Length: 999\r\n\r\n{", true, 408),
            new Slow("chunks that trickle", "", chunked + "ff0\r\n{", true, 408),
            new Slow("a chunk's extension that trickles", "", chunked + "ff0;", true, 408),
            new Slow("trailers that trickle", "", chunked + "1\r\n{\r\n0\r\nX: ", true, 408));
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    List<FutureTask<Void>> runs =
        senders.stream().map(each -> new FutureTask<>(each::run)).toList();
    runs.forEach(threads::execute);
    threads.shutdown();
    return IntStream.range(0, runs.size())
        .mapToObj(i -> DynamicTest.dynamicTest(senders.get(i).name(), () -> runs.get(i).get()));
  }

  /** The answer does not need the body; the body does not keep the connection. */
  @Test
  void aBodyThatNobodyWantsDoesNotTrickleForEver() throws IOException {
    try (Socket socket = server.connect()) {
      String head = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      assertThat(trickle(socket).status()).isEqualTo(200);
      assertThat(trickleToTheEnd(socket)).as("bytes of another answer").isZero();
    }
  }

  /** It said something once: that is keep-alive, and has its own, longer time. */
  @Test
  void aConnectionThatIsIdleBetweenRequestsStays() throws IOException {
    try (Socket idle = server.connect()) {
      idle.getOutputStream().write(LIVE.getBytes(US_ASCII));
      assertThat(RestServer.read(idle.getInputStream()).status()).isEqualTo(200);
      for (int i = 0; i < 2; i++) {
        try (Socket silent = server.connect()) {
          assertEnds(silent);
        }
      }
      idle.getOutputStream().write(LIVE.getBytes(US_ASCII));
      assertThat(RestServer.read(idle.getInputStream()).status()).isEqualTo(200);
    }
  }

  /** HTTP/2 has no heads to wait for once its settings are there, whichever way it began. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anHttp2ConnectionStays(boolean upgrade) throws IOException {
    awaitConnections(0);
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(upgrade));
    for (int i = 0; i < 2; i++) {
      Future<HttpClientResponse> live =
          client
              .request(HttpMethod.GET, server.port(), "127.0.0.1", "/health/live")
              .compose(HttpClientRequest::send);
      assertThat(RestServer.await(live).version()).isEqualTo(HttpVersion.HTTP_2);
      try (Socket silent = server.connect()) {
        assertEnds(silent);
      }
      awaitConnections(1);
    }
    RestServer.await(client.close());
    awaitConnections(0);
  }

  /** A 408 would be taken for the answer that is still due. */
  @Test
  void noOtherAnswerComesBeforeTheOneThatIsDue() throws IOException {
    node.holdAnswers();
    try (Socket socket = server.connect()) {
      String body = "{\"vector\":[1,2]}";
      String search =
          "POST /collections/c/search HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      socket.getOutputStream().write(search.getBytes(US_ASCII));
      socket.getOutputStream().write("GET /he".getBytes(US_ASCII));
      assertThat(trickleToTheEnd(socket)).as("bytes of an answer").isZero();
    } finally {
      node.releaseAnswers();
    }
  }

  /** The first is not ended before the last has come: again, if a busy machine took so long. */
  @Test
  void silentConnectionsCountFromTheStart() throws IOException {
    int surplus = 0;
    for (int round = 0; round < 20 && surplus != 429; round++) {
      awaitConnections(0);
      List<Socket> silent = new ArrayList<>();
      try {
        for (int i = 0; i < CONNECTIONS_MAX; i++) {
          silent.add(server.connect());
        }
        surplus = server.get("/health/live").status();
      } finally {
        for (Socket socket : silent) {
          assertEnds(socket);
          socket.close();
        }
      }
    }
    assertThat(surplus).as("one too many").isEqualTo(429);
    awaitConnections(0);
    assertThat(server.get("/health/live").status()).isEqualTo(200);
  }

  /** What the client does not take is let go of, though it keeps the connection busy. */
  @Test
  void anAnswerThatIsNotTakenIsLetGoOf() throws IOException {
    StringBuilder rows = new StringBuilder("{\"embeddings\":[[1,0]");
    for (int i = 1; i < ROWS; i++) {
      rows.append(",[").append(i).append(",1]");
    }
    server.post(
        "/collections", "{\"name\":\"big\",\"dimension\":2,\"distance_metric\":\"Cosine\"}");
    assertThat(server.post("/collections/big/vectors/batch", rows + "]}").status()).isEqualTo(200);
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4 << 10);
      awaitConnections(0);
      socket.connect(server.address());
      String body = "{\"vector\":[1,1],\"limit\":" + ROWS + "}";
      String search =
          "POST /collections/big/search HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      // More than the buffers of both kernels take.
      socket.getOutputStream().write(search.repeat(40).getBytes(US_ASCII));
      assertThat(socket.getInputStream().read()).as("begin of an answer").isEqualTo('H');
      awaitConnections(0);
      awaitRoom(BYTES_MAX);
    }
  }

  /** Sends a byte every now and then until an answer is there. */
  private static Reply trickle(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CUT_MILLIS_MAX);
    while (in.available() == 0 && System.nanoTime() < end) {
      socket.getOutputStream().write('1');
      pause();
    }
    return RestServer.read(in);
  }

  /** Sends a byte every now and then until the connection is closed; returns what came before. */
  private static int trickleToTheEnd(Socket socket) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(15_000);
    try {
      while (System.nanoTime() < end) {
        socket.getOutputStream().write('1');
        pause();
      }
    } catch (SocketException closed) {
      return socket.getInputStream().available();
    }
    throw new AssertionError("the connection is still open");
  }

  /** The pace of a slow sender; nothing waits for it. */
  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertEnds(Socket socket) throws IOException {
    long start = System.nanoTime();
    int read;
    try {
      read = socket.getInputStream().read();
    } catch (SocketException reset) {
      read = -1;
    }
    assertThat(read).as("the end of the stream").isEqualTo(-1);
    assertThat((System.nanoTime() - start) / 1_000_000)
        .as("milliseconds")
        .isLessThan(CUT_MILLIS_MAX);
  }

  private static EdgeLoad load() {
    return EdgeLoad.loads(vertx).values().iterator().next();
  }

  private static void awaitConnections(int wanted) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (load().connections() != wanted && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(load().connections()).as("open connections").isEqualTo(wanted);
  }

  private static void awaitRoom(long bytes) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!load().hasRoom(bytes) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(load().hasRoom(bytes)).as("room for " + bytes).isTrue();
  }
}

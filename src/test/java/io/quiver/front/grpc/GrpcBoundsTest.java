package io.quiver.front.grpc;

import static io.quiver.front.grpc.GrpcFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.front.grpc.GrpcFixture.Outcome;
import io.quiver.front.grpc.v1.HealthRequest;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.ops.EdgeLoad;
import io.quiver.testkit.RawHttp2;
import io.quiver.testkit.RawHttp2.Frame;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What gRPC holds of its callers is bounded: connections, bytes, and the time a message takes. */
class GrpcBoundsTest {
  private static final String HEALTH = "/vectordb.v1.VectorDb/Health";
  private static final String QUERY = "/vectordb.v1.VectorDb/Query";
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int MESSAGE_MAX = 1 << 20;
  private static final int CONNECTIONS_MAX = 6;
  private static final int SLOW_SENDERS = 500;

  private static GrpcFixture server;

  @BeforeAll
  static void start() {
    server =
        new GrpcFixture(
            new GrpcOptions("127.0.0.1", 0, CONNECTIONS_MAX, MESSAGE_MAX, 2L * MESSAGE_MAX, 1, 2));
    server.createCollection("large", 1);
    for (int i = 0; i < 9; i++) {
      Vector row =
          Vector.newBuilder()
              .addData(1)
              .putMetadata("text", "\"" + "x".repeat(100_000) + "\"")
              .build();
      InsertRequest insert =
          InsertRequest.newBuilder().setCollectionName("large").setVector(row).build();
      assertThat(server.call("Insert", insert).status()).isZero();
    }
  }

  /** Connections that a test has closed count until the server hears of it. */
  @BeforeEach
  void awaitThatOnlyTheFixtureIsConnected() {
    assertThat(server.call("Health", HealthRequest.getDefaultInstance()).status()).isZero();
    awaitConnections(count -> count <= 2);
  }

  /** Whatever ended the calls, no byte of them is counted any more. */
  @AfterAll
  static void stop() {
    awaitRoom(2L * MESSAGE_MAX);
    boolean exact = !load().hasRoom(2L * MESSAGE_MAX + 1);
    server.close();
    assertThat(exact).as("nothing was given back twice").isTrue();
  }

  @Test
  void bytesInFlightAreBoundedOverAllCallsAndInstances() {
    awaitRoom(2L * MESSAGE_MAX);
    List<HttpClientRequest> unfinished = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      HttpClientRequest call = open();
      unfinished.add(call);
      await(call.write(begun(MESSAGE_MAX - 1_000)));
    }
    awaitNoRoom(8_000);
    Outcome refused = server.send(HEALTH, Map.of(), begun(10_000));
    assertThat(refused.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED.code);
    assertThat(refused.quiver()).containsEntry("code", "OVERLOADED");
    assertThat(server.call("Health", HealthRequest.getDefaultInstance()).status())
        .as("a small call finds its place")
        .isZero();
    unfinished.forEach(call -> await(call.reset(8).mapEmpty()));
    awaitRoom(2L * MESSAGE_MAX);
  }

  /** Five hundred calls send a byte and then nothing: each is told, and nobody else feels it. */
  @Test
  void callsThatComeTooSlowlyAreEndedAndAGoodCallerIsServedMeanwhile() {
    List<HttpClient> clients = new ArrayList<>(); // a client bears 200 resets on a connection
    List<Future<Outcome>> slow = new ArrayList<>();
    for (int i = 0; i < SLOW_SENDERS; i++) {
      if (i % 125 == 0) {
        clients.add(newClient());
      }
      HttpClientRequest call = await(request(clients.getLast()));
      call.setChunked(true).exceptionHandler(reset -> {}); // which is how they end at last
      slow.add(call.response().compose(GrpcFixture::outcome));
      call.write(Buffer.buffer().appendByte((byte) 0));
    }
    do {
      assertThat(server.call("Health", HealthRequest.getDefaultInstance()).status()).isZero();
    } while (!Future.join(slow).isComplete());
    for (Future<Outcome> each : slow) {
      assertThat(await(each).status()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
    }
    clients.forEach(client -> await(client.close()));
  }

  /** Ids that are new in every answer would fill it, and cost both sides more than they save. */
  @Test
  void answersLeaveNoHeaderInTheTableOfTheConnection() throws IOException {
    try (RawHttp2 caller = new RawHttp2(server.port())) {
      caller.forgetHeaders();
      for (int call = 0; call < 3; call++) {
        int stream = caller.call(HEALTH, HealthRequest.getDefaultInstance().toByteArray());
        assertThat(caller.answer(stream).status()).contains("0");
      }
    }
  }

  @Test
  void aMessageInPiecesOfOneByteIsTaken() {
    HttpClientRequest call = open();
    Future<Outcome> outcome = call.response().compose(GrpcFixture::outcome);
    Buffer frame = GrpcFixture.frame(0, HealthRequest.getDefaultInstance().toByteArray());
    for (int i = 0; i < frame.length(); i++) {
      await(call.write(frame.slice(i, i + 1)));
    }
    await(call.end());
    assertThat(await(outcome).status()).isZero();
  }

  @Test
  void connectionsAreBoundedAndTheSurplusIsTold() {
    List<HttpClient> clients = new ArrayList<>();
    try {
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i <= CONNECTIONS_MAX; i++) {
        HttpClient client = newClient();
        clients.add(client);
        statuses.add(await(health(client)).status());
      }
      assertThat(statuses).contains(0).endsWith(GrpcStatus.RESOURCE_EXHAUSTED.code);
    } finally {
      clients.forEach(client -> await(client.close()));
    }
    assertThat(server.call("Health", HealthRequest.getDefaultInstance()).status()).isZero();
  }

  /** Counted from the moment TCP accepts them, and closed when HTTP/2 does not begin. */
  @ParameterizedTest
  @ValueSource(strings = {"", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n", PREFACE, PREFACE + "\0\0\0\4"})
  void connectionsThatDoNotSpeakHttp2CountAndAreClosed(String begun) throws IOException {
    int before = load().connections();
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      silent.setSoTimeout(20_000);
      silent.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
      awaitConnections(before + 1);
      byte[] said = silent.getInputStream().readAllBytes();
      assertThat(new String(said, StandardCharsets.US_ASCII)).doesNotContain("HTTP/1.1");
    }
    awaitConnections(before);
  }

  /** They begin, and then nothing but another byte now and then. */
  @Test
  void aPrefaceThatTricklesIsCut() throws IOException {
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      long end = System.nanoTime() + 20_000_000_000L;
      for (int i = 0; i < PREFACE.length(); i++) {
        slow.getOutputStream().write(PREFACE.charAt(i));
        TimeUnit.MILLISECONDS.sleep(200); // the sender's pace; nothing waits for it
      }
      while (System.nanoTime() < end) {
        slow.getOutputStream().write(0);
      }
    } catch (SocketException cut) {
      return;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("the connection is still open");
  }

  /** With the window of the stream shut, and with that of the connection. */
  @ParameterizedTest
  @CsvSource({"0, 65535", "2147483647, 65535"})
  void anAnswerWhoseWindowStaysShutIsResetAndTheConnectionServesOn(int stream, int connection)
      throws IOException {
    try (RawHttp2 caller = new RawHttp2(server.port(), stream, connection, 1 << 20)) {
      int reluctant = caller.call(QUERY, query(1));
      Frame last = caller.next().orElseThrow();
      while (last.type() != RawHttp2.RST_STREAM) {
        last = caller.next().orElseThrow();
      }
      assertThat(last.stream()).isEqualTo(reluctant);
      awaitRoom(2L * MESSAGE_MAX);
      int unknown = caller.call("/no.Service/Call", new byte[0]);
      assertThat(caller.answer(unknown).status()).as("has no body, so needs no window").isPresent();
    }
  }

  /** Windows are open, but nobody reads: a reset moves nothing, so the connection is cut. */
  @Test
  void aCallerWhoDoesNotReadIsCut() throws IOException {
    int before = load().connections();
    try (RawHttp2 caller =
        new RawHttp2(server.port(), Integer.MAX_VALUE, Integer.MAX_VALUE, 1 << 12)) {
      for (int i = 0; i < 8; i++) {
        caller.call(QUERY, query(9));
      }
      awaitNoRoom(2L * MESSAGE_MAX);
      awaitConnections(before);
      awaitRoom(2L * MESSAGE_MAX);
    }
  }

  /** A query whose answer has a hundred thousand bytes a row. */
  private static byte[] query(int rows) {
    return QueryRequest.newBuilder()
        .setCollectionName("large")
        .addQueryVector(1)
        .setLimit(rows)
        .build()
        .toByteArray();
  }

  private static void awaitConnections(int wanted) {
    awaitConnections(count -> count == wanted);
  }

  private static void awaitConnections(IntPredicate wanted) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!wanted.test(load().connections()) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(load().connections()).as("open connections").matches(wanted::test);
  }

  private static HttpClientRequest open() {
    HttpClientRequest call = await(server.request(HEALTH, Map.of()));
    return call.setChunked(true);
  }

  private static HttpClient newClient() {
    return server.vertx.createHttpClient(
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false));
  }

  private static Future<HttpClientRequest> request(HttpClient client) {
    return client
        .request(HttpMethod.POST, server.port(), "127.0.0.1", HEALTH)
        .map(request ->
            request.putHeader("content-type", "application/grpc").putHeader("te", "trailers"));
  }

  private static Future<Outcome> health(HttpClient client) {
    return request(client)
        .compose(request ->
            request.send(GrpcFixture.frame(0, new byte[0])).compose(GrpcFixture::outcome));
  }

  /** The beginning of a frame that announces one byte more than it has. */
  private static Buffer begun(int bytes) {
    return Buffer.buffer().appendByte((byte) 0).appendInt(bytes + 1).appendBytes(new byte[bytes]);
  }

  private static EdgeLoad load() {
    return EdgeLoad.loads(server.vertx).values().iterator().next();
  }

  private static void awaitRoom(long bytes) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!load().hasRoom(bytes) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(load().hasRoom(bytes)).as("room for " + bytes).isTrue();
  }

  private static void awaitNoRoom(long bytes) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (load().hasRoom(bytes) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(load().hasRoom(bytes)).as("room for " + bytes).isFalse();
  }
}

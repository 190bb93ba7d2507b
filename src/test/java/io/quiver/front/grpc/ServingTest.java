package io.quiver.front.grpc;

import static io.quiver.front.grpc.GrpcFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quiver.front.grpc.GrpcFixture.Outcome;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.HealthRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.VectorDbProto;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.health.v1.HealthListRequest;
import io.vertx.grpc.health.v1.HealthListResponse;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import io.vertx.grpc.reflection.v1.ServiceResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Health, reflection, deadlines, and callers that misbehave below the level of gRPC. */
class ServingTest {
  private static final String HEALTH = "/grpc.health.v1.Health/";
  private static GrpcFixture server;

  @BeforeAll
  static void start() {
    server = withCollection();
  }

  private static GrpcFixture withCollection() {
    GrpcFixture fixture = new GrpcFixture();
    Outcome created =
        fixture.call(
            "CreateCollection",
            CreateCollectionRequest.newBuilder()
                .setConfig(CollectionConfig.newBuilder().setName("c").setDimension(1))
                .build());
    assertThat(created.status()).isZero();
    return fixture;
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void stillServes() {
    server.node.heal();
    assertThat(await(server.client.health(HealthRequest.getDefaultInstance())).getHealthy())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "vectordb.v1.VectorDb"})
  void theHealthServiceFollowsTheNode(String service) throws InvalidProtocolBufferException {
    HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(service).build();
    assertThat(check(request)).isEqualTo(ServingStatus.SERVING);
    server.node.setReady(false);
    assertThat(check(request)).isEqualTo(ServingStatus.NOT_SERVING);
    HealthListResponse list =
        HealthListResponse.parseFrom(
            send(HEALTH + "List", HealthListRequest.getDefaultInstance()).body().getBytes());
    assertThat(list.getStatusesMap().get(service).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
  }

  /** As over REST: what the caller says comes back, and what could forge a log line does not. */
  @ParameterizedTest
  @CsvSource({"abc-1, true", "'a b', false", "ä, false", "'', false"})
  void everyAnswerHasTheIdOfItsRequest(String given, boolean isKept) {
    HttpClientResponse response =
        await(
            server
                .request("/vectordb.v1.VectorDb/Health", Map.of("x-request-id", given))
                .compose(request -> request.send(GrpcFixture.frame(0, new byte[0]))));
    String id = response.getHeader("x-request-id");
    assertThat(id).matches("[!-~]{1,128}");
    assertThat(id.equals(given)).isEqualTo(isKept);
  }

  @Test
  void anUnknownServiceHasNoHealth() {
    HealthCheckRequest request = HealthCheckRequest.newBuilder().setService("other").build();
    assertThat(send(HEALTH + "Check", request).status()).isEqualTo(GrpcStatus.NOT_FOUND.code);
  }

  @Test
  void aWatcherIsToldOfEachChange() throws Exception {
    BlockingQueue<ServingStatus> seen = new LinkedBlockingQueue<>();
    HttpClientRequest watch = watch("", seen);
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);
    server.node.setReady(false);
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);
    server.node.setReady(true);
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);
    await(watch.reset(8).mapEmpty());
  }

  @Test
  void aWatcherOfAnUnknownServiceIsTold() throws Exception {
    BlockingQueue<ServingStatus> seen = new LinkedBlockingQueue<>();
    HttpClientRequest watch = watch("other", seen);
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    await(watch.reset(8).mapEmpty());
  }

  @Test
  void reflectionListsTheServicesAndShowsTheContract() throws InvalidProtocolBufferException {
    ServerReflectionResponse list =
        reflect(ServerReflectionRequest.newBuilder().setListServices("*").build());
    Set<String> names =
        list.getListServicesResponse().getServiceList().stream()
            .map(ServiceResponse::getName)
            .collect(Collectors.toSet());
    assertThat(names).contains("vectordb.v1.VectorDb", "grpc.health.v1.Health");
    ServerReflectionResponse file =
        reflect(
            ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("vectordb.v1.VectorDb")
                .build());
    assertThat(file.getFileDescriptorResponse().getFileDescriptorProto(0))
        .isEqualTo(VectorDbProto.getDescriptor().toProto().toByteString());
  }

  @Test
  void aPassedDeadlineEndsTheCall() {
    server.node.fallSilent();
    long startNanos = System.nanoTime();
    Outcome outcome =
        server.send(
            "/vectordb.v1.VectorDb/ListCollections",
            Map.of("grpc-timeout", "150m"),
            GrpcFixture.frame(0, new byte[0]));
    assertThat(outcome.status()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
    assertThat(outcome.message()).isEqualTo("deadline exceeded: after=150ms");
    assertThat(System.nanoTime() - startNanos).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(140));
  }

  /** The deadline covers the sending of the message too: half a frame and silence is no hold-up. */
  @Test
  void aSlowSenderMeetsItsDeadline() {
    HttpClientRequest request =
        await(server.request("/vectordb.v1.VectorDb/Query", Map.of("grpc-timeout", "100m")));
    request.setChunked(true);
    await(request.write(Buffer.buffer(new byte[] {0, 0, 0})).mapEmpty());
    Outcome outcome = await(request.response().compose(GrpcFixture::outcome));
    assertThat(outcome.status()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"99999999H", "0m", "x", "-5S", "", "123456789S"})
  void oddDeadlinesDoNoHarm(String timeout) {
    Outcome outcome =
        server.send(
            "/vectordb.v1.VectorDb/ListCollections",
            Map.of("grpc-timeout", timeout),
            GrpcFixture.frame(0, new byte[0]));
    assertThat(outcome.status()).isZero();
  }

  /** A body that arrives byte by byte is put together; the longest path a slow network takes. */
  @Test
  void oneByteChunksAreOneMessage() {
    Buffer frame =
        GrpcFixture.frame(
            0,
            QueryRequest.newBuilder()
                .setCollectionName("c")
                .addQueryVector(1)
                .build()
                .toByteArray());
    // A connection of its own: the other tests' may be told to go away, with what is on it.
    try (GrpcFixture own = withCollection()) {
      HttpClientRequest request = await(own.request("/vectordb.v1.VectorDb/Query", Map.of()));
      request.setChunked(true);
      for (int i = 0; i < frame.length(); i++) {
        request.write(frame.getBuffer(i, i + 1));
      }
      request.end();
      assertThat(await(request.response().compose(GrpcFixture::outcome)).status()).isZero();
    }
  }

  @Test
  void callersThatGoAwayLeaveNothingBehind() {
    server.node.fallSilent();
    List<HttpClientRequest> calls =
        IntStream.range(0, 100)
            .mapToObj(i -> await(server.request("/vectordb.v1.VectorDb/ListCollections", Map.of())))
            .toList();
    calls.forEach(call -> call.end(GrpcFixture.frame(0, new byte[0])));
    calls.forEach(call -> call.reset(8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json", "application/grpc-web", "text/plain", "application/grpcx"})
  void otherContentTypesAreNotSpoken(String type) {
    Outcome outcome =
        server.send(
            "/vectordb.v1.VectorDb/Health",
            Map.of("content-type", type),
            GrpcFixture.frame(0, new byte[0]));
    assertThat(outcome.http()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "//", "/vectordb.v1.VectorDb", "/vectordb.v1.VectorDb/", "/x/y/z", "/%00"})
  void oddPathsAreUnimplemented(String path) {
    Outcome outcome = server.send(path, Map.of(), GrpcFixture.frame(0, new byte[0]));
    assertThat(outcome.status()).isEqualTo(GrpcStatus.UNIMPLEMENTED.code);
  }

  /** Random bytes, a bare preface, frames on the wrong stream, a header block that is none. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noBytesKillTheServer(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] noise = new byte[2_000];
    random.nextBytes(noise);
    Buffer preface = Buffer.buffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    Buffer settings = http2Frame(4, 0, 0, new byte[0]);
    talk(Buffer.buffer(noise));
    talk(preface.copy().appendBytes(noise));
    talk(preface.copy().appendBuffer(settings).appendBuffer(http2Frame(1, 4, 1, noise)));
    talk(preface.copy().appendBuffer(settings).appendBuffer(http2Frame(0, 1, 0, noise)));
    talk(
        preface
            .copy()
            .appendBuffer(settings)
            .appendBuffer(http2Frame(random.nextInt(256), 0, 3, noise)));
    String overHttp1 =
        """
        POST /vectordb.v1.VectorDb/Health HTTP/1.1
        host: a
        content-type: application/grpc
        content-length: 5

        12345\
        """;
    talk(Buffer.buffer(overHttp1.replace("\n", "\r\n")));
  }

  private static Buffer http2Frame(int type, int flags, int stream, byte[] payload) {
    return Buffer.buffer()
        .appendMedium(payload.length)
        .appendByte((byte) type)
        .appendByte((byte) flags)
        .appendInt(stream)
        .appendBytes(payload);
  }

  /** Sends bytes, half-closes, and waits until the server has hung up or answered. */
  private static void talk(Buffer bytes) {
    NetClient client = server.vertx.createNetClient();
    NetSocket socket = await(client.connect(server.port(), "127.0.0.1"));
    Promise<Void> over = Promise.promise();
    socket.handler(data -> over.tryComplete());
    socket.closeHandler(closed -> over.tryComplete());
    socket.exceptionHandler(error -> over.tryComplete());
    socket.write(bytes);
    await(over.future());
    await(client.close());
  }

  private static HttpClientRequest watch(String service, BlockingQueue<ServingStatus> seen) {
    HttpClientRequest request = await(server.request(HEALTH + "Watch", Map.of()));
    request
        .response()
        .onSuccess(response ->
            response.handler(frame -> seen.add(parse(frame.getBytes(5, frame.length())))));
    HealthCheckRequest message = HealthCheckRequest.newBuilder().setService(service).build();
    request.end(GrpcFixture.frame(0, message.toByteArray()));
    return request;
  }

  private static ServingStatus check(HealthCheckRequest request) {
    return parse(send(HEALTH + "Check", request).body().getBytes());
  }

  private static ServingStatus parse(byte[] message) {
    try {
      return HealthCheckResponse.parseFrom(message).getStatus();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ServerReflectionResponse reflect(ServerReflectionRequest request)
      throws InvalidProtocolBufferException {
    Outcome outcome = send("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", request);
    return ServerReflectionResponse.parseFrom(outcome.body().getBytes());
  }

  private static Outcome send(String path, MessageLite request) {
    return server.send(path, Map.of(), GrpcFixture.frame(0, request.toByteArray()));
  }
}

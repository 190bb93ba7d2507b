package io.quiver.front.grpc;

import com.google.protobuf.MessageLite;
import io.quiver.bus.QuiverClient;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.testkit.FakeNode;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A gRPC server of two instances over a {@link FakeNode}, and two ways to talk to it. */
public final class GrpcFixture implements AutoCloseable {
  static final int MESSAGE_BYTES_MAX = 1 << 20;

  final Vertx vertx = Vertx.vertx();
  final FakeNode node = new FakeNode(vertx);
  final QuiverClient bus = QuiverClient.create(vertx);
  final List<GrpcVerticle> verticles = new ArrayList<>();
  final VectorDbGrpcClient client;
  private final String deployment;
  private final GrpcClient grpc;
  private final HttpClient http;

  GrpcFixture() {
    this(
        new GrpcOptions("127.0.0.1", 0, 1_000, MESSAGE_BYTES_MAX, 64L * MESSAGE_BYTES_MAX, 10, 30));
  }

  GrpcFixture(GrpcOptions options) {
    deployment =
        await(
            vertx.deployVerticle(
                () -> {
                  GrpcVerticle verticle = new GrpcVerticle(options, bus);
                  verticles.add(verticle);
                  return verticle;
                },
                new DeploymentOptions().setInstances(2)));
    grpc = GrpcClient.client(vertx);
    client = VectorDbGrpcClient.create(grpc, SocketAddress.inetSocketAddress(port(), "127.0.0.1"));
    http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
  }

  /** Stops the server, as the node does. */
  Future<Void> undeploy() {
    return vertx.undeploy(deployment);
  }

  void createCollection(String name, int dimension) {
    CollectionConfig config =
        CollectionConfig.newBuilder().setName(name).setDimension(dimension).build();
    await(client.createCollection(CreateCollectionRequest.newBuilder().setConfig(config).build()));
  }

  int port() {
    return verticles.getFirst().actualPort();
  }

  @Override
  public void close() {
    await(grpc.close());
    await(http.close());
    node.close();
    await(vertx.close());
  }

  /** Calls an rpc of VectorDb with one well-framed message. */
  Outcome call(String rpc, MessageLite request) {
    return call(rpc, request.toByteArray());
  }

  /** Calls an rpc of VectorDb with these bytes in a well-formed frame. */
  Outcome call(String rpc, byte[] message) {
    return send("/vectordb.v1.VectorDb/" + rpc, Map.of(), frame(0, message));
  }

  /** Sends a body as it is; the headers replace those that a gRPC client sends. */
  Outcome send(String path, Map<String, String> headers, Buffer body) {
    return await(
        request(path, headers)
            .compose(request -> request.send(body).compose(GrpcFixture::outcome)));
  }

  /** A request whose headers are set and whose body is still to be written. */
  Future<HttpClientRequest> request(String path, Map<String, String> headers) {
    return http.request(HttpMethod.POST, port(), "127.0.0.1", path)
        .map(request -> {
          request.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
          headers.forEach(request::putHeader);
          return request;
        });
  }

  public static Buffer frame(int flag, byte[] message) {
    return Buffer.buffer().appendByte((byte) flag).appendInt(message.length).appendBytes(message);
  }

  public static Future<Outcome> outcome(HttpClientResponse response) {
    return response.body().map(body -> Outcome.of(response, body));
  }

  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no answer in time", e);
    }
  }

  /**
   * What came back.
   *
   * @param status the grpc-status; -1 when there was none
   * @param message the decoded grpc-message
   * @param body the reply frame's message, empty when there was none
   */
  public record Outcome(
      int http, int status, String message, Map<String, String> quiver, Buffer body) {
    static Outcome of(HttpClientResponse response, Buffer body) {
      MultiMap all = MultiMap.caseInsensitiveMultiMap().addAll(response.headers());
      all.addAll(response.trailers());
      Map<String, String> quiver = new java.util.TreeMap<>();
      all.forEach((name, value) -> {
        if (name.startsWith("quiver-")) {
          quiver.put(name.substring(7), decoded(value));
        }
      });
      String status = all.get("grpc-status");
      return new Outcome(
          response.statusCode(),
          status == null ? -1 : Integer.parseInt(status),
          all.contains("grpc-message") ? decoded(all.get("grpc-message")) : "",
          quiver,
          body.length() < 5 ? Buffer.buffer() : body.getBuffer(5, body.length()));
    }

    private static String decoded(String text) {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
  }
}

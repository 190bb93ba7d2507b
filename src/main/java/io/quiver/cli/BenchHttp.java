package io.quiver.cli;

import io.quiver.core.DenseVector;
import io.quiver.message.Row;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** REST over HTTP/1.1, or gRPC over plain HTTP/2: as bytes that were encoded before. */
final class BenchHttp implements BenchLines {
  private static final String RESOURCE_EXHAUSTED = "8";
  private static final int OVERLOADED = 429;
  private static final int BAD_REQUEST = 400;
  private static final String RPC = "/vectordb.v1.VectorDb/";

  private final BenchVia via;
  private final SocketAddress address;
  private final Vertx vertx;
  private final HttpClientAgent client;

  BenchHttp(BenchVia via, MeasuredServer server) {
    this.via = via;
    this.address =
        via == BenchVia.GRPC
            ? server
                .grpc()
                .map(GrpcTarget::parse)
                .orElseThrow(() -> new CommandException("--grpc: where is gRPC served?"))
            : rest(URI.create(server.url()));
    // One loop for all connections: little of a machine that the client shares with the server.
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    HttpClientOptions options = new HttpClientOptions().setHttp2ClearTextUpgrade(false);
    if (via == BenchVia.GRPC) {
      options.setProtocolVersion(HttpVersion.HTTP_2);
    }
    this.client = vertx.createHttpClient(options);
  }

  private static SocketAddress rest(URI url) {
    return SocketAddress.inetSocketAddress(url.getPort(), url.getHost());
  }

  @Override
  public BenchLine writes(String collection, List<List<Row>> batches) {
    List<Buffer> bodies = batches.stream().map(rows -> via.batch(collection, rows)).toList();
    String path =
        via == BenchVia.GRPC
            ? RPC + "BatchInsert"
            : RestApi.path("collections", collection, "vectors", "batch");
    return line(path, bodies, answer -> List.of());
  }

  @Override
  public List<BenchLine> searches(
      String collection, List<DenseVector> queries, int k, int efSearch, int connections) {
    List<Buffer> bodies =
        queries.stream().map(query -> via.search(collection, query, k, efSearch)).toList();
    String path =
        via == BenchVia.GRPC ? RPC + "Query" : RestApi.path("collections", collection, "search");
    List<BenchLine> lines = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      lines.add(line(path, bodies, via::ids));
    }
    return lines;
  }

  private BenchLine line(String path, List<Buffer> bodies, Function<Buffer, List<String>> ids) {
    HttpClientConnection connection =
        GrpcTarget.await(client.connect(new HttpConnectOptions().setServer(address)));
    RequestOptions head = new RequestOptions().setMethod(HttpMethod.POST).setURI(path);
    if (via == BenchVia.GRPC) {
      head.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
    } else {
      head.putHeader("content-type", "application/json");
    }
    // Who waits for the body is told before the request is sent, on the thread that reads the
    // answer: of one that came before, Vert.x would tell nothing.
    return number ->
        connection
            .request(head)
            .compose(request ->
                request
                    .send(bodies.get(number))
                    .compose(response -> response.body().compose(body -> checked(response, body))))
            .map(body -> (Supplier<List<String>>) () -> ids.apply(body));
  }

  private Future<Buffer> checked(HttpClientResponse response, Buffer body) {
    if (via != BenchVia.GRPC) {
      return response.statusCode() < 300
          ? Future.succeededFuture(body)
          : failed(response.statusCode(), body.toString());
    }
    String trailer = response.getTrailer("grpc-status");
    String status = trailer == null ? response.getHeader("grpc-status") : trailer;
    return "0".equals(status) && body.length() >= 5
        ? Future.succeededFuture(body.slice(5, body.length()))
        : failed(
            RESOURCE_EXHAUSTED.equals(status) ? OVERLOADED : BAD_REQUEST,
            "gRPC status " + status + " " + message(response));
  }

  private static String message(HttpClientResponse response) {
    String trailer = response.getTrailer("grpc-message");
    return trailer == null ? response.getHeader("grpc-message") : trailer;
  }

  private static Future<Buffer> failed(int status, String why) {
    return Future.failedFuture(new ServerException(status, why));
  }

  @Override
  public void close() {
    GrpcTarget.await(vertx.close());
  }
}

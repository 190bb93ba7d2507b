package io.quiver.nonsense;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.quiver.front.grpc.GrpcFixture;
import io.quiver.front.grpc.GrpcFixture.Outcome;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Sends messages of the generated contract, and bytes that are none, over one HTTP/2 connection.
 */
final class GrpcSurface implements Surface, AutoCloseable {
  /** The statuses of docs/decisions/0007-grpc.md that a wrong call can have. */
  private static final Map<String, GrpcStatus> STATUS =
      Map.of(
          "INVALID_ARGUMENT", GrpcStatus.INVALID_ARGUMENT,
          "DIMENSION_MISMATCH", GrpcStatus.INVALID_ARGUMENT,
          "COLLECTION_NOT_FOUND", GrpcStatus.NOT_FOUND,
          "VECTOR_NOT_FOUND", GrpcStatus.NOT_FOUND,
          "SNAPSHOT_NOT_FOUND", GrpcStatus.NOT_FOUND,
          "COLLECTION_ALREADY_EXISTS", GrpcStatus.ALREADY_EXISTS,
          "VECTOR_ALREADY_EXISTS", GrpcStatus.ALREADY_EXISTS,
          "VERSION_CONFLICT", GrpcStatus.ABORTED,
          "PAYLOAD_TOO_LARGE", GrpcStatus.RESOURCE_EXHAUSTED);

  private final HttpClient http;
  private final int port;

  GrpcSurface(Vertx vertx, int port) {
    this.port = port;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
  }

  @Override
  public char letter() {
    return 'g';
  }

  /** Its own messages' names where the message is read, REST's where the node speaks. */
  @Override
  public Set<String> fields(Case wrong) {
    String field = Words.whole(wrong.field());
    String own =
        switch (wrong.operation()) {
          case "insert", "update" -> "vector." + field;
          case "delete" -> "vector_" + field;
          case "search" -> "query_" + field.replace("query_", "");
          case "snapshot-get", "snapshot-delete", "snapshot-restore" -> field + "_name";
          case "recommend",
              "discover",
              "scroll",
              "count",
              "points-search",
              "search-text",
              "search-hybrid",
              "facets",
              "range" ->
              pointField(field);
          case "search-groups" ->
              pointField(field)
                  .replaceFirst("^vector", "query_vector")
                  .replaceFirst("^offset", "query.offset");
          case "explain" -> pointField(field).replaceFirst("^vector", "query_vector");
          case "rerank" ->
              pointField(field)
                  .replaceFirst("^vector", "query_vector")
                  .replaceFirst("^mmr\\.", "")
                  .replaceFirst("^boost\\b", "boosts");
          case "order" -> pointField(field).replaceFirst("^order_by$", "order_by.field");
          case "payload-set" -> pointField(field).replaceFirst("^payload$", "payload_json");
          default -> field;
        };
    if (field.equals("target")) {
      return Set.of("target", "target_id", "target_vector.data");
    }
    return field.equals("collection")
        ? Set.of("collection", "collection_name")
        : own.equals(field) ? Set.of(field) : Set.of(field, own);
  }

  private static String pointField(String field) {
    return field
        .replaceFirst("^(positive|negative)", "$1_ids")
        .replaceFirst("^target$", "target_id")
        .replaceFirst("^target\\[", "target_vector.data[")
        .replaceFirst("^context", "context_pairs")
        .replaceFirst("\\.(positive|negative)$", ".$1_id")
        .replaceFirst("^((searches\\[\\d+\\]\\.)?)filter\\b", "$1filter_json");
  }

  @Override
  public Callable<Refusal> translate(Case wrong) {
    if (wrong.operation().equals("RPC")) {
      GrpcNonsense.Body body = GrpcNonsense.of(wrong.request());
      return () -> send(wrong.target(), body.headers(), body.bytes());
    }
    Words.noQuery(wrong);
    String request = wrong.request();
    String collection = wrong.operation().equals("HTTP") ? "" : Words.decoded(wrong.collection());
    return switch (wrong.operation()) {
      case "create" -> call("CreateCollection", GrpcRequests.create(request));
      case "describe" -> call("GetCollectionInfo", GrpcRequests.describe(collection));
      case "drop" -> call("DeleteCollection", GrpcRequests.drop(collection));
      case "snapshot" -> call("CreateSnapshot", GrpcRequests.snapshot(collection, ""));
      case "snapshots" -> call("ListSnapshots", GrpcRequests.snapshot(collection, ""));
      case "snapshot-get" -> call("GetSnapshot", GrpcRequests.snapshot(collection, id(wrong)));
      case "snapshot-delete" ->
          call("DeleteSnapshot", GrpcRequests.snapshot(collection, id(wrong)));
      case "snapshot-restore" ->
          call("RestoreSnapshot", GrpcRequests.snapshot(collection, id(wrong)));
      case "insert" -> call("Insert", GrpcRequests.insert(collection, request));
      case "batch" -> call("BatchInsert", GrpcRequests.batch(collection, request));
      case "update" ->
          call("Update", GrpcRequests.update(collection, Words.decoded(wrong.id()), request));
      case "delete" -> call("Delete", GrpcRequests.delete(collection, Words.decoded(wrong.id())));
      case "search" -> call("Query", GrpcRequests.query(collection, request));
      case "search-text" -> call("SearchText", GrpcTexts.text(collection, request));
      case "search-hybrid" -> call("SearchHybrid", GrpcTexts.hybrid(collection, request));
      case "recommend" -> call("Recommend", GrpcPoints.recommend(collection, request));
      case "discover" -> call("Discover", GrpcPoints.discover(collection, request));
      case "scroll" -> call("Scroll", GrpcPoints.scroll(collection, request));
      case "count" -> call("Count", GrpcPoints.count(collection, request));
      case "search-groups" -> call("SearchGroups", GrpcArranged.groups(collection, request));
      case "rerank" -> call("SearchReranked", GrpcArranged.reranked(collection, request));
      case "explain" -> call("ExplainSearch", GrpcArranged.explain(collection, request));
      case "payload-set" -> call("SetPayload", GrpcArranged.payload(collection, request));
      case "order" -> call("Scroll", GrpcArranged.order(collection, request));
      case "facets" -> call("CountFacets", GrpcArranged.facets(collection, request));
      case "write-if" -> call("WriteIf", GrpcKeys.writeIf(collection, "upsert", request));
      case "insert-if" -> call("WriteIf", GrpcKeys.writeIf(collection, "insert", request));
      case "delete-if" -> call("DeleteIf", GrpcKeys.deleteIf(collection, request));
      case "get-vectors" -> call("GetVectors", GrpcKeys.get(collection, request));
      case "contains" -> call("Contains", GrpcKeys.contains(collection, request));
      case "range" -> call("SearchRange", GrpcKeys.range(collection, request));
      case "clear" -> call("ClearCollection", GrpcKeys.clear(collection));
      case "points-search" -> call("BatchSearch", GrpcPoints.batch(collection, request));
      default -> throw new CannotSay(wrong.operation());
    };
  }

  private static String id(Case wrong) {
    return Words.decoded(wrong.id());
  }

  private Callable<Refusal> call(String rpc, MessageLite request) {
    Buffer frame = GrpcFixture.frame(0, request.toByteArray());
    return () -> send(rpc, Map.of(), frame);
  }

  private Refusal send(String rpc, Map<String, String> headers, Buffer body) {
    Outcome outcome =
        GrpcFixture.await(
            http.request(HttpMethod.POST, port, "127.0.0.1", "/vectordb.v1.VectorDb/" + rpc)
                .compose(request -> {
                  request.putHeader("content-type", "application/grpc");
                  request.putHeader("te", "trailers");
                  headers.forEach(request::putHeader);
                  return request.send(body).compose(GrpcFixture::outcome);
                }));
    assertThat(outcome.http()).isEqualTo(200);
    assertThat(outcome.body().length()).isZero();
    GrpcStatus status = GrpcStatus.valueOf(outcome.status());
    if (!outcome.quiver().containsKey("code")) {
      return new Refusal(status.name(), outcome.message(), Map.of());
    }
    String code = outcome.quiver().get("code");
    assertThat(status).isEqualTo(STATUS.get(code));
    return new Refusal(code, outcome.message(), outcome.quiver());
  }

  @Override
  public void close() {
    GrpcFixture.await(http.close());
  }
}

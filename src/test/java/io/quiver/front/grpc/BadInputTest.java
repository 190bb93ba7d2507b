package io.quiver.front.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.quiver.core.ErrorCode;
import io.quiver.front.grpc.GrpcFixture.Outcome;
import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.DeleteCollectionRequest;
import io.quiver.front.grpc.v1.DeleteRequest;
import io.quiver.front.grpc.v1.GetCollectionInfoRequest;
import io.quiver.front.grpc.v1.GetStatsRequest;
import io.quiver.front.grpc.v1.IndexConfig;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.UpdateRequest;
import io.quiver.front.grpc.v1.Vector;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a caller sends is answered with a status that names the fault, and changes nothing. */
class BadInputTest {
  private static final String INVALID = "INVALID_ARGUMENT";
  private static GrpcFixture server;

  @BeforeAll
  static void start() {
    server = new GrpcFixture();
    server.call("CreateCollection", create("two", 2));
    server.call("Insert", insert("two", "one", 1, 1));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void nothingChanged() {
    server.node.heal();
    assertThat(server.call("ListCollections", GetStatsRequest.getDefaultInstance()).body())
        .isEqualTo(Buffer.buffer("\n\u0003two"));
    assertThat(server.call("Query", query("two", 1, 1)).body().toString()).contains("one");
  }

  static Stream<Arguments> wrongRequests() {
    return Stream.of(collections(), vectors(), queries()).flatMap(cases -> cases);
  }

  private static Stream<Arguments> collections() {
    return Stream.of(
        arguments(
            "CreateCollection", CreateCollectionRequest.getDefaultInstance(), INVALID, "config"),
        arguments("CreateCollection", create("two", 2), "ALREADY_EXISTS", "two"),
        arguments("CreateCollection", create("", 2), INVALID, "name"),
        arguments("CreateCollection", create("..", 2), INVALID, "name"),
        arguments("CreateCollection", create("wal", 2), INVALID, "reserved"),
        arguments("CreateCollection", create("a/b", 2), INVALID, "a/b"),
        arguments("CreateCollection", create(".hidden", 2), INVALID, "name"),
        arguments("CreateCollection", create("x".repeat(65), 2), INVALID, "64"),
        arguments("CreateCollection", create("nul\0", 2), INVALID, "name"),
        arguments("CreateCollection", create("naïve", 2), INVALID, "naïve"),
        arguments("CreateCollection", create("c", 0), INVALID, "dimension: expected 1 to 65536"),
        arguments("CreateCollection", create("c", 65_537), INVALID, "got 65537"),
        arguments("CreateCollection", create("c", -1), INVALID, "got 4294967295"),
        arguments("CreateCollection", shards(65), INVALID, "shards"),
        arguments("CreateCollection", shards(-1), INVALID, "shards"),
        arguments(
            "CreateCollection", index(i -> i.setMaxConnections(1)), INVALID, "max_connections"),
        arguments("CreateCollection", index(i -> i.setMaxConnections(129)), INVALID, "got 129"),
        arguments(
            "CreateCollection", index(i -> i.setEfConstruction(-2)), INVALID, "ef_construction"),
        arguments("CreateCollection", index(i -> i.setEfSearch(10_001)), INVALID, "ef_search"),
        arguments("CreateCollection", index(i -> i.setMaxLayer(33)), INVALID, "max_layer"),
        arguments("DeleteCollection", delete("none"), "NOT_FOUND", "none"),
        arguments("DeleteCollection", delete("."), INVALID, "name"),
        arguments("GetCollectionInfo", info("none"), "NOT_FOUND", "Collection not found: none"),
        arguments("GetCollectionInfo", info(""), INVALID, "name"));
  }

  private static Stream<Arguments> vectors() {
    return Stream.of(
        arguments("Insert", InsertRequest.getDefaultInstance(), INVALID, "name"),
        arguments("Insert", insertInto("two").build(), INVALID, "vector: expected a vector"),
        arguments("Insert", insert("none", "a", 1, 1), "NOT_FOUND", "none"),
        arguments("Insert", insert("two", "one", 2, 2), "ALREADY_EXISTS", "one"),
        arguments("Insert", insert("two", "a", 1), INVALID, "want=2 got=1"),
        arguments("Insert", insert("two", "a"), INVALID, "vector.vector: expected 1 to 65536"),
        arguments("Insert", insert("two", "a", 1, Float.NaN), INVALID, "[1]: expected a finite"),
        arguments("Insert", insert("two", "a", Float.POSITIVE_INFINITY, 1), INVALID, "Infinity"),
        arguments("Insert", insert("two", "a", 1, Float.NEGATIVE_INFINITY), INVALID, "-Infinity"),
        arguments("Insert", insert("two", "x".repeat(257), 1, 1), INVALID, "256"),
        arguments("Insert", insert("two", "é".repeat(129), 1, 1), INVALID, "258 bytes"),
        arguments("Insert", insert("two", "a\tb", 1, 1), INVALID, "U+0009"),
        arguments("Update", UpdateRequest.getDefaultInstance(), INVALID, "name"),
        arguments("Update", update("two", "", 1, 1), INVALID, "id"),
        arguments("Update", update("two", "unknown", 1, 1), "NOT_FOUND", "unknown"),
        arguments("Update", update("none", "one", 1, 1), "NOT_FOUND", "none"),
        arguments("Update", update("two", "one", 1, 1, 1), INVALID, "want=2 got=3"),
        arguments("Delete", deleteVector("two", ""), INVALID, "id"),
        arguments("Delete", deleteVector("none", "a"), "NOT_FOUND", "none"),
        arguments("BatchInsert", batch(), INVALID, "vectors: expected 1 to 100000, got 0"),
        arguments("BatchInsert", batch(v("a", 1, 1), v("b", 1)), INVALID, "want=2 got=1"),
        arguments("BatchInsert", batch(v("a", 1, 1), v("b", 1, Float.NaN)), INVALID, "vectors[1]"),
        arguments("BatchInsert", batch(v("a", 1, 1), v("a", 2, 2)), INVALID, "vectors"),
        arguments("BatchInsert", batch(v("a", 1, 1), v("one", 2, 2)), "ALREADY_EXISTS", "one"));
  }

  private static Stream<Arguments> queries() {
    QueryRequest good = query("two", 1, 1);
    return Stream.of(
        arguments("Query", query("two"), INVALID, "components"),
        arguments("Query", query("two", 1), INVALID, "want=2 got=1"),
        arguments("Query", query("two", 1, Float.NaN), INVALID, "[1]"),
        arguments("Query", query("none", 1, 1), "NOT_FOUND", "none"),
        arguments("Query", query("", 1, 1), INVALID, "name"),
        arguments("Query", good.toBuilder().setLimit(10_001).build(), INVALID, "limit"),
        arguments("Query", good.toBuilder().setLimit(-1).build(), INVALID, "got 4294967295"),
        arguments("Query", good.toBuilder().setEfSearch(10_001).build(), INVALID, "ef_search"),
        arguments("Query", good.toBuilder().putFilter("a", "b").build(), INVALID, "filter"));
  }

  @ParameterizedTest(name = "{0} {3}")
  @MethodSource("wrongRequests")
  void aWrongRequestIsRefusedNamingTheFault(
      String rpc, MessageLite request, String status, String text) {
    Outcome outcome = server.call(rpc, request);
    assertThat(outcome.status()).isEqualTo(GrpcStatus.valueOf(status).code);
    assertThat(outcome.message()).contains(text);
    assertThat(outcome.quiver()).containsKey("code");
    assertThat(outcome.body().length()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"CreateCollection", "GetCollectionInfo", "Insert", "BatchInsert", "Query"})
  void bytesThatAreNoProtobufAreInvalid(String rpc) {
    assertInvalid(server.call(rpc, new byte[] {(byte) 0xFF, (byte) 0xFF, 1, 2, 3}), "protobuf");
    assertInvalid(server.call(rpc, new byte[] {0x0A, 0x7F, 'x'}), "protobuf");
    byte[] wrongUtf8 = {0x0A, 2, (byte) 0xC3, 0x28};
    assertInvalid(server.call(rpc, wrongUtf8), "");
  }

  /** A message nested 200 deep: the parser stops at 100 and the stack is safe. */
  @Test
  void groupsWithoutEndAreInvalid() {
    byte[] groups = new byte[200_000];
    java.util.Arrays.fill(groups, (byte) 0x5B);
    assertInvalid(server.call("Query", groups), "protobuf");
  }

  @Test
  void anEmptyBodyIsInvalid() {
    assertInvalid(send(Map.of(), Buffer.buffer()), "message: expected exactly one, got none");
  }

  @Test
  void aBodyThatEndsInsideAMessageIsInvalid() {
    Buffer whole = GrpcFixture.frame(0, query("two", 1, 1).toByteArray());
    for (int cut : new int[] {1, 4, 5, whole.length() - 1}) {
      assertInvalid(send(Map.of(), whole.getBuffer(0, cut)), "got none");
    }
  }

  @Test
  void twoMessagesAreInvalid() {
    Buffer frame = GrpcFixture.frame(0, query("two", 1, 1).toByteArray());
    assertInvalid(send(Map.of(), frame.copy().appendBuffer(frame)), "got more");
  }

  @Test
  void aMessageOverTheBoundIsRefusedBeforeItIsRead() {
    Buffer head = Buffer.buffer().appendByte((byte) 0).appendInt(Integer.MAX_VALUE);
    assertTooLarge(send(Map.of(), head.copy().appendBytes(new byte[100])), "got=2147483647");
    Buffer negative = Buffer.buffer().appendByte((byte) 0).appendInt(-1);
    assertTooLarge(send(Map.of(), negative), "got=4294967295");
    byte[] oneOver = new byte[GrpcFixture.MESSAGE_BYTES_MAX + 1];
    assertTooLarge(server.call("Query", oneOver), "max=1048576 got=1048577");
  }

  @Test
  void aGzipMessageIsUnpacked() throws IOException {
    Buffer packed = GrpcFixture.frame(1, gzip(query("two", 1, 1).toByteArray()));
    assertThat(send(Map.of("grpc-encoding", "gzip"), packed).status()).isZero();
  }

  /** A hundred kilobytes that unpack to a hundred megabytes. */
  @Test
  void aGzipBombIsRefused() throws IOException {
    Buffer bomb = GrpcFixture.frame(1, gzip(new byte[100 << 20]));
    assertTooLarge(send(Map.of("grpc-encoding", "gzip"), bomb), "max=1048576");
  }

  @Test
  void wrongCompressionIsInvalid() throws IOException {
    byte[] query = query("two", 1, 1).toByteArray();
    Map<String, String> gzip = Map.of("grpc-encoding", "gzip");
    byte[] cut = java.util.Arrays.copyOf(gzip(query), 15);
    assertInvalid(send(gzip, GrpcFixture.frame(1, query)), "gzip");
    assertInvalid(send(gzip, GrpcFixture.frame(1, cut)), "gzip");
    assertInvalid(send(gzip, GrpcFixture.frame(1, new byte[0])), "gzip");
    assertInvalid(send(Map.of(), GrpcFixture.frame(1, gzip(query))), "protobuf");
    assertInvalid(
        send(Map.of("grpc-encoding", "snappy"), GrpcFixture.frame(1, query)), "identity or gzip");
  }

  @Test
  void jsonIsNotSpoken() {
    assertInvalid(
        send(
            Map.of("content-type", "application/grpc+json"),
            GrpcFixture.frame(0, "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))),
        "content-type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Recommend",
        "Discover",
        "Scroll",
        "Count",
        "BatchSearch",
        "CreateSnapshot",
        "ListSnapshots",
        "GetSnapshot",
        "DeleteSnapshot",
        "RestoreSnapshot",
        "NoSuchRpc",
        "insert"
      })
  void whatIsNotServedIsUnimplemented(String rpc) {
    assertThat(server.call(rpc, new byte[0]).status()).isEqualTo(GrpcStatus.UNIMPLEMENTED.code);
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyErrorOfTheNodeHasItsStatus(ErrorCode code) {
    server.node.failWith(code);
    Outcome outcome = server.call("Query", query("two", 1, 1));
    assertThat(outcome.status()).isEqualTo(expected(code).code);
    assertThat(outcome.message()).isEqualTo("as asked: " + code);
    assertThat(outcome.quiver()).isEqualTo(Map.of("code", code.name(), "got", "ä%"));
  }

  /** The table of docs/decisions/0007-grpc.md, written down a second time. */
  private static GrpcStatus expected(ErrorCode code) {
    String name = code.name();
    if (name.endsWith("_NOT_FOUND")) {
      return GrpcStatus.NOT_FOUND;
    }
    if (name.endsWith("_ALREADY_EXISTS")) {
      return GrpcStatus.ALREADY_EXISTS;
    }
    Map<String, GrpcStatus> others =
        Map.of(
            "METHOD_NOT_ALLOWED", GrpcStatus.UNIMPLEMENTED,
            "OVERLOADED", GrpcStatus.RESOURCE_EXHAUSTED,
            "STORAGE_FULL", GrpcStatus.RESOURCE_EXHAUSTED,
            "PAYLOAD_TOO_LARGE", GrpcStatus.RESOURCE_EXHAUSTED,
            "READ_ONLY", GrpcStatus.FAILED_PRECONDITION,
            "COLLECTION_DAMAGED", GrpcStatus.DATA_LOSS);
    boolean sameName =
        Stream.of(GrpcStatus.values()).anyMatch(status -> status.name().equals(name));
    return sameName
        ? GrpcStatus.valueOf(name)
        : others.getOrDefault(name, GrpcStatus.INVALID_ARGUMENT);
  }

  private static Outcome send(Map<String, String> headers, Buffer body) {
    return server.send("/vectordb.v1.VectorDb/Query", headers, body);
  }

  private static void assertInvalid(Outcome outcome, String text) {
    assertThat(outcome.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
    assertThat(outcome.message()).contains(text);
  }

  private static void assertTooLarge(Outcome outcome, String text) {
    assertThat(outcome.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED.code);
    assertThat(outcome.message()).contains(text);
    assertThat(outcome.quiver()).containsEntry("code", "PAYLOAD_TOO_LARGE");
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }

  private static CreateCollectionRequest create(String name, int dimension) {
    return CreateCollectionRequest.newBuilder()
        .setConfig(CollectionConfig.newBuilder().setName(name).setDimension(dimension))
        .build();
  }

  private static CreateCollectionRequest shards(int shards) {
    CreateCollectionRequest.Builder request = create("c", 2).toBuilder();
    request.getConfigBuilder().setShards(shards);
    return request.build();
  }

  private static CreateCollectionRequest index(
      java.util.function.UnaryOperator<IndexConfig.Builder> change) {
    CreateCollectionRequest.Builder request = create("c", 2).toBuilder();
    request.getConfigBuilder().setIndexConfig(change.apply(IndexConfig.newBuilder()));
    return request.build();
  }

  private static DeleteCollectionRequest delete(String name) {
    return DeleteCollectionRequest.newBuilder().setCollectionName(name).build();
  }

  private static GetCollectionInfoRequest info(String name) {
    return GetCollectionInfoRequest.newBuilder().setCollectionName(name).build();
  }

  private static InsertRequest.Builder insertInto(String collection) {
    return InsertRequest.newBuilder().setCollectionName(collection);
  }

  private static InsertRequest insert(String collection, String id, float... components) {
    return insertInto(collection).setVector(v(id, components)).build();
  }

  private static UpdateRequest update(String collection, String id, float... components) {
    return UpdateRequest.newBuilder()
        .setCollectionName(collection)
        .setVector(v(id, components))
        .build();
  }

  private static DeleteRequest deleteVector(String collection, String id) {
    return DeleteRequest.newBuilder().setCollectionName(collection).setVectorId(id).build();
  }

  private static BatchInsertRequest batch(Vector... vectors) {
    return BatchInsertRequest.newBuilder()
        .setCollectionName("two")
        .addAllVectors(java.util.List.of(vectors))
        .build();
  }

  private static QueryRequest query(String collection, float... components) {
    QueryRequest.Builder request = QueryRequest.newBuilder().setCollectionName(collection);
    for (float component : components) {
      request.addQueryVector(component);
    }
    return request.build();
  }

  private static Vector v(String id, float... components) {
    Vector.Builder vector = Vector.newBuilder().setIdBytes(ByteString.copyFromUtf8(id));
    for (float component : components) {
      vector.addData(component);
    }
    return vector.build();
  }
}

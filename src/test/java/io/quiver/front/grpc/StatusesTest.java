package io.quiver.front.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.ErrorCode;
import io.quiver.front.grpc.GrpcFixture.Outcome;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.QueryRequest;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Errors of a node that does as it is told, and a bound that is smaller than usual. What callers
 * send wrongly to a real node stands in {@code nonsense/cases.txt}.
 */
class StatusesTest {
  private static GrpcFixture server;

  @BeforeAll
  static void start() {
    server = new GrpcFixture();
    server.call(
        "CreateCollection",
        CreateCollectionRequest.newBuilder()
            .setConfig(CollectionConfig.newBuilder().setName("two").setDimension(2))
            .build());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void heal() {
    server.node.heal();
  }

  @Test
  void theBoundOfTheOptionsHolds() {
    Outcome outcome = server.call("Query", new byte[GrpcFixture.MESSAGE_BYTES_MAX + 1]);
    assertThat(outcome.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED.code);
    assertThat(outcome.message()).contains("max=1048576 got=1048577");
    assertThat(outcome.quiver()).containsEntry("code", "PAYLOAD_TOO_LARGE");
  }

  @Test
  void aGzipMessageIsUnpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(query().toByteArray());
    }
    Buffer frame = GrpcFixture.frame(1, packed.toByteArray());
    assertThat(
            server
                .send("/vectordb.v1.VectorDb/Query", Map.of("grpc-encoding", "gzip"), frame)
                .status())
        .isZero();
  }

  /** HTTP/2 takes no header with a space at its ends: such a detail would cost the whole answer. */
  @ParameterizedTest
  @ValueSource(strings = {" a", "a ", " ", "\t", "", "%", "ä", "\uD800", "a\u0000b", "\r\nx: y"})
  void everyDetailCanBeAHeader(String text) {
    String header = Statuses.percentEncoded(text);
    assertThat(header).matches("[!-~]*|[!-~][ -~]*[!-~]");
    assertThat(java.net.URLDecoder.decode(header, java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo(text.replace('\uD800', '?'));
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyErrorOfTheNodeHasItsStatus(ErrorCode code) {
    server.node.failWith(code);
    Outcome outcome = server.call("Query", query());
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
            "CONFLICT", GrpcStatus.ABORTED,
            "VERSION_CONFLICT", GrpcStatus.ABORTED,
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

  private static QueryRequest query() {
    return QueryRequest.newBuilder()
        .setCollectionName("two")
        .addQueryVector(1)
        .addQueryVector(1)
        .build();
  }
}

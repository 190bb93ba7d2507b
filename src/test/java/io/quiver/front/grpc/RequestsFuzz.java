package io.quiver.front.grpc;

import com.google.protobuf.MessageLite;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.DeleteRequest;
import io.quiver.front.grpc.v1.DistanceMetric;
import io.quiver.front.grpc.v1.IndexConfig;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.UpdateRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.ServiceMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;

/**
 * The bytes of every request that carries something: INVALID_ARGUMENT (or PAYLOAD_TOO_LARGE), or a
 * message.
 *
 * <p>Input: which request, and whether it is packed; then its bytes.
 */
public final class RequestsFuzz implements FuzzTarget {
  private static final Set<String> SAID = Set.of("field", "expected", "got");
  private static final int PACKED = 0x80;
  private static final int BYTES_MAX = 1 << 16;

  private record Method<Q>(ServiceMethod<Q, ?> method, Function<Q, Object> translation) {
    Object translate(GrpcMessage message) {
      return translation.apply(Payloads.parse(method, message, BYTES_MAX));
    }
  }

  private static final List<Method<?>> METHODS =
      List.of(
          new Method<>(VectorDbGrpcService.CreateCollection, Requests::create),
          new Method<>(VectorDbGrpcService.Insert, Requests::insert),
          new Method<>(VectorDbGrpcService.BatchInsert, Requests::batchInsert),
          new Method<>(VectorDbGrpcService.Update, Requests::update),
          new Method<>(VectorDbGrpcService.Delete, Requests::delete),
          new Method<>(VectorDbGrpcService.Query, request -> Requests.query(request, 0)));

  @Override
  public void run(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Method<?> method = METHODS.get((input[0] & 0x7F) % METHODS.size());
    String encoding = (input[0] & PACKED) != 0 ? "gzip" : "identity";
    Buffer payload = Buffer.buffer(Arrays.copyOfRange(input, 1, input.length));
    try {
      Object message = method.translate(GrpcMessage.message(encoding, payload));
      Expect.that(message != null, () -> "no message");
    } catch (QuiverException e) {
      boolean isCallersFault =
          e.code() == ErrorCode.INVALID_ARGUMENT || e.code() == ErrorCode.PAYLOAD_TOO_LARGE;
      Expect.that(isCallersFault, () -> "code " + e.code());
      Expect.that(e.details().keySet().containsAll(SAID), e::getMessage);
      Expect.readable(e.getMessage());
    }
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    List<MessageLite> requests = requests();
    for (int i = 0; i < requests.size(); i++) {
      byte[] plain = requests.get(i).toByteArray();
      seeds.add(seed(i, plain));
      seeds.add(seed(i | PACKED, packed(plain)));
    }
    return seeds;
  }

  private static List<MessageLite> requests() {
    Vector vector =
        Vector.newBuilder().setId("é1").addData(1).addData(-2.5f).putMetadata("k\"", "v\n").build();
    return List.of(
        CreateCollectionRequest.newBuilder()
            .setConfig(
                CollectionConfig.newBuilder()
                    .setName("c")
                    .setDimension(2)
                    .setDistanceMetric(DistanceMetric.DISTANCE_METRIC_MANHATTAN)
                    .setIndexConfig(IndexConfig.newBuilder().setMaxConnections(16))
                    .setShards(2))
            .build(),
        InsertRequest.newBuilder().setCollectionName("c").setVector(vector).build(),
        BatchInsertRequest.newBuilder()
            .setCollectionName("c")
            .addVectors(vector)
            .addVectors(vector.toBuilder().clearId())
            .build(),
        UpdateRequest.newBuilder().setCollectionName("c").setVector(vector).build(),
        DeleteRequest.newBuilder().setCollectionName("c").setVectorId("é1").build(),
        QueryRequest.newBuilder()
            .setCollectionName("c")
            .addQueryVector(1)
            .addQueryVector(2)
            .setLimit(3)
            .setEfSearch(50)
            .build());
  }

  private static byte[] packed(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static byte[] seed(int first, byte[] bytes) {
    byte[] seed = new byte[bytes.length + 1];
    seed[0] = (byte) first;
    System.arraycopy(bytes, 0, seed, 1, bytes.length);
    return seed;
  }
}

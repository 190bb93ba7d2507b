package io.quiver.nonsense;

import io.quiver.front.grpc.GrpcFixture;
import io.quiver.front.grpc.v1.DeleteRequest;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.UpdateRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.nonsense.Surface.CannotSay;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Bodies that no generated client would send, by the names that the table gives them. */
final class GrpcNonsense {
  private static final byte[] QUERY =
      QueryRequest.newBuilder()
          .setCollectionName("c")
          .addQueryVector(1)
          .addQueryVector(2)
          .addQueryVector(3)
          .build()
          .toByteArray();

  private GrpcNonsense() {}

  /** A body and the headers that it needs. */
  record Body(Buffer bytes, Map<String, String> headers) {}

  static Body of(String name) {
    return switch (name) {
      case "random bytes" -> plain(message(0xFF, 0xFF, 1, 2, 3));
      case "a string longer than the message" -> plain(message(0x0A, 0x7F, 'x'));
      case "a string that is no UTF-8" -> plain(message(0x0A, 2, 0xC3, 0x28));
      case "a string of half a character" -> plain(message(0x0A, 3, 0xED, 0xA0, 0x80));
      case "a number of eleven bytes" ->
          plain(message(0x18, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1));
      case "a length below zero" -> plain(message(0x0A, -1, -1, -1, -1, 0x0F));
      case "field number zero" -> plain(message(0x02, 1, 1));
      case "the wire type of a group's end" -> plain(message(0x0C));
      case "half a float" -> plain(message(0x12, 6, 0, 0, 0, 0, 0, 0));
      case "groups 200,000 deep" -> plain(filled(200_000, 0x5B));
      case "an empty message" -> plain(new byte[0]);
      case "an insert without a vector" ->
          plain(InsertRequest.newBuilder().setCollectionName("c").build().toByteArray());
      case "an update without a vector" ->
          plain(UpdateRequest.newBuilder().setCollectionName("c").build().toByteArray());
      case "an update without an id" -> {
        Vector vector = Vector.newBuilder().addData(1).addData(2).addData(3).build();
        yield plain(
            UpdateRequest.newBuilder()
                .setCollectionName("c")
                .setVector(vector)
                .build()
                .toByteArray());
      }
      case "a delete without an id" ->
          plain(DeleteRequest.newBuilder().setCollectionName("c").build().toByteArray());
      case "a gzip bomb that lies about its size" -> {
        byte[] bomb = packed(new byte[100 << 20]);
        Arrays.fill(bomb, bomb.length - 4, bomb.length, (byte) 0);
        yield gzip(bomb);
      }
      case "no bytes at all" -> new Body(Buffer.buffer(), Map.of());
      case "one byte of a frame" -> cut(1);
      case "a frame's head without its length" -> cut(4);
      case "a frame's head alone" -> cut(5);
      case "all but the last byte" -> cut(GrpcFixture.frame(0, QUERY).length() - 1);
      case "two messages" -> {
        Buffer frame = GrpcFixture.frame(0, QUERY);
        yield new Body(frame.copy().appendBuffer(frame), Map.of());
      }
      case "a frame of 2 GiB" ->
          new Body(head(Integer.MAX_VALUE).appendBytes(new byte[100]), Map.of());
      case "a frame of 4 GiB" -> new Body(head(-1), Map.of());
      case "a frame of 64 MiB and a byte" -> new Body(head((64 << 20) + 1), Map.of());
      case "a gzip bomb" -> gzip(packed(new byte[100 << 20]));
      case "gzip of nothing protobuf" -> gzip(packed(filled(100, 0xFF)));
      case "a frame that says gzip and is not" -> gzip(QUERY);
      case "a gzip cut short" -> gzip(Arrays.copyOf(packed(QUERY), 15));
      case "gzip of no bytes" -> gzip(new byte[0]);
      case "gzip without its header" -> new Body(GrpcFixture.frame(1, packed(QUERY)), Map.of());
      case "snappy" -> new Body(GrpcFixture.frame(1, QUERY), Map.of("grpc-encoding", "snappy"));
      case "JSON" ->
          new Body(
              GrpcFixture.frame(0, new byte[] {'{', '}'}),
              Map.of("content-type", "application/grpc+json"));
      default -> throw new CannotSay(name);
    };
  }

  private static Body plain(byte[] message) {
    return new Body(GrpcFixture.frame(0, message), Map.of());
  }

  private static Body gzip(byte[] message) {
    return new Body(GrpcFixture.frame(1, message), Map.of("grpc-encoding", "gzip"));
  }

  private static Body cut(int bytes) {
    return new Body(GrpcFixture.frame(0, QUERY).getBuffer(0, bytes), Map.of());
  }

  private static Buffer head(int length) {
    return Buffer.buffer().appendByte((byte) 0).appendInt(length);
  }

  private static byte[] message(int... bytes) {
    byte[] message = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      message[i] = (byte) bytes[i];
    }
    return message;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] packed(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}

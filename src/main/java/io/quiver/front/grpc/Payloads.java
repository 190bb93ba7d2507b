package io.quiver.front.grpc;

import com.google.protobuf.MessageLite;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.CodecException;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.WireFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** From one gRPC message to protobuf and back, with every fault of the caller told as such. */
final class Payloads {
  /** A header of ten bytes, a checksum and a size. */
  private static final int GZIP_BYTES_MIN = 18;

  private Payloads() {}

  /**
   * Unpacks and parses a request.
   *
   * @throws QuiverException PAYLOAD_TOO_LARGE if it unpacks to more than {@code bytesMax}, else
   *     INVALID_ARGUMENT
   */
  static <Q> Q parse(ServiceMethod<Q, ?> method, GrpcMessage message, int bytesMax) {
    if (message.format() != WireFormat.PROTOBUF) {
      throw QuiverException.invalid(
          "content-type", "application/grpc or application/grpc+proto", message.format());
    }
    Buffer plain =
        switch (message.encoding()) {
          case "identity" -> message.payload();
          case "gzip" -> gunzip(message.payload(), bytesMax);
          default ->
              throw QuiverException.invalid(
                  "grpc-encoding", "identity or gzip", message.encoding());
        };
    try {
      return method.decoder().decode(GrpcMessage.message("identity", plain));
    } catch (CodecException e) {
      throw QuiverException.invalid("message", "well-formed protobuf", reason(e));
    }
  }

  static GrpcMessage pack(MessageLite reply) {
    return GrpcMessage.message("identity", Buffer.buffer(reply.toByteArray()));
  }

  static QuiverException tooLarge(long bytes, int bytesMax) {
    return new QuiverException(
        ErrorCode.PAYLOAD_TOO_LARGE,
        "message too large: max=" + bytesMax + " got=" + bytes,
        Map.of(
            "field",
            "message",
            "expected",
            "at most " + bytesMax + " bytes",
            "got",
            bytes + " bytes"));
  }

  /**
   * A small message can unpack to gigabytes. Its last four bytes are the size of what is packed
   * (RFC 1952): that must be within the bound, and not a byte more is unpacked. So a message of
   * several gzip members is refused; no gRPC library sends one.
   */
  private static Buffer gunzip(Buffer packed, int bytesMax) {
    if (packed.length() < GZIP_BYTES_MIN) {
      throw malformedGzip(packed.length() + " bytes");
    }
    long size = packed.getUnsignedIntLE(packed.length() - Integer.BYTES);
    if (size > bytesMax) {
      throw tooLarge(size, bytesMax);
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.getBytes()))) {
      byte[] plain = in.readNBytes((int) size); // grows with what comes, not with what is said
      if (in.read() >= 0) {
        throw malformedGzip("more than the " + size + " bytes that it says");
      }
      return Buffer.buffer(plain);
    } catch (IOException e) {
      throw malformedGzip(reason(e));
    }
  }

  private static QuiverException malformedGzip(String got) {
    return QuiverException.invalid("message", "well-formed gzip", got);
  }

  private static String reason(Exception error) {
    Throwable cause = error.getCause() == null ? error : error.getCause();
    return String.valueOf(cause.getMessage());
  }
}

package io.quiver.front.grpc;

import static io.quiver.front.grpc.GrpcFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.front.grpc.v1.HealthRequest;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Calls that are reset as soon as they were made, written as bare HTTP/2 frames (RFC 9113), for no
 * client library lets itself be used so.
 */
class RapidResetTest {
  private static final int HEADERS = 0x1;
  private static final int HEADERS_END = 0x4;
  private static final int RST_STREAM = 0x3;
  private static final int SETTINGS = 0x4;
  private static final int PING = 0x6;
  private static final int GOAWAY = 0x7;
  private static final int FRAME_HEAD_BYTES = 9;

  private static GrpcFixture server;

  @BeforeAll
  static void start() {
    server = new GrpcFixture();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aClientWithTightDeadlinesMayResetAThousandCalls() {
    assertThat(endOf(1_000)).isEqualTo(PING);
  }

  @Test
  void aFloodOfResetsEndsItsConnectionAndNoOther() {
    assertThat(endOf(4_000)).isEqualTo(GOAWAY);
    assertThat(await(server.client.health(HealthRequest.getDefaultInstance())).getHealthy())
        .isTrue();
  }

  /** Makes and resets calls, then pings: the answer to the ping, or the farewell. */
  private static int endOf(int calls) {
    Buffer bytes = Buffer.buffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    bytes.appendBuffer(frame(SETTINGS, 0, 0, Buffer.buffer()));
    for (int i = 0; i < calls; i++) {
      int stream = 2 * i + 1;
      bytes.appendBuffer(frame(HEADERS, HEADERS_END, stream, headers()));
      bytes.appendBuffer(frame(RST_STREAM, 0, stream, Buffer.buffer().appendInt(8)));
    }
    bytes.appendBuffer(frame(PING, 0, 0, Buffer.buffer(new byte[8])));
    NetClient client = server.vertx.createNetClient();
    NetSocket socket = await(client.connect(server.port(), "127.0.0.1"));
    Promise<Integer> end = Promise.promise();
    Buffer received = Buffer.buffer();
    socket.handler(chunk -> {
      received.appendBuffer(chunk);
      firstOf(Set.of(PING, GOAWAY), received, end);
    });
    socket.closeHandler(closed -> end.tryComplete(GOAWAY));
    socket.write(bytes);
    int type = await(end.future());
    await(client.close());
    return type;
  }

  private static void firstOf(Set<Integer> types, Buffer received, Promise<Integer> found) {
    int at = 0;
    while (at + FRAME_HEAD_BYTES <= received.length()) {
      int type = received.getUnsignedByte(at + 3);
      if (types.contains(type)) {
        found.tryComplete(type);
        return;
      }
      at += FRAME_HEAD_BYTES + received.getUnsignedMedium(at);
    }
  }

  /** Header block of a call, from HPACK's static table (RFC 7541, appendix A) and plain text. */
  private static Buffer headers() {
    Buffer block = Buffer.buffer().appendByte((byte) 0x83).appendByte((byte) 0x86);
    literal(block, new byte[] {0x04}, "/vectordb.v1.VectorDb/ListCollections");
    literal(block, new byte[] {0x01}, "a");
    literal(block, new byte[] {0x0F, 0x10}, "application/grpc");
    return block;
  }

  private static void literal(Buffer block, byte[] nameIndex, String value) {
    block.appendBytes(nameIndex).appendByte((byte) value.length()).appendString(value);
  }

  private static Buffer frame(int type, int flags, int stream, Buffer payload) {
    return Buffer.buffer()
        .appendMedium(payload.length())
        .appendByte((byte) type)
        .appendByte((byte) flags)
        .appendInt(stream)
        .appendBuffer(payload);
  }
}

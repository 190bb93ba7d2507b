package io.quiver.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * One HTTP/2 connection, frame by frame (RFC 9113), for what a client library would hide: flow
 * control windows that stay shut, the order of answers and farewells, an answer that a library
 * takes for lost. Blocks; one thread.
 */
public final class RawHttp2 implements AutoCloseable {
  public static final int DATA = 0x0;
  public static final int HEADERS = 0x1;
  public static final int RST_STREAM = 0x3;
  public static final int GOAWAY = 0x7;

  private static final int SETTINGS = 0x4;
  private static final int WINDOW_UPDATE = 0x8;
  private static final int END_STREAM = 0x1;
  private static final int END_HEADERS = 0x4;
  private static final int PRIORITY = 0x20;
  private static final int PRIORITY_BYTES = 5;
  private static final int ACK = 0x1;
  private static final int INITIAL_WINDOW_SIZE = 0x4;
  private static final int WINDOW_BYTES_DEFAULT = 65_535;
  private static final int READ_MILLIS_MAX = 20_000;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final DataOutputStream out;
  private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(false);
  private int nextStream = 1;

  /**
   * A frame that came.
   *
   * @param stream 0 = the connection
   * @param number error code of RST_STREAM, last stream of GOAWAY, bytes of DATA; else 0
   * @param headers of HEADERS; else empty
   */
  public record Frame(
      int type, int stream, boolean isLast, long number, Map<String, String> headers) {}

  /** How a call ended; without a status, its connection or its stream did before. */
  public record Answer(Optional<String> status) {}

  /** Connects to loopback with windows that nothing here can fill. */
  public RawHttp2(int port) throws IOException {
    this(port, Integer.MAX_VALUE, Integer.MAX_VALUE, 1 << 20);
  }

  /**
   * Connects to loopback.
   *
   * @param streamWindowBytes what the server may send on a stream
   * @param connectionWindowBytes and on all of them; at least 65,535, which is how all begin
   * @param bufferBytes of the socket, for what it sends without being read
   */
  public RawHttp2(int port, int streamWindowBytes, int connectionWindowBytes, int bufferBytes)
      throws IOException {
    socket.setReceiveBufferSize(bufferBytes);
    socket.setSoTimeout(READ_MILLIS_MAX);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
    out.writeBytes(PREFACE);
    ByteBuf settings = Unpooled.buffer();
    settings.writeShort(INITIAL_WINDOW_SIZE).writeInt(streamWindowBytes);
    send(SETTINGS, 0, 0, settings);
    if (connectionWindowBytes > WINDOW_BYTES_DEFAULT) {
      int more = connectionWindowBytes - WINDOW_BYTES_DEFAULT;
      send(WINDOW_UPDATE, 0, 0, Unpooled.buffer().writeInt(more));
    }
  }

  /** From here on keeps no header that came: an answer that refers to one is an IOException. */
  public void forgetHeaders() throws IOException {
    try {
      headers.configuration().maxHeaderTableSize(0);
    } catch (Http2Exception e) {
      throw new IOException("0 is a size", e);
    }
  }

  /** Sends a whole call of gRPC; returns its stream. */
  public int call(String path, byte[] message) throws IOException {
    int stream = begin(path);
    finish(stream, message);
    return stream;
  }

  /** As {@link #call}, if the connection still takes it; the stream is told before. */
  public boolean tryCall(String path, byte[] message, IntConsumer stream) throws IOException {
    stream.accept(nextStream);
    try {
      call(path, message);
      return true;
    } catch (SocketException closed) {
      return false;
    }
  }

  /** Sends the head of a call. */
  public int begin(String path) throws IOException {
    int stream = nextStream;
    nextStream += 2;
    // Indexed :method POST and :scheme http, then literals (RFC 7541, appendix A).
    ByteBuf block = Unpooled.buffer().writeByte(0x83).writeByte(0x86);
    literal(block, path, 0x04);
    literal(block, "localhost", 0x01);
    literal(block, "application/grpc", 0x0F, 0x10);
    send(HEADERS, END_HEADERS, stream, block);
    return stream;
  }

  /** Sends the message of a call, and its end. */
  public void finish(int stream, byte[] message) throws IOException {
    send(DATA, END_STREAM, stream, framed(message));
  }

  /** Sends one message of a call that goes on. */
  public void message(int stream, byte[] message) throws IOException {
    send(DATA, 0, stream, framed(message));
  }

  private static ByteBuf framed(byte[] message) {
    return Unpooled.buffer().writeByte(0).writeInt(message.length).writeBytes(message);
  }

  /**
   * The next frame that says something, empty at the end of the connection, however it comes.
   *
   * @throws java.net.SocketTimeoutException if none comes for 20 seconds
   */
  public Optional<Frame> next() throws IOException {
    try {
      while (true) {
        int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        ByteBuf payload = Unpooled.wrappedBuffer(in.readNBytes(length));
        if (type == SETTINGS && (flags & ACK) == 0) {
          send(SETTINGS, ACK, 0, Unpooled.EMPTY_BUFFER);
        }
        if (type == DATA || type == HEADERS || type == RST_STREAM || type == GOAWAY) {
          return Optional.of(read(type, flags, stream, payload));
        }
      }
    } catch (EOFException | SocketException end) {
      return Optional.empty();
    }
  }

  /** Reads on until this call has its end. */
  public Answer answer(int stream) throws IOException {
    while (true) {
      Optional<Frame> frame = next();
      if (frame.isEmpty()) {
        return new Answer(Optional.empty());
      }
      Frame got = frame.get();
      if (got.stream() == stream && (got.isLast() || got.type() == RST_STREAM)) {
        return new Answer(Optional.ofNullable(got.headers().get("grpc-status")));
      }
      if (got.type() == GOAWAY && got.number() < stream) {
        return new Answer(Optional.empty());
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private Frame read(int type, int flags, int stream, ByteBuf payload) throws IOException {
    boolean last = (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    Map<String, String> named = new TreeMap<>();
    long number = 0;
    if (type == HEADERS) {
      payload.skipBytes((flags & PRIORITY) != 0 ? PRIORITY_BYTES : 0);
      decode(stream, payload)
          .forEach(entry -> named.put(entry.getKey().toString(), entry.getValue().toString()));
    } else if (type == DATA) {
      number = payload.readableBytes();
    } else {
      number = payload.readUnsignedInt();
    }
    return new Frame(type, stream, last, number, named);
  }

  private Http2Headers decode(int stream, ByteBuf block) throws IOException {
    try {
      return headers.decodeHeaders(stream, block);
    } catch (Http2Exception e) {
      throw new IOException("not a header block", e);
    }
  }

  /** A literal with an indexed name: never indexed itself, no Huffman code. */
  private static void literal(ByteBuf block, String value, int... nameIndex) {
    for (int part : nameIndex) {
      block.writeByte(part);
    }
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    block.writeByte(bytes.length).writeBytes(bytes);
  }

  private void send(int type, int flags, int stream, ByteBuf payload) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    ByteBuf head = Unpooled.buffer().writeMedium(payload.readableBytes());
    head.writeByte(type).writeByte(flags).writeInt(stream);
    head.readBytes(frame, head.readableBytes());
    payload.readBytes(frame, payload.readableBytes());
    out.write(frame.toByteArray());
    out.flush();
  }
}

package io.quiver.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Clients of one REST server that send a byte every now and then, or take nothing of what they
 * asked for, each in its way, until the server ends them. One thread plays them all.
 */
final class SlowCrowd {
  private static final long PACE_MILLIS = 200;
  private static final String JSON =
      " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  /** How a client is slow, how it begins, what it sends then, and what it should read. */
  enum Kind {
    SAYS_NOTHING("", "", ""),
    TRICKLES_HEAD("GET /collections HTTP/1.1\r\nX: ", "x", "HTTP/1.1 408 "),
    TRICKLES_BODY(
        "POST /collections/c/search" + JSON + "Content-Length: 9999\r\n\r\n{",
        " ",
        "HTTP/1.1 408 "),
    SENDS_SMALL_CHUNKS(
        "POST /collections/c/search" + JSON + "Transfer-Encoding: chunked\r\n\r\n",
        "1\r\n \r\n",
        "HTTP/1.1 408 "),
    CLOSES_HALF("POST /collections/c/search" + JSON + "Content-Length: 9999\r\n\r\n{", "", ""),
    /** More than the buffers of both kernels hold; and no search, which might be refused. */
    NEVER_READS("GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(150), "G", "");

    private final String begun;
    private final String then;
    private final String answer;

    Kind(String begun, String then, String answer) {
      this.begun = begun;
      this.then = then;
      this.answer = answer;
    }
  }

  /**
   * How it went.
   *
   * @param wrong clients that read something else than they should, and what
   * @param seconds until the last of a kind was ended
   */
  record Result(List<String> wrong, Map<Kind, Double> seconds) {}

  private final List<Client> clients = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final Map<Kind, Double> seconds = new EnumMap<>(Kind.class);
  private final long startNanos = System.nanoTime();

  /** Opens so many connections, as many of each kind. */
  SlowCrowd(int port, int count) throws IOException {
    Kind[] kinds = Kind.values();
    for (int i = 0; i < count; i++) {
      clients.add(new Client(kinds[i % kinds.length], port));
    }
  }

  /** Returns when all are ended; whoever is left after so many seconds is wrong. */
  Result run(int secondsMax) throws InterruptedException {
    long end = startNanos + TimeUnit.SECONDS.toNanos(secondsMax);
    while (!clients.isEmpty() && System.nanoTime() < end) {
      clients.removeIf(Client::isOver);
      TimeUnit.MILLISECONDS.sleep(PACE_MILLIS); // their pace; nothing waits for it
    }
    clients.forEach(left -> wrong.add(left.kind + ": was not ended"));
    clients.forEach(Client::close);
    return new Result(List.copyOf(wrong), Map.copyOf(seconds));
  }

  private final class Client {
    private final Kind kind;
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(1_024);

    Client(Kind kind, int port) throws IOException {
      this.kind = kind;
      channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.write(US_ASCII.encode(kind.begun));
      if (kind == Kind.CLOSES_HALF) {
        channel.shutdownOutput();
      }
      channel.configureBlocking(false);
    }

    /** Sends a little, and notes it if the server has ended this. */
    boolean isOver() {
      if (isOpen()) {
        return false;
      }
      String read = US_ASCII.decode(in.flip()).toString();
      boolean right = kind.answer.isEmpty() ? read.isEmpty() : read.startsWith(kind.answer);
      if (!right) {
        wrong.add(kind + ": " + read);
      }
      seconds.merge(kind, (System.nanoTime() - startNanos) / 1e9, Math::max);
      close();
      return true;
    }

    private boolean isOpen() {
      try {
        if (kind != Kind.NEVER_READS && channel.read(in) < 0) {
          return false;
        }
        if (!kind.then.isEmpty() && in.position() == 0) {
          channel.write(US_ASCII.encode(kind.then));
        }
        return true;
      } catch (IOException reset) {
        return false;
      }
    }

    private void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}

package io.quiver.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Many keep-alive connections that all ask one thing, at a given pace, on one thread: so cheap that
 * a server on the same two cores is what gets tired first. Counts every answer.
 */
final class Flood implements AutoCloseable {
  private static final long DRAIN_NANOS_MAX = 30_000_000_000L;

  private final Selector selector = Selector.open();
  private final List<Connection> connections = new ArrayList<>();
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private final byte[] request;
  private Tally tally = new Tally();
  private int waiting;

  /**
   * What came back.
   *
   * @param cutOff requests whose connection ended before any byte of the answer
   * @param torn the same after some bytes of it
   * @param refusedWithoutRetry refusals that do not say when to come back
   */
  record Result(
      long sent,
      long refusedWithoutRetry,
      long others,
      long cutOff,
      long torn,
      Times accepted,
      Times refused,
      double seconds) {
    double goodput() {
      return accepted.count() / seconds;
    }

    @Override
    public String toString() {
      return "%d sent in %.1f s: %d accepted (%.0f/s, p99 %.1f ms), %d refused (p99 %.1f ms)"
          .formatted(
              sent,
              seconds,
              accepted.count(),
              goodput(),
              accepted.p99Millis(),
              refused.count(),
              refused.p99Millis());
    }
  }

  Flood(int port, int count, byte[] request) throws IOException {
    this.request = request;
    for (int i = 0; i < count; i++) {
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      Connection connection = new Connection(channel);
      channel.register(selector, SelectionKey.OP_READ, connection);
      connections.add(connection);
      idle.add(connection);
    }
  }

  /**
   * Asks for a while, then waits until everything is answered. A connection asks again when it was
   * answered, and not before the pace allows it.
   */
  Result run(double seconds, double perSecond) throws IOException {
    tally = new Tally();
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    long sent = 0;
    for (long now = start; now < end && !allGone(); now = System.nanoTime()) {
      double due = (now - start) * perSecond / 1e9;
      for (; sent < due && !idle.isEmpty(); sent++) {
        idle.poll().send();
      }
      read(1);
    }
    double took = (System.nanoTime() - start) / 1e9;
    long drained = System.nanoTime() + DRAIN_NANOS_MAX;
    while (waiting > 0 && System.nanoTime() < drained) {
      read(10);
    }
    return tally.result(sent, took);
  }

  /** Whether the server ended every connection. */
  private boolean allGone() {
    return idle.isEmpty() && waiting == 0;
  }

  private void read(long millis) throws IOException {
    selector.select(
        key -> {
          try {
            ((Connection) key.attachment()).read();
          } catch (IOException e) {
            ((Connection) key.attachment()).gone();
          }
        },
        millis);
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.channel.close();
    }
    selector.close();
  }

  /** How long each answer took. */
  static final class Times {
    private long[] nanos = new long[1 << 14];
    private int count;

    private void add(long took) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = took;
    }

    int count() {
      return count;
    }

    /** Nearest rank; 0 if there was none. */
    double p99Millis() {
      long[] sorted = Arrays.copyOf(nanos, count);
      Arrays.sort(sorted);
      return count == 0 ? 0 : sorted[(int) Math.ceil(0.99 * count) - 1] / 1e6;
    }
  }

  private static final class Tally {
    private final Times accepted = new Times();
    private final Times refused = new Times();
    private long withoutRetry;
    private long others;
    private long cutOff;
    private long torn;

    Result result(long sent, double seconds) {
      return new Result(sent, withoutRetry, others, cutOff, torn, accepted, refused, seconds);
    }
  }

  private final class Connection {
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(16 << 10);
    private long sentNanos;
    private boolean asked;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    void send() throws IOException {
      ByteBuffer out = ByteBuffer.wrap(request);
      in.clear();
      asked = true;
      waiting++;
      sentNanos = System.nanoTime();
      try {
        while (out.hasRemaining()) {
          channel.write(out);
        }
      } catch (IOException e) {
        gone();
      }
    }

    void read() throws IOException {
      int count = channel.read(in);
      if (count < 0) {
        gone();
      } else if (asked && count > 0) {
        take();
      }
    }

    private void take() {
      String text = new String(in.array(), 0, in.position(), ISO_8859_1);
      int head = text.indexOf("\r\n\r\n");
      if (head < 0) {
        return;
      }
      String header = text.substring(0, head).toLowerCase(Locale.ROOT);
      int at = header.indexOf("content-length: ");
      int lineEnd = header.indexOf('\r', at);
      String length = header.substring(at + 16, lineEnd < 0 ? header.length() : lineEnd);
      if (in.position() < head + 4 + Integer.parseInt(length)) {
        return;
      }
      long nanos = System.nanoTime() - sentNanos;
      switch (header.substring(9, 12)) {
        case "200" -> tally.accepted.add(nanos);
        case "429", "503" -> {
          tally.refused.add(nanos);
          tally.withoutRetry += header.contains("retry-after: ") ? 0 : 1;
        }
        default -> tally.others++;
      }
      asked = false;
      waiting--;
      idle.add(this);
    }

    void gone() {
      if (asked) {
        asked = false;
        waiting--;
        if (in.position() > 0) {
          tally.torn++;
        } else {
          tally.cutOff++;
        }
      }
      idle.remove(this);
      try {
        channel.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}

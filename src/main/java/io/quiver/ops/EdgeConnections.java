package io.quiver.ops;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The connections of one instance of a front, counted from the moment TCP accepts them. Beyond the
 * bound of all instances together a connection is surplus: the front still answers its requests,
 * with a refusal. Beyond twice the bound it is closed. One that does not bring the head of a
 * request to its end is cut.
 *
 * <p>Confined to the event loop of its instance.
 */
public final class EdgeConnections {
  private final EdgeLoad load;
  private final int connectionsMax;
  private final long headNanosMax;
  private final Supplier<Buffer> lateAnswer;
  private final Set<Channel> surplus = new HashSet<>();
  private final Set<RequestHead> heads = new LinkedHashSet<>();

  /**
   * No connections yet.
   *
   * @param headSeconds time the head of a request may take, from the connection or its first byte
   * @param lateAnswer what a client reads whose request came too slowly; empty = nothing
   */
  public EdgeConnections(
      EdgeLoad load, int connectionsMax, int headSeconds, Supplier<Buffer> lateAnswer) {
    this.load = load;
    this.connectionsMax = connectionsMax;
    this.headNanosMax = TimeUnit.SECONDS.toNanos(headSeconds);
    this.lateAnswer = lateAnswer;
  }

  /** A server whose connections these are; it has its connection handler and needs another's. */
  public HttpServer server(Vertx vertx, HttpServerOptions options) {
    return EdgeServer.create(vertx, options, this).connectionHandler(this::open);
  }

  /** Whether requests on this connection are to be refused. */
  public boolean isSurplus(HttpConnection connection) {
    return !surplus.isEmpty() && surplus.contains(channel(connection));
  }

  /** Closes at once; the other way to close waits until the client has taken what is sent. */
  public static void abort(HttpConnection connection) {
    RequestHead.abort(channel(connection).pipeline());
  }

  /** Cuts the connections whose requests do not come; to be called every now and then. */
  public void cutLate(long nowNanos) {
    List.copyOf(heads).forEach(head -> head.cutIfLate(nowNanos, headNanosMax));
  }

  /** Counts a connection that was just accepted. */
  @SuppressWarnings("FutureReturnValueIgnored") // of the listener: it is the future of the close
  void accept(ChannelPipeline pipeline) {
    Channel channel = pipeline.channel();
    RequestHead head = new RequestHead(pipeline, lateAnswer);
    heads.add(head);
    int open = load.connect();
    channel
        .closeFuture()
        .addListener(closed -> {
          load.disconnect();
          surplus.remove(channel);
          heads.remove(head);
        });
    if (open > 2L * connectionsMax) {
      channel.eventLoop().execute(channel::close); // once its pipeline is complete
    } else if (open > connectionsMax) {
      surplus.add(channel);
    }
  }

  /** The first request, or the settings of HTTP/2, were read. */
  private void open(HttpConnection connection) {
    if (!(connection instanceof Http1xServerConnection)) {
      ChannelPipeline pipeline = channel(connection).pipeline();
      RequestHead head = pipeline.get(RequestHead.class);
      heads.remove(head);
      head.release();
      rememberNoHeaders(pipeline.get(Http2ConnectionHandler.class));
    }
  }

  /**
   * Every answer has an id of its own among its headers. In the table of HPACK (RFC 7541) these
   * would drive out each other, and each be compared with all that are left: a quarter of what an
   * event loop does for a call, where all headers of an answer are some sixty bytes.
   */
  private static void rememberNoHeaders(Http2ConnectionHandler handler) {
    try {
      handler.encoder().configuration().headersConfiguration().maxHeaderTableSize(0);
    } catch (Http2Exception e) {
      throw new IllegalStateException("0 is a size that every client takes", e);
    }
  }

  private static Channel channel(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().channel();
  }
}

package io.quiver.ops;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetServerInternal;

/**
 * HTTP servers that tell {@link EdgeConnections} of a connection when TCP has accepted it. Vert.x'
 * own handler hears of it when the first request (HTTP/1.1) or the settings (HTTP/2) were read, so
 * a client that sends nothing would count nowhere. The two classes that are extended here are
 * internal to Vert.x; {@code SlowSendersTest} tells if they change.
 */
final class EdgeServer {
  private EdgeServer() {}

  static HttpServer create(Vertx vertx, HttpServerOptions options, EdgeConnections connections) {
    return new HttpServerImpl(new TellingVertx((VertxInternal) vertx, connections), options);
  }

  /** The same Vert.x, but for the TCP servers under its HTTP servers. */
  private static final class TellingVertx extends VertxWrapper {
    private final EdgeConnections connections;

    TellingVertx(VertxInternal vertx, EdgeConnections connections) {
      super(vertx);
      this.connections = connections;
    }

    @Override
    public NetServerInternal createNetServer(NetServerOptions options) {
      return new TellingServer(delegate, options.copy(), connections);
    }
  }

  private static final class TellingServer extends NetServerImpl {
    private final EdgeConnections connections;

    TellingServer(VertxInternal vertx, NetServerOptions options, EdgeConnections connections) {
      super(vertx, options);
      this.connections = connections;
    }

    /** Called on the connection's event loop, before any byte of it is read. */
    @Override
    protected void initChannel(ChannelPipeline pipeline, boolean ssl) {
      super.initChannel(pipeline, ssl);
      connections.accept(pipeline);
    }
  }
}

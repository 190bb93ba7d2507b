package io.quiver.front.rest;

import io.quiver.bus.QuiverClient;
import io.quiver.ops.EdgeLoad;
import io.quiver.ops.OwnNames;
import io.quiver.ops.RequestIds;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What the exchanges of one verticle share. Confined to its event loop. */
final class Front {
  /** The slowest line that is waited for. */
  private static final long BYTES_PER_SECOND = 256 << 10;

  private final Vertx vertx;
  private final RestOptions options;
  private final QuiverClient client;
  private final EdgeLoad load;
  private final WorkerExecutor workers;
  private final JsonWriter writer = new JsonWriter();
  private final Refusals refusals;
  private final OwnNames names;
  private final Set<BodyReader> bodies = new LinkedHashSet<>();
  private final Set<Exchange> sending = new LinkedHashSet<>();
  private final Set<Paced> paced = new LinkedHashSet<>();
  private final RequestIds requestIds = new RequestIds();

  Front(
      Vertx vertx,
      RestOptions options,
      QuiverClient client,
      EdgeLoad load,
      WorkerExecutor workers) {
    this.vertx = vertx;
    this.options = options;
    this.names = OwnNames.of(options.host(), options.allowedHosts());
    this.client = client;
    this.load = load;
    this.workers = workers;
    this.refusals = new Refusals(vertx);
  }

  Vertx vertx() {
    return vertx;
  }

  RestOptions options() {
    return options;
  }

  /** The names under which this server may be asked. */
  OwnNames names() {
    return names;
  }

  QuiverClient client() {
    return client;
  }

  EdgeLoad load() {
    return load;
  }

  WorkerExecutor workers() {
    return workers;
  }

  /** Bodies that are still arriving. */
  Set<BodyReader> bodies() {
    return bodies;
  }

  Refusals refusals() {
    return refusals;
  }

  /** Exchanges whose answer is on its way. */
  Set<Exchange> sending() {
    return sending;
  }

  /** Transfers that wait for their clients. */
  Set<Paced> paced() {
    return paced;
  }

  RequestIds requestIds() {
    return requestIds;
  }

  /** Writes a small document with the verticle's own writer. */
  Buffer write(Answer answer) {
    boolean whole = false;
    try {
      answer.document().accept(writer);
      whole = true;
    } finally {
      if (!whole) {
        writer.finish();
      }
    }
    return writer.finish();
  }

  /** Lets go of bodies that come, and of answers that are taken, too slowly. */
  void abandonSlow(long nowNanos) {
    for (BodyReader body : List.copyOf(bodies)) {
      body.abandonIfSlow(nowNanos);
    }
    for (Exchange exchange : List.copyOf(sending)) {
      exchange.cutOffIfSlow(nowNanos);
    }
    for (Paced transfer : List.copyOf(paced)) {
      transfer.abandonIfSlow(nowNanos);
    }
  }

  /** Whether so many bytes took longer than they may. */
  boolean isSlow(long startedNanos, long nowNanos, long bytes) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(nowNanos - startedNanos);
    return seconds > options.patience().bodySeconds() + bytes / BYTES_PER_SECOND;
  }
}

package io.quiver.sim;

import io.quiver.collection.PreparedWrite;
import io.quiver.collection.UndecidedException;
import io.quiver.core.Durability;
import io.quiver.testkit.SeededScheduler;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * The one writer of a collection, as {@code node.CollectionVerticle} is one: takes the next write
 * while the log has the last one, unless it depends on that, and applies in the order of
 * preparation.
 */
final class CollectionActor implements SeededScheduler.Body {
  /** A write of a client, and who waits for it. */
  record Write(History.Step step, CompletableFuture<Void> done) {}

  /** No more writes; completes when the last one was answered. */
  record Stop(CompletableFuture<Void> stopped) {}

  private record Logged(InFlight write) {}

  private static final class InFlight {
    final CompletableFuture<Void> done;
    final PreparedWrite prepared;
    final Life.Version version; // Null if there is nothing to log.
    boolean isLogged;

    InFlight(CompletableFuture<Void> done, PreparedWrite prepared, Life.Version version) {
      this.done = done;
      this.prepared = prepared;
      this.version = version;
      this.isLogged = version == null;
    }
  }

  private final Life life;
  private final LogActor log;
  private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
  private final ArrayDeque<Write> held = new ArrayDeque<>();
  private CompletableFuture<Void> stopped;

  CollectionActor(Life life, LogActor log) {
    this.life = life;
    this.log = log;
  }

  @Override
  public void run() throws InterruptedException {
    while (stopped == null || !inFlight.isEmpty() || !held.isEmpty()) {
      switch (life.mailbox.take()) {
        case Write write -> {
          if (!held.isEmpty() || !take(write)) {
            held.add(write);
          }
        }
        case Logged logged -> {
          logged.write().isLogged = true;
          drain();
        }
        case Stop stop -> stopped = stop.stopped();
        case Object other -> throw new AssertionError(other);
      }
    }
    for (Object late = life.mailbox.poll(); late != null; late = life.mailbox.poll()) {
      ((Write) late).done().complete(null);
    }
    stopped.complete(null);
  }

  /** Returns false if it depends on a write that the log has not decided. */
  private boolean take(Write write) {
    try {
      submit(write);
      return true;
    } catch (UndecidedException waits) {
      return false;
    }
  }

  private void submit(Write write) {
    if (stopped != null) {
      write.done().complete(null);
      return;
    }
    Taken taken;
    Durability durability;
    switch (write.step()) {
      case History.Step.Put put -> {
        taken = Taken.of(life.collection(), life.latest(), put);
        durability = put.durability();
      }
      case History.Step.Delete delete -> {
        taken = Taken.of(life.collection(), life.latest(), delete);
        durability = delete.durability();
      }
      case History.Step.Clear clear -> {
        taken = Taken.of(life.collection(), life.latest(), clear);
        durability = clear.durability();
      }
      default -> throw new AssertionError(write.step());
    }
    if (taken.isRefused()) {
      write.done().complete(null);
      return;
    }
    PreparedWrite prepared = taken.prepared().orElseThrow();
    Life.Version version = taken.isLogged() ? life.add(taken.after()) : null;
    InFlight pending = new InFlight(write.done(), prepared, version);
    inFlight.add(pending);
    if (version == null) {
      finishLogged();
    } else {
      log.send(
          new LogActor.Append(
              life.collection().uuid(),
              prepared.command().orElseThrow(),
              durability,
              version,
              () -> life.mailbox.add(new Logged(pending))));
    }
  }

  private void drain() {
    finishLogged();
    while (!held.isEmpty() && take(held.peek())) {
      held.poll();
    }
  }

  private void finishLogged() {
    while (!inFlight.isEmpty() && inFlight.peek().isLogged) {
      InFlight first = inFlight.poll();
      if (first.version != null) {
        life.collection().apply(first.version.lsn, first.prepared.command().orElseThrow());
        life.apply();
      }
      first.done.complete(null);
    }
  }
}

package io.quiver.node;

import io.quiver.bus.Addresses;
import io.quiver.bus.Codecs;
import io.quiver.bus.Inbox;
import io.quiver.bus.Replies;
import io.quiver.bus.Routes;
import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.RowWrites;
import io.quiver.collection.UndecidedException;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.Command;
import io.quiver.message.DeleteByFilter;
import io.quiver.message.DeleteVectors;
import io.quiver.message.KeyWrite;
import io.quiver.message.LogAck;
import io.quiver.message.LogAppend;
import io.quiver.message.Message;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayDeque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of one collection, a worker. It prepares a write, sends it to the log, and takes
 * the next one without waiting; but one that depends on a write which the log may still refuse is
 * held, and so are all behind it, until that is decided.
 *
 * <p>Invariants: writes are applied and answered in the order in which they were prepared, whatever
 * the order of the log's answers (a worker that awaits replies is not serial by itself). Nothing is
 * acknowledged before it was logged and applied, and no id is said to be there, or not, before
 * readers see that too. At most {@link Limits#IN_FLIGHT_WRITES_MAX} wait.
 */
final class CollectionVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(CollectionVerticle.class);

  /** The log always answers; when it is silent for so long, its state is not known any more. */
  private static final DeliveryOptions TO_LOG = Codecs.request(600_000);

  private final Collection collection;
  private final WriteBudget.Share budget;
  private final ArrayDeque<InFlightWrite> inFlight = new ArrayDeque<>();
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private MessageConsumer<Object> inbox;
  private Optional<QuiverException> halted = Optional.empty();
  private Optional<Promise<Void>> stopping = Optional.empty();

  /** A write that was not looked at yet. */
  private record Held(io.vertx.core.eventbus.Message<?> request, Message body, Ticket ticket) {}

  CollectionVerticle(Collection collection, WriteBudget budget) {
    this.collection = collection;
    this.budget = budget.share();
  }

  @Override
  public Future<?> start() {
    String address = Addresses.write(name());
    inbox = Inbox.openTicketed(vertx, address, this::onWrite);
    return inbox.completion();
  }

  /**
   * Takes no more writes and waits for those that are in the log's hands. Whoever sent one before
   * the address was gone hears so: the requests that still wait for this context run before its
   * end.
   */
  @Override
  public Future<?> stop() {
    Promise<Void> drained = Promise.promise();
    stopping = Optional.of(drained);
    drain();
    return drained
        .future()
        .compose(done -> turn())
        .compose(done -> inbox.unregister())
        .compose(done -> turn());
  }

  /** Completes when all that waits for this context has run. */
  private Future<Void> turn() {
    Promise<Void> turn = Promise.promise();
    context.runOnContext(turn::complete);
    return turn.future();
  }

  private void onWrite(io.vertx.core.eventbus.Message<?> request, Message body, Ticket ticket) {
    refuseWhenClosed();
    Held write = new Held(request, body, ticket);
    if (!held.isEmpty() || !take(write)) {
      held.add(write);
    }
  }

  /** Returns whether that was possible: it was sent to the log, or answered. */
  private boolean take(Held write) {
    try {
      refuseWhenHalted();
      new Deadline(Long.MAX_VALUE, write.ticket()).check();
      switch (write.body()) {
        case WriteVectors put -> {
          Inbox.checkCollection(name(), put.collection());
          submit(write.request(), collection.prepare(put), put.durability());
        }
        case DeleteVectors delete -> {
          Inbox.checkCollection(name(), delete.collection());
          submit(write.request(), collection.prepare(delete), delete.durability());
        }
        case DeleteByFilter delete -> {
          Inbox.checkCollection(name(), delete.collection());
          submit(write.request(), collection.prepare(delete), delete.durability());
        }
        case ChangeMetadata change -> {
          Inbox.checkCollection(name(), change.collection());
          submit(write.request(), collection.prepare(change), change.durability());
        }
        case KeyWrite key -> {
          Inbox.checkCollection(name(), key.collection());
          submit(write.request(), RowWrites.prepare(collection, key), key.durability());
        }
        case Message other -> throw Inbox.misplaced("a write", other);
      }
    } catch (UndecidedException waits) {
      return false;
    } catch (Throwable e) {
      Replies.send(write.request(), Replies.failure(e));
    }
    return true;
  }

  private void submit(
      io.vertx.core.eventbus.Message<?> request, PreparedWrite prepared, Durability durability) {
    Optional<Command> command = prepared.command();
    long bytes = command.map(WriteBudget::bytesOf).orElse(0L);
    try {
      budget.take(bytes);
    } catch (QuiverException e) {
      collection.abandon(prepared);
      throw e;
    }
    InFlightWrite write = new InFlightWrite(request, prepared, bytes);
    inFlight.add(write);
    if (command.isPresent()) {
      LogAppend append = new LogAppend(collection.uuid(), command.get(), durability);
      vertx
          .eventBus()
          .<Message>request(Addresses.LOG, append, TO_LOG)
          .onComplete((reply, error) -> onLogged(write, reply, error));
    } else {
      finishSettled();
    }
  }

  private void onLogged(
      InFlightWrite write, io.vertx.core.eventbus.Message<Message> reply, Throwable error) {
    if (error == null) {
      write.settle(reply.body());
    } else {
      halt(new QuiverException(ErrorCode.UNAVAILABLE, "the log does not answer", error));
      write.settle(Replies.failure(halted.orElseThrow()));
    }
    drain();
  }

  /** Finishes what the log has decided, then takes what waited for that. */
  private void drain() {
    finishSettled();
    while (!held.isEmpty() && take(held.peek())) {
      held.poll();
    }
    if (inFlight.isEmpty() && held.isEmpty()) {
      stopping.ifPresent(Promise::tryComplete);
    }
  }

  /** Finishes settled writes from the front of the queue. */
  private void finishSettled() {
    while (!inFlight.isEmpty() && inFlight.peek().isSettled()) {
      InFlightWrite write = inFlight.poll();
      budget.give(write.bytes());
      Replies.send(write.request(), finish(write));
    }
  }

  private Message finish(InFlightWrite write) {
    if (!(write.outcome() instanceof LogAck ack)) {
      collection.abandon(write.prepared());
      return write.outcome();
    }
    if (halted.isPresent()) {
      return Replies.failure(halted.get());
    }
    try {
      PreparedWrite prepared = write.prepared();
      prepared.command().ifPresent(command -> apply(ack.lsn(), command));
      return prepared.reply(ack.lsn());
    } catch (Throwable e) {
      LOG.error("collection {} could not apply the logged write {}", name(), ack.lsn(), e);
      halt(
          new QuiverException(
              ErrorCode.COLLECTION_DAMAGED,
              "Collection " + name() + " takes no writes until a restart: a logged write failed"));
      return Replies.failure(halted.orElseThrow());
    }
  }

  private void apply(long lsn, Command command) {
    collection.apply(lsn, command);
    vertx
        .eventBus()
        .publish(Addresses.events(name()), Changes.of(name(), lsn, command), Codecs.EVENT);
  }

  /** From here on the rows may differ from the log, so no further write may be checked by them. */
  private void halt(QuiverException reason) {
    halted = halted.or(() -> Optional.of(reason));
  }

  private void refuseWhenClosed() {
    if (stopping.isPresent()) {
      throw Routes.of(vertx).find(name()).isPresent()
          ? new QuiverException(ErrorCode.UNAVAILABLE, "the node is stopping")
          : QuiverException.collectionNotFound(name().value());
    }
    refuseWhenHalted();
    int waiting = inFlight.size() + held.size();
    if (waiting >= Limits.IN_FLIGHT_WRITES_MAX) {
      throw new QuiverException(
          ErrorCode.OVERLOADED,
          "Collection " + name() + ": " + waiting + " writes wait for the log already");
    }
  }

  private void refuseWhenHalted() {
    if (halted.isPresent()) {
      throw halted.get();
    }
  }

  private CollectionName name() {
    return collection.config().name();
  }
}

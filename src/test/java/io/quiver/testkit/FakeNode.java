package io.quiver.testkit;

import io.quiver.bus.Addresses;
import io.quiver.bus.Asked;
import io.quiver.bus.Codecs;
import io.quiver.bus.Gate;
import io.quiver.bus.Replies;
import io.quiver.bus.Routes;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CollectionNames;
import io.quiver.message.CollectionStats;
import io.quiver.message.CreateCollection;
import io.quiver.message.DescribeCollection;
import io.quiver.message.DescribeNode;
import io.quiver.message.DropCollection;
import io.quiver.message.Dropped;
import io.quiver.message.Failure;
import io.quiver.message.HealthReport;
import io.quiver.message.ListCollections;
import io.quiver.message.NodeInfo;
import io.quiver.message.Reply;
import io.quiver.message.Request;
import io.quiver.message.ScrubInfo;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

/**
 * A node without a disk: answers every request on the bus from maps, searches by comparing with
 * every row, and fails on demand in ways that a healthy node does not. For tests of the fronts.
 */
public final class FakeNode implements AutoCloseable {
  private static final ScrubInfo SCRUB = new ScrubInfo(5_000, 2, 1_700_000_000_999L, 3, 1);

  private final Vertx vertx;
  private final Routes routes;
  private final Map<CollectionName, FakeCollection> collections = new ConcurrentSkipListMap<>();
  private volatile Optional<ErrorCode> failure = Optional.empty();
  private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
  private volatile boolean silent;
  private volatile boolean holding;
  private volatile Ticket lastTicket = new Ticket();
  private volatile boolean ready = true;

  public FakeNode(Vertx vertx) {
    this.vertx = vertx;
    Codecs.register(vertx);
    routes = Routes.of(vertx);
    if (!routes.claim()) {
      throw new IllegalStateException("another node runs on this Vert.x instance");
    }
    consume(Addresses.CATALOG, this::catalog);
    consume(Addresses.HEALTH, request -> health());
  }

  /** Every request but health is refused with this code from now on. */
  public void failWith(ErrorCode code) {
    failure = Optional.of(code);
  }

  /** Requests get no answer from now on. */
  public void fallSilent() {
    silent = true;
  }

  /** Ids of the rows of a collection. */
  public Set<String> rows(String collection) {
    return find(new CollectionName(collection)).ids();
  }

  /** What is asked is done from now on, and answered when the answers are released. */
  public void holdAnswers() {
    holding = true;
  }

  /** Answers that are held. */
  public int heldAnswers() {
    return held.size();
  }

  public void releaseAnswers() {
    holding = false;
    for (Runnable next = held.poll(); next != null; next = held.poll()) {
      next.run();
    }
  }

  /** The ticket of the latest request to a collection, answered or not. */
  public Ticket lastTicket() {
    return lastTicket;
  }

  /** Whether searches of a collection would wait too long. */
  public void setFlooded(String collection, boolean flooded) {
    routes.find(new CollectionName(collection)).orElseThrow().gate().set(flooded);
  }

  public void setReady(boolean ready) {
    this.ready = ready;
  }

  /** Answers as a healthy node again. */
  public void heal() {
    failure = Optional.empty();
    silent = false;
    ready = true;
  }

  @Override
  public void close() {
    routes.release();
  }

  private void consume(String address, Function<Request, Reply> answer) {
    MessageConsumer<Object> consumer = vertx.eventBus().localConsumer(address);
    consumer.handler(message -> answer(message, answer));
  }

  private void answer(Message<Object> message, Function<Request, Reply> answer) {
    Object request = message.body();
    if (request instanceof Asked asked) {
      lastTicket = asked.ticket();
      request = asked.request();
    }
    if (silent) {
      return;
    }
    if (failure.isPresent() && !message.address().equals(Addresses.HEALTH)) {
      Replies.send(
          message, new Failure(failure.get(), "as asked: " + failure.get(), Map.of("got", "ä%")));
      return;
    }
    try {
      Reply reply = answer.apply((Request) request);
      if (holding) {
        held.add(() -> Replies.send(message, reply));
      } else {
        Replies.send(message, reply);
      }
    } catch (RuntimeException e) {
      Replies.send(message, Replies.failure(e));
    }
  }

  private Reply catalog(Request request) {
    if (request instanceof CreateCollection create) {
      return create(create.config());
    }
    if (request instanceof DropCollection drop) {
      find(drop.name());
      routes.remove(drop.name());
      collections.remove(drop.name());
      return new Dropped(drop.name());
    }
    if (request instanceof DescribeCollection describe) {
      return info(find(describe.name()));
    }
    if (request instanceof ListCollections) {
      return new CollectionNames(List.copyOf(collections.keySet()));
    }
    if (request instanceof DescribeNode) {
      long vectors = collections.values().stream().mapToLong(FakeCollection::size).sum();
      return new NodeInfo("0-fake", vectors, collections.size(), 1_000, 2_000, 61_000, SCRUB);
    }
    throw new IllegalArgumentException("not for the catalog: " + request);
  }

  private Reply create(CollectionConfig config) {
    CollectionName name = config.name();
    FakeCollection collection = new FakeCollection(config);
    if (collections.putIfAbsent(name, collection) != null) {
      throw new QuiverException(
          ErrorCode.COLLECTION_ALREADY_EXISTS, "Collection already exists: " + name);
    }
    consume(Addresses.write(name), request -> find(name).answer(request));
    consume(Addresses.read(name), request -> find(name).answer(request));
    consume(Addresses.search(name, 0), request -> find(name).answer(request));
    routes.add(name, 1, new Gate());
    return info(collection);
  }

  private FakeCollection find(CollectionName name) {
    return Optional.ofNullable(collections.get(name))
        .orElseThrow(() -> QuiverException.collectionNotFound(name.value()));
  }

  private Reply health() {
    HealthReport.Status status =
        ready ? HealthReport.Status.HEALTHY : HealthReport.Status.UNHEALTHY;
    return new HealthReport(
        ready, List.of(new HealthReport.Component("log", status, "fsync failed", 7)));
  }

  private static CollectionInfo info(FakeCollection collection) {
    return new CollectionInfo(
        collection.config(),
        new CollectionStats(collection.size(), 3, 4, 0, 0, 0, 1, 1, Map.of(), Map.of()));
  }
}

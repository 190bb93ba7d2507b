package io.quiver.node;

import io.quiver.bus.Addresses;
import io.quiver.bus.Codecs;
import io.quiver.bus.Inbox;
import io.quiver.bus.Routes;
import io.quiver.catalog.Database;
import io.quiver.collection.Collection;
import io.quiver.collection.Reworks;
import io.quiver.core.CollectionName;
import io.quiver.core.QuiverException;
import io.quiver.message.AliasAction;
import io.quiver.message.AliasTable;
import io.quiver.message.BackUpCollection;
import io.quiver.message.ChangeAliases;
import io.quiver.message.ChangeEvent;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CollectionNames;
import io.quiver.message.CollectionStats;
import io.quiver.message.CompactCollection;
import io.quiver.message.CreateCollection;
import io.quiver.message.DescribeCollection;
import io.quiver.message.DescribeIndex;
import io.quiver.message.DescribeNode;
import io.quiver.message.DropCollection;
import io.quiver.message.Dropped;
import io.quiver.message.HardDelete;
import io.quiver.message.ImportCollection;
import io.quiver.message.ListAliases;
import io.quiver.message.ListCollections;
import io.quiver.message.ListDeleted;
import io.quiver.message.Message;
import io.quiver.message.NodeInfo;
import io.quiver.message.RebuildIndex;
import io.quiver.message.RecoveryRequest;
import io.quiver.message.Reply;
import io.quiver.message.RestoreCollection;
import io.quiver.message.SnapshotRequest;
import io.quiver.snapshot.SnapshotOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;

/**
 * Creates, drops, restores and describes collections. Changes run one after another on a thread of
 * their own, so a name is created once whoever asks, and a drop that is followed by a create ends
 * before it.
 */
final class CatalogVerticle extends VerticleBase {
  private static final long TICK_MILLIS = 1_000;

  private final Database database;
  private final Placements placements;
  private final Recoveries recoveries;
  private final Conversions conversions;
  private final WorkPool changes;
  private final WorkPool inspections;
  private final WorkPool copies;
  private final WorkPool transfers;
  private final SnapshotWork snapshots;
  private final long startNanos = System.nanoTime();

  /**
   * Serves the collections of a database.
   *
   * @param changes exactly one thread
   * @param inspections threads for requests that change nothing
   * @param copies exactly one thread, for what takes as long as files are large
   * @param transfers threads that read and write parts of files
   */
  CatalogVerticle(
      Database database,
      Placements placements,
      Conversions conversions,
      SnapshotOptions plan,
      WorkPool changes,
      WorkPool inspections,
      WorkPool copies,
      WorkPool transfers) {
    this.database = database;
    this.placements = placements;
    this.conversions = conversions;
    this.recoveries = new Recoveries(database, placements, conversions);
    this.changes = changes;
    this.inspections = inspections;
    this.copies = copies;
    this.transfers = transfers;
    this.snapshots = new SnapshotWork(database, placements, conversions, plan, copies, changes);
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(TICK_MILLIS, tick -> snapshots.tick());
    return Inbox.open(vertx, Addresses.CATALOG, this::onRequest).completion();
  }

  private void onRequest(io.vertx.core.eventbus.Message<Message> request) {
    switch (request.body()) {
      case CreateCollection create -> changes.answer(request, () -> create(create));
      case ImportCollection load ->
          changes.answerLater(request, () -> conversions.importOrphan(request, load));
      case DropCollection drop -> changes.answer(request, () -> drop(drop.name(), false));
      case HardDelete drop -> changes.answer(request, () -> drop(drop.name(), true));
      case ChangeAliases change -> changes.answer(request, () -> change(change));
      case ListDeleted list -> inspections.answer(request, () -> recoveries.answer(list));
      case BackUpCollection backUp -> copies.answer(request, () -> snapshots.backUp(backUp));
      case RestoreCollection restore when !recoveries.keeps(restore.path()) ->
          copies.answer(request, () -> told(snapshots.restore(restore)));
      case SnapshotRequest snapshot ->
          poolFor(snapshot).answer(request, () -> told(snapshots.answer(snapshot)));
      case RecoveryRequest recovery ->
          changes.answer(request, () -> told(recoveries.answer(recovery)));
      case Message other -> inspections.answer(request, () -> inspect(other));
    }
  }

  private WorkPool poolFor(SnapshotRequest request) {
    if (SnapshotWork.isTransfer(request)) {
      return transfers;
    }
    return SnapshotWork.isInspection(request) ? inspections : copies;
  }

  private Reply inspect(Message request) {
    return switch (request) {
      case ListCollections list -> names();
      case DescribeCollection describe -> info(named(describe.name()));
      case ListAliases aliases -> database.aliases();
      case RebuildIndex rebuild -> Reworks.rebuild(named(rebuild.collection()), rebuild.index());
      case CompactCollection compact -> Reworks.compact(named(compact.collection()));
      case DescribeIndex index -> Reworks.status(named(index.collection()));
      case DescribeNode node -> nodeInfo();
      case Message other -> throw Inbox.misplaced("a catalog request", other);
    };
  }

  private Reply create(CreateCollection create) throws Exception {
    CollectionConfig config = create.config();
    conversions.refuseIfHeld(config.name());
    Collection collection = database.create(config, create.owner());
    try {
      Waiting.await(placements.place(collection));
    } catch (Throwable e) {
      undoCreate(config.name(), e);
      throw e;
    }
    publish(Changes.created(config.name()));
    return info(collection);
  }

  /** Whoever hears that a create failed can try it again. */
  private void undoCreate(CollectionName name, Throwable cause) {
    try {
      Waiting.await(placements.remove(name));
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
    try {
      database.hardDelete(name);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private Reply change(ChangeAliases change) {
    for (AliasAction action : change.actions()) {
      switch (action) {
        case AliasAction.Put put -> conversions.refuseIfHeld(put.alias());
        case AliasAction.Rename rename -> conversions.refuseIfHeld(rename.to());
        case AliasAction.Delete delete -> {}
      }
    }
    database.changeAliases(change.actions());
    placements.setAliases(database.aliases());
    return database.aliases();
  }

  /** By its own name: an alias may stand for another collection than its user remembers. */
  private Reply drop(CollectionName name, boolean forGood) throws Exception {
    if (conversions.abandon(name)) {
      return new Dropped(name);
    }
    CollectionName target = database.aliases().resolve(name);
    if (!target.equals(name)) {
      throw QuiverException.invalid("collection", "its own name, " + target, "an alias, " + name);
    }
    try {
      return told(forGood ? recoveries.hardDelete(name) : recoveries.drop(name));
    } finally {
      placements.setAliases(database.aliases());
    }
  }

  /** Tells the world what came and went. */
  private Reply told(Reply reply) {
    if (reply instanceof Dropped dropped) {
      publish(Changes.dropped(dropped.name()));
    } else if (reply instanceof CollectionInfo restored) {
      publish(Changes.created(restored.config().name()));
    }
    return reply;
  }

  /** The collection of a name or an alias, which may be switched meanwhile, its former dropped. */
  private Collection named(CollectionName name) {
    AliasTable aliases;
    Optional<Collection> found;
    do {
      aliases = database.aliases();
      found = database.find(aliases.resolve(name));
    } while (found.isEmpty() && !aliases.equals(database.aliases()));
    CollectionName own = aliases.resolve(name);
    conversions.refuseIfIncomplete(own); // Behind the look: what was found may be half made.
    return found.orElseThrow(() -> Routes.of(vertx).missing(own));
  }

  private CollectionNames names() {
    return new CollectionNames(
        database.collections().stream()
            .map(Collection::name)
            .filter(name -> !conversions.holds(name))
            .toList());
  }

  private NodeInfo nodeInfo() {
    List<CollectionStats> stats = database.collections().stream().map(Collection::stats).toList();
    return new NodeInfo(
        Version.text(),
        stats.stream().mapToLong(CollectionStats::vectorCount).sum(),
        stats.size(),
        stats.stream().mapToLong(CollectionStats::memoryBytes).sum(),
        stats.stream().mapToLong(CollectionStats::diskBytes).sum(),
        (System.nanoTime() - startNanos) / 1_000_000,
        database.scrub());
  }

  private CollectionInfo info(Collection collection) {
    return new CollectionInfo(
        collection.config(),
        collection.stats(),
        database.aliases().of(collection.name()),
        Database.manifestInfo(collection));
  }

  private void publish(ChangeEvent event) {
    vertx.eventBus().publish(Addresses.events(event.collection()), event, Codecs.EVENT);
  }
}

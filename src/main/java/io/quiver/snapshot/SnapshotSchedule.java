package io.quiver.snapshot;

import io.quiver.catalog.Database;
import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.QuiverException;
import io.quiver.message.SnapshotInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Takes snapshots by a plan, and lets go of those that it took. Their names begin with {@link
 * #PREFIX}; no other snapshot is ever touched.
 *
 * <p>Thread safety: one thread at a time, with the rest of {@link Snapshots}.
 */
public final class SnapshotSchedule {
  static final String PREFIX = "auto_";

  /** So that a full disk is not asked again at once. */
  private static final long RETRY_MILLIS = 60_000;

  private static final System.Logger LOG = System.getLogger(SnapshotSchedule.class.getName());

  /**
   * What is known of a collection.
   *
   * @param millis of its last snapshot, or of what stands for it
   * @param operations at that time
   * @param retryMillis nothing is tried before
   */
  private record Last(long millis, long operations, long retryMillis) {}

  private final Database database;
  private final Snapshots snapshots;
  private final SnapshotOptions plan;
  private final Predicate<CollectionName> isComplete;
  private final Map<UUID, Last> taken = new HashMap<>();

  /** Of all collections. */
  public SnapshotSchedule(Database database, Snapshots snapshots, SnapshotOptions plan) {
    this(database, snapshots, plan, name -> true);
  }

  /**
   * Of those that are complete.
   *
   * @param isComplete whether a collection is to be looked at; it is asked each time
   */
  public SnapshotSchedule(
      Database database,
      Snapshots snapshots,
      SnapshotOptions plan,
      Predicate<CollectionName> isComplete) {
    this.isComplete = isComplete;
    this.database = database;
    this.snapshots = snapshots;
    this.plan = plan;
  }

  /** Takes what is due. To be called often; costs nothing if nothing is. */
  public void run() {
    if (!plan.isOn()) {
      return;
    }
    List<Collection> served = database.collections();
    taken.keySet().retainAll(served.stream().map(Collection::uuid).toList());
    served.stream().filter(each -> isComplete.test(each.name())).forEach(this::run);
  }

  private void run(Collection collection) {
    long now = database.surroundings().nowMillis().getAsLong();
    Last last = taken.computeIfAbsent(collection.uuid(), uuid -> first(collection, now));
    if (now < last.retryMillis || !isDue(collection, last, now)) {
      return;
    }
    long operations = collection.operations();
    try {
      SnapshotInfo made = snapshots.takeScheduled(collection.name());
      taken.put(collection.uuid(), new Last(now, operations, 0));
      snapshots.seal(collection.name(), made.name());
      tidy(collection.name(), now);
    } catch (QuiverException e) {
      Last later = taken.get(collection.uuid());
      taken.put(collection.uuid(), new Last(later.millis, later.operations, now + RETRY_MILLIS));
      LOG.log(
          System.Logger.Level.WARNING,
          "snapshot of {0} by the schedule: {1}",
          collection.name(),
          e.getMessage());
    }
  }

  /** After a start: the newest one counts, and it is not known whether there were changes since. */
  private Last first(Collection collection, long now) {
    long millis =
        scheduled(collection.name()).stream()
            .mapToLong(info -> info.createdSeconds() * 1_000)
            .findFirst()
            .orElse(now);
    return new Last(millis, -1, 0);
  }

  private boolean isDue(Collection collection, Last last, long now) {
    long since = collection.operations() - Math.max(0, last.operations);
    boolean byCount = plan.everyOperations() > 0 && since >= plan.everyOperations();
    boolean byTime = !plan.every().isZero() && now - last.millis >= plan.every().toMillis();
    return byCount || (byTime && (since > 0 || last.operations < 0));
  }

  private void tidy(CollectionName collection, long now) {
    List<SnapshotInfo> found = scheduled(collection);
    for (int i = 1; i < found.size(); i++) {
      long ageMillis = now - found.get(i).createdSeconds() * 1_000;
      boolean isTooOld = !plan.keepFor().isZero() && ageMillis > plan.keepFor().toMillis();
      if (isTooOld || (plan.keep() > 0 && i >= plan.keep())) {
        snapshots.delete(collection, found.get(i).name());
      }
    }
  }

  /** Newest first. */
  private List<SnapshotInfo> scheduled(CollectionName collection) {
    return snapshots.list(collection).stream()
        .filter(info -> info.name().value().startsWith(PREFIX))
        .toList();
  }
}

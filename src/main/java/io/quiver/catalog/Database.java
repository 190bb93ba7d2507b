package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.disk.Disk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Command;
import io.quiver.message.HealthReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A data directory that was opened: its collections and their log. Open = lock, discover manifests,
 * replay the log.
 *
 * <p>Thread safety: {@code append} and {@code sync} belong to one thread (the log writer); {@code
 * create} and {@code drop} are safe from any thread; so is the rest.
 */
public final class Database implements AutoCloseable {
  Database() {}

  /** Opens or makes the directory. Returns when every logged write is applied. */
  public static Database open(Disk disk, Path directory, DatabaseOptions options)
      throws IOException {
    throw new UnsupportedOperationException("skeleton " + disk + directory + options);
  }

  /** Durable when it returns. */
  public Collection create(CollectionConfig config) {
    throw new UnsupportedOperationException("skeleton " + config);
  }

  /** Gone for good when it returns; searches that run on it end on their own. */
  public void drop(CollectionName name) {
    throw new UnsupportedOperationException("skeleton " + name);
  }

  public Optional<Collection> find(CollectionName name) {
    throw new UnsupportedOperationException("skeleton " + name);
  }

  /** All served collections, sorted by name. */
  public List<Collection> collections() {
    throw new UnsupportedOperationException("skeleton");
  }

  /** Log writer only. Adds a record to the present group; returns its sequence number. */
  public long append(UUID collection, Command command) {
    throw new UnsupportedOperationException("skeleton " + collection + command);
  }

  /**
   * Log writer only. Writes the present group, and puts it on stable storage if {@code force}.
   *
   * @throws io.quiver.core.QuiverException STORAGE_FULL (the group is not in the log; later groups
   *     may succeed) or READ_ONLY (a sync failed: nothing can be acknowledged until a restart)
   */
  public void sync(boolean force) {
    throw new UnsupportedOperationException("skeleton " + force);
  }

  /** Collections set aside, log state, disk space: one component each; cheap, no test is run. */
  public List<HealthReport.Component> health() {
    throw new UnsupportedOperationException("skeleton");
  }

  /** Appends nothing but tests what can be tested: writes, syncs, reads back a scratch file. */
  public List<HealthReport.Component> selfTest() {
    throw new UnsupportedOperationException("skeleton");
  }

  /** Checkpoints what is worth it, stops background work, unmaps, releases the lock. */
  @Override
  public void close() {
    throw new UnsupportedOperationException("skeleton");
  }
}

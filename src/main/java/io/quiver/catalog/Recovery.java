package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.collection.StorageErrors;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was deleted and is kept for a while: to be listed, restored, or let go of.
 *
 * <p>Thread safety: any thread.
 */
public final class Recovery {
  private final Disk disk;
  private final Roster roster;
  private final DeletedFolders deleted;
  private final Adoption adoption;
  private final Maintenance maintenance;
  private final Surroundings surroundings;
  private final Duration retention;

  Recovery(
      Disk disk,
      Roster roster,
      DeletedFolders deleted,
      Adoption adoption,
      Maintenance maintenance,
      Surroundings surroundings,
      Duration retention) {
    this.disk = disk;
    this.roster = roster;
    this.deleted = deleted;
    this.adoption = adoption;
    this.maintenance = maintenance;
    this.surroundings = surroundings;
    this.retention = retention;
  }

  /** Oldest deletion first. */
  public List<KeptCollection> deleted() {
    try {
      return deleted.kept().stream()
          .sorted(Comparator.comparingLong(KeptCollection::sinceMillis))
          .toList();
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    }
  }

  /** Whether there is something of this name, as listed by {@link #deleted}. */
  public boolean isKept(String folder) {
    return DeletedFolders.kept(folder).map(deleted::path).filter(disk::isDirectory).isPresent();
  }

  /**
   * Serves a deleted collection again, with every row it had; durable when it returns.
   *
   * @param folder as listed by {@link #deleted}
   * @param newName under which it is served; the one it had if empty
   * @throws QuiverException NOT_FOUND if nothing of this name is kept; else as {@link
   *     Adoption#adopt}
   */
  public Collection restore(String folder, Optional<CollectionName> newName) {
    KeptCollection kept = DeletedFolders.kept(folder).orElseThrow(() -> missing(folder));
    return adoption.adopt(
        () -> {
          Path path = deleted.path(kept);
          if (!disk.isDirectory(path)) {
            throw missing(folder);
          }
          return path;
        },
        newName.orElse(kept.name()));
  }

  /**
   * Lets go of what was deleted longer ago, and frees its space.
   *
   * @param olderThan zero = everything; the setting's if empty
   * @return the folders' names
   */
  public List<String> cleanup(Optional<Duration> olderThan) {
    try {
      List<String> expired = expire(olderThan.orElse(retention));
      maintenance.dropped();
      return expired;
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    }
  }

  /** Maintenance: the same now and then; true if something is to be purged. */
  boolean sweep() throws IOException {
    return !expire(retention).isEmpty();
  }

  private List<String> expire(Duration age) throws IOException {
    roster.changing.lock(); // Nothing that is being restored.
    try {
      return deleted.expire(age, surroundings.nowMillis().getAsLong());
    } finally {
      roster.changing.unlock();
    }
  }

  private static QuiverException missing(String folder) {
    return new QuiverException(
        ErrorCode.COLLECTION_NOT_FOUND,
        "nothing of this name can be restored: " + QuiverException.clip(folder),
        Map.of("field", "backup_path", "got", QuiverException.clip(folder)));
  }
}

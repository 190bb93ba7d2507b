package io.quiver.catalog;

import io.quiver.collection.Manifest;
import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.collection.ShardCheck;
import io.quiver.core.CollectionName;
import io.quiver.disk.AtomicFile;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.FileFault;
import io.quiver.disk.Findings;
import io.quiver.wal.Gap;
import io.quiver.wal.Survey;
import io.quiver.wal.WalCheck;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Validates a data directory that no server uses. Reads every byte that a server would rely on, and
 * changes none but those of {@code LOCK}, which it holds meanwhile.
 */
public final class Check {
  private static final Set<String> KNOWN =
      Set.of(
          "LOCK",
          Directory.WAL,
          DeletedFolders.FOLDER,
          Staging.FOLDER,
          "snapshots",
          ".backups",
          AliasFile.NAME);

  /** Who is told, as it is found. */
  public interface Listener {
    /**
     * A fault of a collection; of no collection if the name is empty.
     *
     * @param isDerived the file is made anew by the server, nothing is lost
     */
    void fault(String collection, FileFault fault, boolean isDerived);

    /** Something worth knowing that is in order. */
    void note(Path file, String what);

    /** So many bytes were read so far. */
    void progress(long bytes);
  }

  /**
   * What was read.
   *
   * @param rows at the checkpoints, dead ones included
   * @param records in the log
   */
  public record Summary(int collections, long rows, long records, long bytes, long faults) {}

  private final Disk disk;
  private final Path root;
  private final Listener listener;
  private final List<Manifest> holders = new ArrayList<>();
  private int collections;
  private long rows;
  private long checkpointLsn;
  private long bytes;
  private long faults;

  private Check(Disk disk, Path root, Listener listener) {
    this.disk = disk;
    this.root = root;
    this.listener = listener;
  }

  /**
   * Checks everything in the directory.
   *
   * @throws IOException if a server uses the directory, or it cannot be listed
   */
  public static Summary run(Disk disk, Path root, Listener listener) throws IOException {
    Closeable lock = disk.lock(root.resolve("LOCK"));
    try {
      return new Check(disk, root, listener).all();
    } finally {
      lock.close();
    }
  }

  private Summary all() throws IOException {
    for (String name : disk.list(root)) {
      if (!KNOWN.contains(name)) {
        entry(name);
      }
    }
    try {
      AliasFile.read(disk, root);
    } catch (DamagedFileException e) {
      new Told("").fault(e.fault());
    }
    for (String name : disk.list(root.resolve(DeletedFolders.FOLDER))) {
      listener.note(
          root.resolve(DeletedFolders.FOLDER).resolve(name),
          DeletedFolders.kept(name).isPresent()
              ? "deleted, can be restored"
              : "dropped, goes at the next start");
    }
    long records = log();
    return new Summary(collections, rows, records, bytes, faults);
  }

  private void entry(String name) throws IOException {
    Path folder = root.resolve(name);
    if (!CollectionName.isValid(name)
        || !disk.isDirectory(folder)
        || !Directory.isCollection(disk, folder)) {
      listener.note(folder, "not a collection, left alone");
      return;
    }
    collections++;
    Told told = new Told(name);
    try {
      Manifest manifest = Directory.readManifest(disk, folder, name);
      checkpointLsn = Math.max(checkpointLsn, manifest.checkpointLsn());
      holders.add(manifest);
      rows += manifest.count();
      tellLeftovers(folder, manifest);
      for (ShardCheckpoint shard : manifest.shards()) {
        shard(folder, manifest, shard, told);
      }
    } catch (DamagedFileException e) {
      told.fault(e.fault());
    } catch (IOException e) {
      told.fault(unreadable(folder, e));
    }
  }

  private void shard(Path folder, Manifest manifest, ShardCheckpoint shard, Findings told) {
    try {
      ShardCheck.check(disk, folder, manifest, shard, told);
    } catch (IOException e) {
      told.fault(unreadable(folder.resolve(shard.folder()), e));
    }
  }

  private static FileFault unreadable(Path folder, IOException cause) {
    return new FileFault(folder, 0, "files that can be read", String.valueOf(cause.getMessage()));
  }

  private void tellLeftovers(Path folder, Manifest manifest) throws IOException {
    Set<String> known = new HashSet<>();
    known.add(Directory.MANIFEST);
    manifest.shards().forEach(shard -> known.add(shard.folder()));
    Path temporary = AtomicFile.temporary(folder.resolve(Directory.MANIFEST));
    for (String name : disk.list(folder)) {
      Path entry = folder.resolve(name);
      if (name.equals(String.valueOf(temporary.getFileName()))) {
        listener.note(entry, "temporary file, left by a crash");
      } else if (Directory.isShard(disk, entry)) {
        if (!known.contains(name)) {
          listener.note(entry, "a compaction's files that the manifest does not name");
        }
      } else if (!known.contains(name)) {
        listener.note(entry, "not a file of Quiver's, left alone");
      }
    }
  }

  private long log() {
    Path folder = root.resolve(Directory.WAL);
    Told told = new Told("");
    try {
      List<Gap> gaps = new ArrayList<>();
      WalCheck.Summary log = WalCheck.check(disk, folder, told, gaps::add);
      tell(gaps, log.survey());
      if (log.lastLsn() < checkpointLsn) {
        listener.note(
            folder,
            "ends at LSN %d, before the last checkpoint at %d: it was lost or left out"
                .formatted(log.lastLsn(), checkpointLsn));
      }
      return log.records();
    } catch (IOException e) {
      told.fault(unreadable(folder, e));
      return 0;
    }
  }

  /** Names those that a server will set aside; each once, for the first thing that it lacks. */
  private void tell(List<Gap> gaps, Survey survey) throws IOException {
    Set<UUID> known = new HashSet<>(DeletedFolders.uuids(disk, root));
    for (Manifest holder : holders) {
      known.add(holder.uuid());
      known.add(holder.filesUuid());
    }
    Set<CollectionName> hit = new HashSet<>();
    for (Gap gap : gaps) {
      List<CollectionName> names =
          holders.stream()
              .filter(each -> Losses.hits(gap, each.uuid(), each.checkpointLsn(), survey, known))
              .map(each -> each.config().name())
              .filter(hit::add)
              .toList();
      names.forEach(name -> new Told(name.value()).fault(Losses.told(gap)));
      if (names.isEmpty()) {
        new Told("").fault(Losses.told(gap));
      }
    }
  }

  /** Adds the collection's name to what the rooms tell. */
  private final class Told implements Findings {
    private final String collection;

    private Told(String collection) {
      this.collection = collection;
    }

    @Override
    public void fault(FileFault fault) {
      faults++;
      listener.fault(collection, fault, false);
    }

    @Override
    public void derivedFault(FileFault fault) {
      faults++;
      listener.fault(collection, fault, true);
    }

    @Override
    public void note(Path file, String what) {
      listener.note(file, what);
    }

    @Override
    public void read(long count) {
      bytes += count;
      listener.progress(bytes);
    }
  }
}

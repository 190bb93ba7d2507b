package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.collection.Environment;
import io.quiver.collection.ForeignTables;
import io.quiver.collection.Indexing;
import io.quiver.collection.LogForce;
import io.quiver.collection.Manifest;
import io.quiver.collection.ManifestStore;
import io.quiver.collection.ShardCheck;
import io.quiver.collection.StorageErrors;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.Owner;
import io.quiver.core.QuiverException;
import io.quiver.disk.AtomicFile;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.message.CollectionConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The data directory's folders: finds collections, makes them, takes them away. A collection exists
 * when its {@code metadata.json} does; it is dropped by renaming its folder into {@code .deleted/},
 * and restored by renaming it back.
 *
 * <p>Thread safety: any thread, but the database makes and removes one collection at a time.
 */
final class Directory {
  static final String MANIFEST = "metadata.json";
  static final String WAL = "wal";

  /** From so many entries on, manifests are read by all cores. */
  private static final int PARALLEL_MIN = 64;

  private static final System.Logger LOG = System.getLogger(Directory.class.getName());

  private final Set<Path> halfMade = ConcurrentHashMap.newKeySet();
  private final Disk disk;
  private final Path root;
  private final LogForce log;
  private final Indexing indexing;
  private final Tuning tuning;
  private final Surroundings surroundings;

  Directory(
      Disk disk,
      Path root,
      LogForce log,
      Indexing indexing,
      Tuning tuning,
      Surroundings surroundings) {
    this.log = log;
    this.disk = disk;
    this.root = root;
    this.indexing = indexing;
    this.tuning = tuning;
    this.surroundings = surroundings;
  }

  /** A folder that looks like a collection but cannot be served, and why. */
  record Damaged(String name, String reason) {}

  /** What is in the directory. */
  record Found(List<Collection> collections, List<Damaged> damaged) {}

  /**
   * What is in the directory, and will be after a power cut: a process that was killed may have
   * made, renamed or removed a folder without syncing that.
   */
  Found discover() throws IOException {
    if (disk.exists(root.resolve(DeletedFolders.FOLDER))) {
      disk.syncDirectory(root.resolve(DeletedFolders.FOLDER));
    }
    disk.syncDirectory(root);
    List<String> names = disk.list(root);
    Stream<String> entries = names.size() < PARALLEL_MIN ? names.stream() : names.parallelStream();
    List<Entry> found = entries.flatMap(name -> look(name).stream()).toList();
    List<Collection> collections = new ArrayList<>();
    List<Damaged> damaged = new ArrayList<>();
    for (Entry entry : found) {
      switch (entry) {
        case Entry.Whole whole -> collections.add(collection(whole.manifest()));
        case Entry.Broken broken -> damaged.add(broken.damaged());
      }
    }
    return new Found(collections, damaged);
  }

  /** A folder with a manifest. */
  private sealed interface Entry {
    record Whole(Manifest manifest) implements Entry {}

    record Broken(Damaged damaged) implements Entry {}
  }

  private Optional<Entry> look(String name) {
    Path folder = root.resolve(name);
    if (!CollectionName.isValid(name) || !disk.isDirectory(folder)) {
      return Optional.empty();
    }
    try {
      if (!isCollection(disk, folder)) {
        LOG.log(System.Logger.Level.WARNING, "{0} has no {1}, left alone", folder, MANIFEST);
        return Optional.empty();
      }
      return Optional.of(new Entry.Whole(readManifest(disk, folder, name)));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "collection set aside: {0}", e.getMessage());
      return Optional.of(new Entry.Broken(new Damaged(name, String.valueOf(e.getMessage()))));
    }
  }

  /** A manifest, or what only ever stood beside one: then it is a collection that lost it. */
  static boolean isCollection(Disk disk, Path folder) throws IOException {
    if (disk.exists(folder.resolve(MANIFEST))) {
      return true;
    }
    for (String name : disk.list(folder)) {
      if (isShard(disk, folder.resolve(name))) {
        return true;
      }
    }
    return false;
  }

  static boolean isShard(Disk disk, Path folder) {
    return Manifest.isShardFolder(String.valueOf(folder.getFileName()))
        && disk.exists(folder.resolve("vectors.bin"));
  }

  /**
   * What {@code metadata.json} in a folder says.
   *
   * @throws DamagedFileException if it is not whole, or not this collection's
   */
  static Manifest readManifest(Disk disk, Path folder, String name) throws IOException {
    Path file = folder.resolve(MANIFEST);
    if (!disk.exists(file)) {
      throw new DamagedFileException(file, 0, "a manifest", "no such file");
    }
    Manifest manifest = ManifestReader.read(file, disk.readAll(file));
    CollectionName found = manifest.config().name();
    if (!found.value().equals(name)) {
      throw new DamagedFileException(file, 0, "name " + name, found.value());
    }
    return manifest;
  }

  /** A collection whose folder stands in its place. */
  Collection collection(Manifest manifest) {
    Path folder = folder(manifest.config().name());
    Environment environment =
        new Environment(
            disk,
            folder,
            manifests(folder, manifest.config().name().value()),
            log,
            indexing,
            tuning,
            surroundings.nowMillis());
    return Collection.of(environment, manifest);
  }

  private ManifestStore manifests(Path folder, String name) {
    return new ManifestStore() {
      @Override
      public void save(Manifest manifest) throws IOException {
        Directory.this.save(folder, manifest);
      }

      @Override
      public Manifest load() throws IOException {
        return readManifest(disk, folder, name);
      }
    };
  }

  void save(Path folder, Manifest manifest) throws IOException {
    AtomicFile.write(disk, folder.resolve(MANIFEST), ManifestJson.write(manifest));
  }

  /**
   * Makes a collection; durable when it returns.
   *
   * @param syncedLsn up to here the log is on stable storage: no damage of it is the collection's
   * @throws QuiverException COLLECTION_ALREADY_EXISTS if the folder holds files that are not ours
   */
  Collection create(CollectionConfig config, Owner owner, long syncedLsn) throws IOException {
    Path folder = folder(config.name());
    expectFree(config.name());
    Manifest manifest =
        Manifest.created(
                config, surroundings.uuids().get(), surroundings.nowMillis().getAsLong(), syncedLsn)
            .ownedBy(owner);
    try {
      disk.createDirectories(folder);
      disk.syncDirectory(root);
      save(folder, manifest);
      return collection(manifest);
    } catch (IOException e) {
      try {
        undoCreate(folder);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  /** Whoever was told that there is no collection must not meet one after a restart. */
  private void undoCreate(Path folder) throws IOException {
    halfMade.add(folder);
    FileTree.delete(disk, folder);
    disk.syncDirectory(root);
    halfMade.remove(folder);
  }

  /** What to say of a creation that failed; if it could not be undone, a restart may find it. */
  QuiverException notMade(CollectionName name, IOException cause) {
    return halfMade.contains(folder(name))
        ? StorageErrors.ofUnsettledWrite(
            ErrorCode.UNAVAILABLE,
            "collection %s was not made, but a restart may find it: %s"
                .formatted(name, cause.getMessage()),
            cause)
        : StorageErrors.ofWrite(cause);
  }

  /** A crash in the middle of {@link #create} leaves at most the manifest's temporary file. */
  private boolean hasForeignFiles(Path folder) throws IOException {
    Path temporary = AtomicFile.temporary(folder.resolve(MANIFEST));
    return disk.list(folder).stream()
        .anyMatch(name -> !name.equals(String.valueOf(temporary.getFileName())));
  }

  /**
   * Makes way for a folder of this name.
   *
   * @throws QuiverException COLLECTION_ALREADY_EXISTS if there is one with files that are not ours
   */
  void expectFree(CollectionName name) throws IOException {
    Path folder = folder(name);
    if (halfMade.contains(folder)) {
      undoCreate(folder);
    }
    if (disk.exists(folder) && hasForeignFiles(folder)) {
      throw new QuiverException(
          ErrorCode.COLLECTION_ALREADY_EXISTS,
          "a folder of this name with files but no manifest is in the way: " + name,
          Map.of("field", "name", "got", name.value()));
    }
  }

  /**
   * What {@code metadata.json} in a folder says, whatever the folder is called.
   *
   * @throws DamagedFileException if it is not whole
   */
  Manifest manifestIn(Path folder) throws IOException {
    Path file = folder.resolve(MANIFEST);
    if (!disk.exists(file)) {
      throw new DamagedFileException(file, 0, "a manifest", "no such file");
    }
    return ManifestReader.read(file, disk.readAll(file));
  }

  /**
   * Looks at the files in a folder that is to be adopted.
   *
   * @throws DamagedFileException naming the first that is not what was written
   */
  void expectWhole(Path folder, Manifest manifest) throws IOException {
    ShardCheck.expectWhole(disk, folder, manifest);
  }

  /** Reads all of it. */
  void expectSound(Path folder, Manifest manifest) throws IOException {
    FirstFault first = new FirstFault();
    for (Manifest.ShardCheckpoint shard : manifest.shards()) {
      ShardCheck.check(disk, folder, manifest, shard, first);
    }
    first.expectNone();
  }

  /** The manifest under which files that were found in a folder are served; not saved yet. */
  Manifest adopted(Path folder, Manifest found, CollectionName name, long syncedLsn)
      throws IOException {
    return ForeignTables.restamped(
        disk,
        folder,
        found.adopted(
            name, surroundings.uuids().get(), syncedLsn, surroundings.nowMillis().getAsLong()));
  }

  /** Gives a folder its place among the collections; {@link #syncMove} makes that durable. */
  void moveIn(Path from, CollectionName name) throws IOException {
    if (disk.exists(folder(name))) {
      FileTree.delete(disk, folder(name)); // What a creation left.
    }
    disk.rename(from, folder(name));
  }

  /** The way back. */
  void moveOut(CollectionName name, Path to) throws IOException {
    disk.rename(folder(name), to);
    syncMove(to);
  }

  void syncMove(Path other) throws IOException {
    disk.syncDirectory(root);
    disk.syncDirectory(other.toAbsolutePath().getParent());
  }

  private Path folder(CollectionName name) {
    return root.resolve(name.value());
  }
}

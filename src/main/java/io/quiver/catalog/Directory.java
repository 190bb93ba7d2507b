package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.collection.Environment;
import io.quiver.collection.Indexing;
import io.quiver.collection.LogForce;
import io.quiver.collection.Manifest;
import io.quiver.collection.ManifestStore;
import io.quiver.collection.StorageErrors;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
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
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The data directory's folders: finds collections, makes them, takes them away. A collection exists
 * when its {@code metadata.json} does; it is dropped by renaming its folder into {@code .deleted/}.
 *
 * <p>Thread safety: any thread, but the database makes and removes one collection at a time.
 */
final class Directory {
  static final String MANIFEST = "metadata.json";
  static final String WAL = "wal";
  static final String DELETED = ".deleted";

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
  private volatile Set<UUID> keptNames = Set.of();

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

  /** Makes the folder that a drop needs, now, because a full disk may not take it later. */
  void prepareDrops() {
    try {
      disk.createDirectories(root.resolve(DELETED));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "made at the first drop instead", e);
    }
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
    if (disk.exists(root.resolve(DELETED))) {
      disk.syncDirectory(root.resolve(DELETED));
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

  private Collection collection(Manifest manifest) {
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

  private void save(Path folder, Manifest manifest) throws IOException {
    AtomicFile.write(disk, folder.resolve(MANIFEST), ManifestJson.write(manifest));
  }

  /**
   * Makes a collection; durable when it returns.
   *
   * @param syncedLsn up to here the log is on stable storage: no damage of it is the collection's
   * @throws QuiverException COLLECTION_ALREADY_EXISTS if the folder holds files that are not ours
   */
  Collection create(CollectionConfig config, long syncedLsn) throws IOException {
    Path folder = folder(config.name());
    if (halfMade.contains(folder)) {
      undoCreate(folder);
    }
    if (disk.exists(folder) && hasForeignFiles(folder)) {
      throw new QuiverException(
          ErrorCode.COLLECTION_ALREADY_EXISTS,
          "a folder of this name with files but no manifest is in the way: " + config.name(),
          Map.of("field", "name", "got", config.name().value()));
    }
    Manifest manifest =
        Manifest.created(
            config, surroundings.uuids().get(), surroundings.nowMillis().getAsLong(), syncedLsn);
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
    deleteTree(folder);
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
   * Takes a collection away. {@link #syncRemoval} makes that durable, {@link #purge} frees the
   * space.
   *
   * @throws IOException if it is still there
   */
  void remove(Collection collection) throws IOException {
    remove(collection.name(), collection.uuid());
  }

  /** The same for one whose manifest is damaged. */
  void remove(CollectionName damaged) throws IOException {
    remove(damaged, surroundings.uuids().get());
  }

  private void remove(CollectionName name, UUID uuid) throws IOException {
    Path deleted = root.resolve(DELETED);
    disk.createDirectories(deleted);
    disk.rename(folder(name), deleted.resolve(name + "_" + uuid));
  }

  void syncRemoval() throws IOException {
    disk.syncDirectory(root.resolve(DELETED));
    disk.syncDirectory(root);
  }

  /** The uuids of collections that were taken away, as far as their folders' names are left. */
  static Set<UUID> removed(Disk disk, Path root) throws IOException {
    return disk.list(root.resolve(DELETED)).stream()
        .flatMap(name -> removed(name).stream())
        .collect(Collectors.toSet());
  }

  private static Optional<UUID> removed(String name) {
    try {
      return Optional.of(UUID.fromString(name.substring(name.lastIndexOf('_') + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // Not ours.
    }
  }

  /** From now on {@link #purge} leaves the empty folders of these. */
  void keepNames(Set<UUID> removed) {
    keptNames = Set.copyOf(removed);
  }

  /** Deletes what was taken away. */
  void purge() throws IOException {
    Path deleted = root.resolve(DELETED);
    for (String name : disk.list(deleted)) {
      if (removed(name).filter(keptNames::contains).isPresent()) {
        deleteEntries(deleted.resolve(name));
      } else {
        deleteTree(deleted.resolve(name));
      }
    }
  }

  private void deleteTree(Path path) throws IOException {
    if (disk.isDirectory(path)) {
      deleteEntries(path);
    }
    disk.delete(path);
  }

  private void deleteEntries(Path folder) throws IOException {
    for (String name : disk.list(folder)) {
      deleteTree(folder.resolve(name));
    }
  }

  private Path folder(CollectionName name) {
    return root.resolve(name.value());
  }
}

package io.quiver.migrate;

import io.quiver.core.CollectionName;
import io.quiver.disk.AtomicFile;
import io.quiver.disk.Disk;
import io.quiver.message.CollectionConfig;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Finds what d-vecDB left in a data directory and moves it, by renaming, out of the way to {@code
 * .imported/<utc time>/}, where its bytes stay as they are (docs/formats/dvecdb.md). Then says what
 * of it waits to be converted: each folder there without a note {@code <folder>.done} beside it.
 *
 * <p>A crash at any point leaves every file in the data directory or in {@code .imported}, and the
 * next run goes on with it: a time's folder is complete when it has a file {@code moved}.
 */
public final class DvecIntake {
  public static final String IMPORTED = ".imported";

  private static final String LOG = "wal";
  private static final String MOVED = "moved";
  private static final String SOURCE = "source";
  private static final String DONE = ".done";
  private static final Set<String> NEVER = Set.of(LOG, "snapshots");

  /** Where d-vecDB kept what was deleted or copied: Quiver has folders of these names too. */
  private static final List<String> KEPT = List.of(".deleted", ".backups", "snapshots");

  private static final System.Logger LOGGER = System.getLogger(DvecIntake.class.getName());

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Disk disk;
  private final Path root;
  private final Path imported;
  private final List<Fault> faults = new ArrayList<>();

  /** A folder that cannot be taken in, and why. It is left as it is. */
  public record Fault(String folder, String reason) {}

  /**
   * A collection that waits to be converted.
   *
   * @param folder its folder below {@code .imported}
   * @param source has its {@code vectors.bin}: the same folder, or one that a client named
   * @param log the log that goes with it
   */
  public record Pending(CollectionConfig config, Path folder, Path source, Optional<Path> log) {
    /**
     * Notes, durably, that nothing is to be done with it any more.
     *
     * @param outcome for who looks into the folder
     */
    public void settle(Disk disk, String outcome) throws IOException {
      AtomicFile.write(disk, note(folder), (outcome + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What was found: what waits to be converted, in the order of its arrival, and what cannot. */
  public record Found(List<Pending> pending, List<Fault> faults) {
    public Found {
      pending = List.copyOf(pending);
      faults = List.copyOf(faults);
    }
  }

  private DvecIntake(Disk disk, Path root) {
    this.disk = disk;
    this.root = root;
    this.imported = root.resolve(IMPORTED);
  }

  /**
   * Before the data directory is opened: moves and lists. Takes the directory's lock if there is
   * anything to move.
   *
   * @throws IOException if another process holds the directory, or the log of d-vecDB, which stands
   *     where Quiver's must be, cannot be moved
   */
  public static Found run(Disk disk, Path root, LongSupplier nowMillis) throws IOException {
    DvecIntake intake = new DvecIntake(disk, root);
    List<Path> arrivals = intake.arrivals();
    if (intake.log().isPresent() || !arrivals.isEmpty()) {
      Closeable lock = disk.lock(root.resolve("LOCK"));
      try {
        intake.move(arrivals, nowMillis.getAsLong());
      } finally {
        lock.close();
      }
    }
    Found found = intake.pending();
    found
        .faults()
        .forEach(each ->
            LOGGER.log(
                System.Logger.Level.ERROR,
                "data of d-vecDB left alone: {0}: {1}",
                each.folder(),
                each.reason()));
    return found;
  }

  /**
   * Notes, durably, that the vectors in a folder are to become a collection: a crash later on and
   * the next start goes on with it. A folder in the data directory that has the collection's name
   * is moved to {@code .imported}; another is only read.
   *
   * @param root the data directory, without links, locked by this process
   * @param source without links
   */
  public static Pending request(
      Disk disk, Path root, LongSupplier nowMillis, CollectionConfig config, Path source)
      throws IOException {
    DvecIntake intake = new DvecIntake(disk, root);
    Path time = intake.newTime(nowMillis.getAsLong());
    String name = config.name().value();
    Path folder = time.resolve(name);
    byte[] metadata = DvecMetadata.write(config);
    disk.createDirectories(time);
    disk.syncDirectory(intake.imported);
    disk.syncDirectory(root);
    AtomicFile.write(disk, time.resolve(MOVED), new byte[0]);
    if (source.equals(root.resolve(name))) {
      AtomicFile.write(disk, source.resolve(DvecMetadata.METADATA), metadata);
      disk.rename(source, folder);
      disk.syncDirectory(root);
      disk.syncDirectory(time);
      return new Pending(config, folder, folder, Optional.empty());
    }
    disk.createDirectories(folder);
    AtomicFile.write(
        disk, folder.resolve(SOURCE), source.toString().getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(disk, folder.resolve(DvecMetadata.METADATA), metadata);
    disk.syncDirectory(time);
    return new Pending(config, folder, source, Optional.empty());
  }

  /** Whether a folder has files of d-vecDB's, and is no collection of Quiver's. */
  public static boolean isImportable(Disk disk, Path folder) throws IOException {
    return DvecFolder.of(disk, folder) != DvecFolder.Kind.OTHER;
  }

  /** d-vecDB's log: a file where Quiver has a folder, or in that folder, if it was moved there. */
  private Optional<Path> log() {
    Path beside = root.resolve(LOG);
    Path inside = beside.resolve(LOG);
    if (disk.isDirectory(beside)) {
      return disk.exists(inside) && !disk.isDirectory(inside)
          ? Optional.of(inside)
          : Optional.empty();
    }
    return disk.exists(beside) ? Optional.of(beside) : Optional.empty();
  }

  /** What is d-vecDB's and can be moved: collections, and what it kept in folders of its own. */
  private List<Path> arrivals() throws IOException {
    List<Path> arrivals = new ArrayList<>();
    Set<CollectionName> taken = new HashSet<>();
    pending().pending().forEach(each -> taken.add(each.config().name()));
    faults.clear();
    for (String name : disk.list(root)) {
      Path folder = root.resolve(name);
      if (!name.startsWith(".")
          && !NEVER.contains(name.toLowerCase(Locale.ROOT))
          && disk.isDirectory(folder)
          && DvecFolder.of(disk, folder) == DvecFolder.Kind.COLLECTION
          && isFree(folder, taken)) {
        arrivals.add(folder);
      }
    }
    for (String kept : KEPT) {
      for (String name : disk.list(root.resolve(kept))) {
        Path folder = root.resolve(kept).resolve(name);
        if (disk.isDirectory(folder) && DvecFolder.of(disk, folder) != DvecFolder.Kind.OTHER) {
          arrivals.add(folder);
        }
      }
    }
    return arrivals;
  }

  /** Whether the metadata is whole and its name is nobody else's; tells what is wrong. */
  private boolean isFree(Path folder, Set<CollectionName> taken) {
    String name = String.valueOf(folder.getFileName());
    try {
      CollectionName collection = DvecMetadata.read(disk, folder).name();
      boolean isOther =
          !collection.value().equals(name) && disk.exists(root.resolve(collection.value()));
      if (!isOther && taken.add(collection)) {
        return true;
      }
      fault(name, "metadata.json: name: " + collection + " is there already");
    } catch (IOException e) {
      fault(name, String.valueOf(e.getMessage()));
    }
    return false;
  }

  private void move(List<Path> arrivals, long nowMillis) throws IOException {
    Path target = target(nowMillis);
    Set<Path> touched = new LinkedHashSet<>(List.of(target, root));
    disk.createDirectories(target);
    disk.syncDirectory(imported);
    disk.syncDirectory(root);
    boolean isComplete = true;
    for (Path folder : arrivals) {
      Path to = target.resolve(root.relativize(folder));
      disk.createDirectories(to.getParent());
      touched.add(to.getParent());
      touched.add(folder.getParent());
      isComplete &= move(folder, to);
    }
    Optional<Path> log = log();
    if (log.isPresent()) {
      disk.rename(log.get(), target.resolve(LOG));
      touched.add(log.get().getParent());
    }
    for (Path folder : touched) {
      disk.syncDirectory(folder);
    }
    if (isComplete) {
      AtomicFile.write(disk, target.resolve(MOVED), new byte[0]);
    }
  }

  /** Returns false if the disk refused; the next start tries it again. */
  private boolean move(Path folder, Path to) {
    try {
      disk.rename(folder, to);
      LOGGER.log(System.Logger.Level.INFO, "data of d-vecDB: {0} moved to {1}", folder, to);
      return true;
    } catch (IOException e) {
      fault(root.relativize(folder).toString(), "cannot be moved to " + to + ": " + e);
      return false;
    }
  }

  /** The folder of a time whose moving was broken off, or a new one. */
  private Path target(long nowMillis) throws IOException {
    for (String name : disk.list(imported)) {
      if (disk.isDirectory(imported.resolve(name))
          && !disk.exists(imported.resolve(name).resolve(MOVED))) {
        return imported.resolve(name);
      }
    }
    return newTime(nowMillis);
  }

  private Path newTime(long nowMillis) {
    String stamp = STAMP.format(Instant.ofEpochMilli(nowMillis));
    Path target = imported.resolve(stamp);
    for (int again = 2; disk.exists(target); again++) {
      target = imported.resolve(stamp + "-" + again);
    }
    return target;
  }

  private void fault(String folder, String reason) {
    faults.add(new Fault(folder, reason));
  }

  private Found pending() throws IOException {
    List<Pending> pending = new ArrayList<>();
    Set<CollectionName> names = new HashSet<>();
    for (String stamp : disk.list(imported)) {
      Path time = imported.resolve(stamp);
      Path log = time.resolve(LOG);
      for (String name : disk.isDirectory(time) ? disk.list(time) : List.<String>of()) {
        Path folder = time.resolve(name);
        if (name.startsWith(".")
            || NEVER.contains(name)
            || !disk.isDirectory(folder)
            || !disk.exists(folder.resolve(DvecMetadata.METADATA))
            || disk.exists(note(folder))) {
          continue;
        }
        try {
          CollectionConfig config = DvecMetadata.read(disk, folder);
          if (names.add(config.name())) {
            pending.add(
                new Pending(
                    config,
                    folder,
                    source(folder),
                    disk.exists(log) ? Optional.of(log) : Optional.empty()));
          } else {
            fault(IMPORTED + "/" + stamp + "/" + name, "another " + config.name() + " waits");
          }
        } catch (IOException e) {
          fault(IMPORTED + "/" + stamp + "/" + name, String.valueOf(e.getMessage()));
        }
      }
    }
    return new Found(pending, faults);
  }

  private Path source(Path folder) throws IOException {
    Path named = folder.resolve(SOURCE);
    return disk.exists(named)
        ? Path.of(new String(disk.readAll(named), StandardCharsets.UTF_8))
        : folder;
  }

  private static Path note(Path folder) {
    return folder.resolveSibling(folder.getFileName() + DONE);
  }
}

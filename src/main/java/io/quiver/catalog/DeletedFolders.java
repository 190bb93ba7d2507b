package io.quiver.catalog;

import io.quiver.core.CollectionName;
import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The folder {@code .deleted/}. What is kept there is called {@code
 * <name>_<YYYYmmdd_HHMMSS>_<uuid>}, in UTC; what is on its way out {@code .<name>_<uuid>}. A
 * collection's name begins with a letter or digit, so the two cannot be mistaken.
 *
 * <p>Thread safety: any thread, but one thread at a time changes what is kept.
 */
final class DeletedFolders {
  static final String FOLDER = ".deleted";

  private static final System.Logger LOG = System.getLogger(DeletedFolders.class.getName());
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd_HHmmss", Locale.ROOT);
  private static final Pattern KEPT =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)_([0-9]{8}_[0-9]{6})_[0-9a-f-]{36}");

  private final Disk disk;
  private final Path root;
  private volatile Set<UUID> keptNames = Set.of();

  DeletedFolders(Disk disk, Path root) {
    this.disk = disk;
    this.root = root;
  }

  /** Makes the folder, now, because a full disk may not take it later. */
  void prepare() {
    try {
      disk.createDirectories(folder());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "made at the first drop instead", e);
    }
  }

  /**
   * Moves a collection's folder here, to be kept.
   *
   * @param uuid the collection's in the log, or any other if it is not known
   * @return where it is now; {@link #sync} makes that durable
   */
  Path keep(CollectionName name, UUID uuid, long nowMillis) throws IOException {
    String stamp =
        STAMP.format(LocalDateTime.ofInstant(Instant.ofEpochMilli(nowMillis), ZoneOffset.UTC));
    return move(name, name + "_" + stamp + "_" + uuid);
  }

  /** The same, not to be kept: {@link #purge} frees the space. */
  Path remove(CollectionName name, UUID uuid) throws IOException {
    return move(name, "." + name + "_" + uuid);
  }

  private Path move(CollectionName name, String as) throws IOException {
    disk.createDirectories(folder());
    Path to = folder().resolve(as);
    disk.rename(root.resolve(name.value()), to);
    return to;
  }

  void sync() throws IOException {
    disk.syncDirectory(folder());
    disk.syncDirectory(root);
  }

  /** What can be restored, by name of the folder. */
  List<KeptCollection> kept() throws IOException {
    List<KeptCollection> kept = new ArrayList<>();
    for (String name : disk.list(folder())) {
      kept(name).ifPresent(kept::add);
    }
    return kept;
  }

  /** What a folder of this name holds, if it is one that is kept. */
  static Optional<KeptCollection> kept(String folder) {
    Matcher parts = KEPT.matcher(folder);
    if (!parts.matches() || !CollectionName.isValid(parts.group(1))) {
      return Optional.empty();
    }
    try {
      Instant since = LocalDateTime.parse(parts.group(2), STAMP).toInstant(ZoneOffset.UTC);
      CollectionName name = new CollectionName(parts.group(1));
      return Optional.of(new KeptCollection(folder, name, since.toEpochMilli()));
    } catch (DateTimeParseException e) {
      return Optional.empty(); // Not ours.
    }
  }

  Path path(KeptCollection kept) {
    return folder().resolve(kept.folder());
  }

  /**
   * Keeps no longer what is older; {@link #purge} frees the space.
   *
   * @return the folders' names
   */
  List<String> expire(Duration retention, long nowMillis) throws IOException {
    List<String> expired = new ArrayList<>();
    for (KeptCollection each : kept()) {
      if (nowMillis - each.sinceMillis() >= retention.toMillis()) {
        disk.rename(path(each), folder().resolve("." + each.folder()));
        expired.add(each.folder());
      }
    }
    if (!expired.isEmpty()) {
      disk.syncDirectory(folder());
    }
    return expired;
  }

  /** The uuids of collections that were taken away, as far as their folders' names are left. */
  static Set<UUID> uuids(Disk disk, Path root) throws IOException {
    return disk.list(root.resolve(FOLDER)).stream()
        .flatMap(name -> uuid(name).stream())
        .collect(Collectors.toSet());
  }

  private static Optional<UUID> uuid(String name) {
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

  /** Deletes what is on its way out. */
  void purge() throws IOException {
    for (String name : disk.list(folder())) {
      if (kept(name).isPresent()) {
        continue;
      }
      if (uuid(name).filter(keptNames::contains).isPresent()) {
        FileTree.deleteEntries(disk, folder().resolve(name));
      } else {
        FileTree.delete(disk, folder().resolve(name));
      }
    }
  }

  private Path folder() {
    return root.resolve(FOLDER);
  }
}

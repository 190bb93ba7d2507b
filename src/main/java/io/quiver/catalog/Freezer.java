package io.quiver.catalog;

import io.quiver.collection.CheckpointFile;
import io.quiver.collection.Collection;
import io.quiver.collection.Manifest;
import io.quiver.collection.StorageErrors;
import io.quiver.core.CollectionName;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * Gives the files of a collection's checkpoint second names in another folder: one moment of it, in
 * a time that does not depend on its size. Writes go on meanwhile.
 *
 * <p>Thread safety: any thread.
 */
public final class Freezer {
  private final Disk disk;
  private final Roster roster;
  private final Directory directory;

  Freezer(Disk disk, Roster roster, Directory directory) {
    this.disk = disk;
    this.roster = roster;
    this.directory = directory;
  }

  /**
   * A moment of a collection.
   *
   * @param files the frozen ones; beside them lies the manifest, {@code metadata.json}
   */
  public record Frozen(Manifest manifest, List<CheckpointFile> files) {
    public Frozen {
      files = List.copyOf(files);
    }
  }

  /**
   * Freezes a collection; durable when it returns, but for the name of the folder itself.
   *
   * @param into an empty folder on the same file system, which must know hard links
   * @throws QuiverException COLLECTION_NOT_FOUND, COLLECTION_DAMAGED, or what the disk refuses
   */
  public Frozen freeze(CollectionName name, Path into) {
    Collection collection =
        roster.find(name).orElseThrow(() -> QuiverException.collectionNotFound(name.value()));
    try {
      return collection.atCheckpoint((at, files) -> link(at, files, into));
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    }
  }

  private Frozen link(Manifest at, List<CheckpointFile> files, Path into) throws IOException {
    TreeSet<Path> folders = new TreeSet<>();
    for (CheckpointFile file : files) {
      Path to = into.resolve(file.path());
      if (folders.add(to.getParent())) {
        disk.createDirectories(to.getParent());
      }
      disk.link(file.source(), to);
    }
    for (Path folder : folders) {
      disk.syncDirectory(folder);
    }
    directory.save(into, at);
    return new Frozen(
        at,
        files.stream()
            .map(file -> new CheckpointFile(file.path(), into.resolve(file.path()), file.bytes()))
            .toList());
  }
}

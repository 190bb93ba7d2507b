package io.quiver.catalog;

import io.quiver.core.CollectionName;
import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * The folder {@code .staging/}, where files are put together that are to become a collection. What
 * is being made is called {@code .<uuid>}; what is ready to take the place of a collection has that
 * one's name: if a crash falls between the two renames of a replacement, the next start makes the
 * second one.
 */
final class Staging {
  static final String FOLDER = ".staging";

  private static final System.Logger LOG = System.getLogger(Staging.class.getName());

  private final Disk disk;
  private final Path root;

  Staging(Disk disk, Path root) {
    this.disk = disk;
    this.root = root;
  }

  /** A new folder of its own. */
  Path create(UUID uuid) throws IOException {
    Path folder = folder().resolve("." + uuid);
    disk.createDirectories(folder);
    return folder;
  }

  /** Says that a whole folder may take the place of this collection; durable when it returns. */
  Path ready(Path staged, CollectionName name) throws IOException {
    Path ready = folder().resolve(name.value());
    FileTree.delete(disk, ready);
    disk.rename(staged, ready);
    disk.syncDirectory(folder());
    disk.syncDirectory(root);
    return ready;
  }

  /** What was ready is not wanted any more. A failure leaves it, and joins the cause. */
  void discard(Path ready, Throwable cause) {
    try {
      FileTree.delete(disk, ready);
      disk.syncDirectory(folder());
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  void sync() throws IOException {
    disk.syncDirectory(folder());
  }

  /** At a start, before anybody looks for collections: ends what a crash interrupted. */
  void settle() throws IOException {
    if (!disk.exists(folder())) {
      return;
    }
    disk.syncDirectory(root);
    List<String> names = disk.list(folder());
    for (String name : names) {
      Path staged = folder().resolve(name);
      if (CollectionName.isValid(name) && !disk.exists(root.resolve(name))) {
        LOG.log(System.Logger.Level.INFO, "restore of {0} goes on where a crash fell", name);
        disk.rename(staged, root.resolve(name));
      } else {
        FileTree.delete(disk, staged);
      }
    }
    if (!names.isEmpty()) {
      disk.syncDirectory(root);
      disk.syncDirectory(folder());
    }
  }

  private Path folder() {
    return root.resolve(FOLDER);
  }
}

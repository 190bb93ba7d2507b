package io.quiver.catalog;

import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** Deletes folders with all that is in them. A failure leaves the rest of them. */
final class FileTree {
  private FileTree() {}

  /** No error if there is nothing. */
  static void delete(Disk disk, Path path) throws IOException {
    if (disk.isDirectory(path)) {
      deleteEntries(disk, path);
    }
    disk.delete(path);
  }

  static void deleteEntries(Disk disk, Path folder) throws IOException {
    for (String name : disk.list(folder)) {
      delete(disk, folder.resolve(name));
    }
  }
}

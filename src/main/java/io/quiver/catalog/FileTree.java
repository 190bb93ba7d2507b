package io.quiver.catalog;

import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** Deletes folders with all that is in them. A failure leaves the rest of them. */
public final class FileTree {
  private FileTree() {}

  /** No error if there is nothing. */
  public static void delete(Disk disk, Path path) throws IOException {
    if (disk.isDirectory(path)) {
      deleteEntries(disk, path);
    }
    disk.delete(path);
  }

  /** Deletes the entries whose names begin with a dot. */
  public static void deleteHidden(Disk disk, Path folder) throws IOException {
    for (String name : disk.list(folder)) {
      if (name.startsWith(".")) {
        delete(disk, folder.resolve(name));
      }
    }
  }

  static void deleteEntries(Disk disk, Path folder) throws IOException {
    for (String name : disk.list(folder)) {
      delete(disk, folder.resolve(name));
    }
  }
}

package io.quiver.migrate;

import io.quiver.disk.Disk;
import io.quiver.message.CollectionConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What is in a data directory of d-vecDB, wherever it lies: its collections and what its log says
 * was deleted of them. Only read; nothing is moved. Immutable.
 *
 * @param faults what was left out, with file and offset
 */
public record DvecDirectory(List<Entry> entries, List<String> faults) {
  private static final String LOG = "wal";

  /**
   * One collection.
   *
   * @param folder its files, for {@link DvecRows}
   */
  public record Entry(CollectionConfig config, Path folder, Set<UUID> deleted) {
    public Entry {
      deleted = Set.copyOf(deleted);
    }
  }

  public DvecDirectory {
    entries = List.copyOf(entries);
    faults = List.copyOf(faults);
  }

  /**
   * Reads what there is.
   *
   * @param folder the data directory, or the folder of one collection in it
   */
  public static DvecDirectory read(Disk disk, Path folder) throws IOException {
    Path here = folder.toAbsolutePath().normalize();
    List<String> faults = new ArrayList<>();
    if (disk.exists(here.resolve(DvecMetadata.METADATA))) {
      Path beside = here.resolveSibling(LOG);
      DvecLog log = readLog(disk, beside, faults);
      return new DvecDirectory(List.of(entry(disk, here, log)), faults);
    }
    DvecLog log = readLog(disk, here.resolve(LOG), faults);
    List<Entry> entries = new ArrayList<>();
    for (String name : disk.list(here)) {
      Path each = here.resolve(name);
      if (name.startsWith(".") || name.equals("snapshots") || !disk.isDirectory(each)) {
        continue;
      }
      switch (DvecFolder.of(disk, each)) {
        case COLLECTION -> {
          try {
            entries.add(entry(disk, each, log));
          } catch (IOException e) {
            faults.add(name + ": " + e.getMessage());
          }
        }
        case ORPHAN -> faults.add(name + ": has no metadata.json");
        case OTHER -> {}
      }
    }
    return new DvecDirectory(entries, faults);
  }

  private static Entry entry(Disk disk, Path folder, DvecLog log) throws IOException {
    CollectionConfig config = DvecMetadata.read(disk, folder);
    return new Entry(config, folder, log.deletedOf(config.name().value()));
  }

  private static DvecLog readLog(Disk disk, Path path, List<String> faults) throws IOException {
    if (!disk.exists(path) || disk.isDirectory(path)) {
      return DvecLog.NONE;
    }
    DvecLog log = DvecLog.read(disk, path);
    faults.addAll(log.problems());
    return log;
  }
}

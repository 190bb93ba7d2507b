package io.quiver.collection;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.message.CollectionStats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many bytes the files of a collection are long, by kind of file. */
final class DiskUse {
  private DiskUse() {}

  /** The figures of a collection whose files are not open: as of its last checkpoint. */
  static CollectionStats atRest(Environment environment, Manifest last) {
    return new CollectionStats(
        last.live(),
        0,
        0,
        last.count() - last.live(),
        0,
        0,
        last.checkpointLsn(),
        last.checkpointLsn(),
        Map.of(),
        of(environment, last));
  }

  static Map<String, Long> of(Environment environment, Manifest manifest) {
    return of(
        environment, manifest.shards().stream().map(Manifest.ShardCheckpoint::folder).toList());
  }

  static Map<String, Long> of(Environment environment, List<String> folders) {
    Map<String, Long> bytes = new TreeMap<>();
    for (String folder : folders) {
      addFolder(environment.disk(), environment.folder().resolve(folder), bytes);
    }
    return bytes;
  }

  private static void addFolder(Disk disk, Path folder, Map<String, Long> bytes) {
    try {
      for (String name : disk.list(folder)) {
        bytes.merge(name, size(disk, folder.resolve(name)), Long::sum);
      }
    } catch (IOException e) {
      bytes.putIfAbsent("unreadable folder " + folder.getFileName(), 0L);
    }
  }

  private static long size(Disk disk, Path path) {
    try (DiskFile file = disk.openReadOnly(path)) {
      return file.size();
    } catch (IOException e) {
      return 0; // Maintenance replaced or deleted it after it was listed.
    }
  }
}

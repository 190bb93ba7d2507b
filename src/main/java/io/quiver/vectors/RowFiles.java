package io.quiver.vectors;

import io.quiver.core.Metric;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Looks at a shard's files without mapping them: are they there, ours, and long enough? */
public final class RowFiles {
  private RowFiles() {}

  /**
   * Checks the files with rows as of a checkpoint: headers and lengths.
   *
   * @throws DamagedFileException naming the first file that is not as it must be
   * @throws IOException if the disk refuses
   */
  public static void expectWhole(
      Disk disk, Path folder, UUID uuid, int dimension, Metric metric, int count, long payloadBytes)
      throws IOException {
    RowLayout layout = new RowLayout(dimension, metric);
    Path vectors = folder.resolve("vectors.bin");
    Path ordinals = folder.resolve("ordinals.bin");
    expect(disk, vectors, RowLayout.VECTORS_MAGIC, uuid, layout.rowOffset(count));
    expect(disk, ordinals, RowLayout.ORDINALS_MAGIC, uuid, RowLayout.entryOffset(count));
    expect(disk, folder.resolve("payload.bin"), RowLayout.PAYLOAD_MAGIC, uuid, payloadBytes);
  }

  /** The files that rows are appended to, and how much of each counts, as of a checkpoint. */
  public static Map<String, Long> lengths(
      int dimension, Metric metric, int count, long payloadBytes) {
    return new TreeMap<>(
        Map.of(
            "vectors.bin", new RowLayout(dimension, metric).rowOffset(count),
            "ordinals.bin", RowLayout.entryOffset(count),
            "payload.bin", payloadBytes));
  }

  /** How long the files with rows are, as of a checkpoint. */
  public static long bytes(int dimension, Metric metric, int count, long payloadBytes) {
    return new RowLayout(dimension, metric).rowOffset(count)
        + RowLayout.entryOffset(count)
        + payloadBytes;
  }

  private static void expect(Disk disk, Path path, long magic, UUID uuid, long bytes)
      throws IOException {
    if (!disk.exists(path)) {
      throw new DamagedFileException(path, 0, bytes + " bytes", "no such file");
    }
    try (DiskFile file = disk.openReadOnly(path)) {
      FileHeader.read(file, path, magic, RowLayout.VERSION, uuid);
      long size = file.size();
      if (size < bytes) {
        throw new DamagedFileException(path, size, bytes + " bytes", size + " bytes");
      }
    }
  }
}

package io.quiver.hnsw;

import io.quiver.disk.Disk;
import io.quiver.disk.FileFault;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Checkpoints of a graph: {@code index.bin}, docs/formats/index.md. A checkpoint replaces the file
 * as a whole or not at all. Opening costs nothing per node: the base layer is mapped copy-on-write,
 * so only {@link #verify} reads all of it; a damaged link that slipped through leads a search
 * astray but never out of bounds.
 */
public final class GraphFile {
  /** What is verified at once. */
  public static final int BLOCK_BYTES = GraphFileLayout.BLOCK_BYTES;

  private GraphFile() {}

  /**
   * Writes the nodes below {@code ordinalLimit} and the links among them; inserts wait meanwhile.
   * Durable when it returns.
   *
   * @param uuid the collection's
   */
  public static void write(Disk disk, Path file, UUID uuid, Graph graph, int ordinalLimit)
      throws IOException {
    long stamp = graph.change.writeLock();
    try {
      new GraphFileWriter(graph, ordinalLimit).write(disk, file, uuid);
    } finally {
      graph.change.unlockWrite(stamp);
    }
  }

  /**
   * Opens a checkpoint.
   *
   * @param uuid the collection's; another one in the file is an error
   * @throws GraphFileException if header, upper layers or checksum table are damaged, or the file
   *     is too short
   * @throws NoSuchFileException if there is none
   * @throws IOException if the disk refuses
   */
  public static Graph open(Disk disk, Path file, UUID uuid) throws IOException {
    if (!disk.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    // A private mapping wants a file that could be written to.
    try (GraphFileReader reader = new GraphFileReader(disk.open(file), file, uuid)) {
      return reader.open();
    }
  }

  /**
   * The same, copied to memory from a file that need not be writable: for checks.
   *
   * @throws GraphFileException as {@link #open}
   */
  public static Graph copy(Disk disk, Path file, UUID uuid) throws IOException {
    try (GraphFileReader reader = new GraphFileReader(disk.openReadOnly(file), file, uuid)) {
      return reader.copy();
    }
  }

  /** Reads the whole file and returns what is wrong with it. */
  public static List<FileFault> verify(Disk disk, Path file, UUID uuid) throws IOException {
    return verify(disk, file, uuid, 0, Long.MAX_VALUE).faults();
  }

  /**
   * What reading some of a file found.
   *
   * @param next the block to go on with; 0 = that was the last, or nothing more can be known
   * @param bytes that were read
   */
  public record Verified(List<FileFault> faults, int next, long bytes) {}

  /**
   * Reads header, checksum table and some blocks, and returns what is wrong with them.
   *
   * @param first the block to begin with
   * @param bytes of blocks, about; at least one is read
   */
  public static Verified verify(Disk disk, Path file, UUID uuid, int first, long bytes)
      throws IOException {
    try (GraphFileReader reader = new GraphFileReader(disk.openReadOnly(file), file, uuid)) {
      int left = Math.max(0, reader.blocks() - first);
      int count = Math.clamp(bytes / GraphFileLayout.BLOCK_BYTES, 1, Math.max(1, left));
      List<FileFault> faults = reader.verify(first, count);
      long read = (long) count * GraphFileLayout.BLOCK_BYTES;
      return new Verified(
          faults, count < left ? first + count : 0, Math.min(read, disk.size(file)));
    } catch (GraphFileException e) {
      return new Verified(List.of(e.fault()), 0, 0);
    }
  }
}

package io.quiver.collection;

import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.FileFault;
import io.quiver.disk.MappedFile;
import io.quiver.disk.Refusal;
import io.quiver.hnsw.GraphFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a graph's lists lie: in a file that was mapped when the shard was opened, or in memory. A
 * graph that cannot be read where it lies is derived, so it can be built anew.
 *
 * <p>Thread safety: {@link #pageFault} and {@link #isLost} from any thread, the rest is
 * maintenance's.
 */
final class GraphBacking {
  /** Empty if the graph lies in memory. */
  private final Optional<Path> file;

  private final UUID uuid;
  private boolean isVerified;
  private boolean isReplaced;
  private final long bytes;
  private volatile Optional<InternalError> pageFault = Optional.empty();

  private GraphBacking(Optional<Path> file, UUID uuid, long bytes) {
    this.file = file;
    this.uuid = uuid;
    this.bytes = bytes;
  }

  static GraphBacking memory() {
    return new GraphBacking(Optional.empty(), new UUID(0, 0), 0);
  }

  static GraphBacking file(Path file, UUID uuid, long bytes) {
    return new GraphBacking(Optional.of(file), uuid, bytes);
  }

  /**
   * A page of the graph, or of the rows that it led to, could not be read.
   *
   * @return whether it may have been one of the graph
   */
  boolean pageFault(InternalError cause) {
    pageFault = Optional.of(cause);
    return file.isPresent();
  }

  /** Whether the graph should not be used any more. */
  boolean isLost() {
    return pageFault.isPresent();
  }

  /** A checkpoint put another file in the place of this one, which nobody can shorten by name. */
  void replaced() {
    isReplaced = true;
  }

  /** Reads the file, once; returns what is wrong with it. */
  Optional<String> verifyOnce(Disk disk) {
    if (file.isEmpty() || isVerified || isReplaced) {
      return Optional.empty();
    }
    try {
      List<FileFault> faults = GraphFile.verify(disk, file.get(), uuid);
      isVerified = true;
      return faults.stream().findFirst().map(FileFault::toString);
    } catch (IOException e) {
      if (Refusal.of(e) == Refusal.NO_HANDLES) {
        return Optional.empty(); // Says nothing of the file.
      }
      isVerified = true;
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Why the graph has to be built anew, if so. (A file that was deleted stays mapped.)
   *
   * @throws InternalError that was met, if the graph lies in memory: it was of the rows
   */
  Optional<String> whyLost(Disk disk) throws IOException {
    if (file.isPresent() && !isReplaced && disk.exists(file.get())) {
      try {
        new MappedFile(file.get(), bytes).expectWhole(disk);
      } catch (DamagedFileException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }
    if (pageFault.isPresent() && file.isEmpty()) {
      throw pageFault.get();
    }
    return pageFault.map(fault -> file.get() + ": " + fault.getMessage());
  }
}

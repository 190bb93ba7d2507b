package io.quiver.snapshot;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import io.quiver.message.FileBytes;
import io.quiver.message.UploadState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A snapshot on its way in: its head in memory, its files in a folder that nobody else knows. One
 * thread at a time.
 */
final class Upload {
  private final Disk disk;
  private final Path folder;
  private final Path root;
  private byte[] head = new byte[Archive.HEAD_BYTES];
  private Optional<Archive> archive = Optional.empty();
  private long receivedBytes;
  private long touchedNanos = System.nanoTime();

  /**
   * One that has not begun.
   *
   * @param folder for its files; made when it is known to be a snapshot
   * @param root a folder that is there, on the same disk
   */
  Upload(Disk disk, Path folder, Path root) {
    this.disk = disk;
    this.root = root;
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  long receivedBytes() {
    return receivedBytes;
  }

  long totalBytes() {
    return archive.map(Archive::totalBytes).orElse(UploadState.UNKNOWN);
  }

  Archive archive() {
    return archive.orElseThrow();
  }

  long idleNanos() {
    return System.nanoTime() - touchedNanos;
  }

  /**
   * Stores the next bytes. After an error what was stored of them counts.
   *
   * @throws QuiverException INVALID_ARGUMENT if they cannot be of a snapshot, STORAGE_FULL
   */
  void append(FileBytes bytes) throws IOException {
    touchedNanos = System.nanoTime();
    int from = 0;
    while (from < bytes.size()) {
      int count = archive.isPresent() ? write(bytes, from) : collect(bytes, from);
      from += count;
      receivedBytes += count;
    }
  }

  private int collect(FileBytes bytes, int from) throws IOException {
    int filled = (int) receivedBytes;
    int count = Math.min(bytes.size() - from, head.length - filled);
    bytes.copyTo(from, head, filled, count);
    if (filled + count < head.length) {
      return count;
    }
    if (head.length == Archive.HEAD_BYTES) {
      head = Arrays.copyOf(head, Archive.HEAD_BYTES + Archive.indexBytes(head));
    } else {
      archive = Optional.of(withRoom(Archive.parse(head)));
      disk.createDirectories(folder);
      head = new byte[0];
    }
    return count;
  }

  /** The last bytes of a disk are left to the log. */
  private Archive withRoom(Archive found) throws IOException {
    long usable = disk.usableBytes(root);
    if (found.totalBytes() > usable - usable / 8) {
      throw new QuiverException(
          ErrorCode.STORAGE_FULL,
          "no room for the snapshot: want=%d got=%d bytes".formatted(found.totalBytes(), usable));
    }
    return found;
  }

  private int write(FileBytes bytes, int from) throws IOException {
    if (receivedBytes == archive().totalBytes()) {
      throw QuiverException.invalid("body", "the end", "more bytes");
    }
    return archive().write(disk, folder, receivedBytes, bytes, from);
  }
}

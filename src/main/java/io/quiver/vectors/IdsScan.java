package io.quiver.vectors;

import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Reads one {@code ids.bin} a piece at a time and verifies its checksum; holds no file between two
 * pieces. One thread.
 */
public final class IdsScan {
  private static final int BUFFER_BYTES = 1 << 20;

  private final UUID uuid;
  private final long lsn;
  private final CRC32C crc = new CRC32C();
  private long done;
  private boolean isDone;

  /**
   * A scan that has read nothing yet.
   *
   * @param uuid the collection's
   * @param lsn of the checkpoint that the file belongs to
   */
  public IdsScan(UUID uuid, long lsn) {
    this.uuid = uuid;
    this.lsn = lsn;
  }

  /** Whether all of it was read. */
  public boolean isDone() {
    return isDone;
  }

  public long doneBytes() {
    return done;
  }

  /** The checkpoint that the file belongs to. */
  public long lsn() {
    return lsn;
  }

  /**
   * Reads on.
   *
   * @param path of the file, which may have been renamed since the last time
   * @return how many bytes were read, about {@code bytes} at most
   * @throws DamagedFileException if there is no such file, or header, size or checksum are wrong
   * @throws IOException if the disk refuses to read
   */
  public long read(Disk disk, Path path, long bytes) throws IOException {
    if (!disk.exists(path)) {
      throw new DamagedFileException(path, 0, "an id table", "no such file");
    }
    try (DiskFile file = disk.openReadOnly(path)) {
      FileHeader header = IdsFile.header(file, path, uuid);
      if (header.b() != lsn) {
        throw new DamagedFileException(path, 32, "LSN " + lsn, "LSN " + header.b());
      }
      long end = IdsFile.bodyBytes(header);
      long until = Math.min(end, done + bytes);
      long from = done;
      MemorySegment buffer =
          MemorySegment.ofArray(new byte[(int) Math.min(BUFFER_BYTES, until - done)]);
      while (done < until) {
        MemorySegment piece = buffer.asSlice(0, Math.min(buffer.byteSize(), until - done));
        file.read(FileHeader.BYTES + done, piece);
        crc.update(piece.asByteBuffer());
        done += piece.byteSize();
      }
      if (done == end) {
        MemorySegment sum = MemorySegment.ofArray(new byte[Integer.BYTES]);
        file.read(FileHeader.BYTES + end, sum);
        IdsFile.expectCrc(path, sum.get(RowLayout.INT, 0), (int) crc.getValue());
        isDone = true;
      }
      return FileHeader.BYTES + done - from;
    }
  }
}

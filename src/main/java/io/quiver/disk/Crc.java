package io.quiver.disk;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/** CRC32C (RFC 3720, appendix B.4), the checksum of every file. */
public final class Crc {
  private static final long SLICE_BYTES_MAX = 1 << 30;
  private static final int COPY_BYTES = 16 << 10;

  private static final ThreadLocal<byte[]> COPY =
      ThreadLocal.withInitial(() -> new byte[COPY_BYTES]);

  private Crc() {}

  /** The checksum of {@code bytes[offset .. offset + length)}. */
  public static int of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /** The checksum of a whole segment, which is native memory or a {@code byte[]}. */
  public static int of(MemorySegment segment) {
    CRC32C crc = new CRC32C();
    if (segment.isMapped()) {
      updateByCopies(crc, segment);
      return (int) crc.getValue();
    }
    long size = segment.byteSize();
    for (long done = 0; done < size; done += SLICE_BYTES_MAX) {
      crc.update(segment.asSlice(done, Math.min(SLICE_BYTES_MAX, size - done)).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  /**
   * A page of a mapped file that cannot be read is an {@link InternalError} while it is copied; in
   * the routine that computes checksums it would end the process.
   */
  private static void updateByCopies(CRC32C crc, MemorySegment mapped) {
    byte[] copy = COPY.get();
    long size = mapped.byteSize();
    for (long done = 0; done < size; done += COPY_BYTES) {
      int bytes = (int) Math.min(COPY_BYTES, size - done);
      MemorySegment.copy(mapped, ValueLayout.JAVA_BYTE, done, copy, 0, bytes);
      crc.update(copy, 0, bytes);
    }
  }

  /** The checksum of {@code segment[offset .. offset + length)}. */
  public static int of(MemorySegment segment, long offset, long length) {
    return of(segment.asSlice(offset, length));
  }
}

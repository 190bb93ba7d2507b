package io.quiver.disk;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** CRC32C (RFC 3720, appendix B.4), the checksum of every file. */
public final class Crc {
  private static final long SLICE_BYTES_MAX = 1 << 30;

  private Crc() {}

  /** The checksum of {@code bytes[offset .. offset + length)}. */
  public static int of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /**
   * The checksum of a whole segment, which is native memory or a {@code byte[]}; copies nothing.
   */
  public static int of(MemorySegment segment) {
    CRC32C crc = new CRC32C();
    long size = segment.byteSize();
    for (long done = 0; done < size; done += SLICE_BYTES_MAX) {
      crc.update(segment.asSlice(done, Math.min(SLICE_BYTES_MAX, size - done)).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  /** The checksum of {@code segment[offset .. offset + length)}. */
  public static int of(MemorySegment segment, long offset, long length) {
    return of(segment.asSlice(offset, length));
  }
}

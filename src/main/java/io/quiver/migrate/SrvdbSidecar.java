package io.quiver.migrate;

import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * A small file of SrvDB that says how rows are coded, in both spellings: bincode with numbers of 8
 * bytes up to 0.2, and since 0.3 behind a header, with numbers of as many bytes as they need.
 *
 * <pre>
 *   since 0.3   8 bytes magic | u32 = 1 | u64 length | u32 CRC-32 | content
 * </pre>
 *
 * <p>Belongs to one thread.
 */
final class SrvdbSidecar {
  private static final int HEADER_BYTES = 24;

  /** Codebooks of the largest dimension: 4,096 × 256 floats, and their lengths. */
  private static final int BYTES_MAX = 8 << 20;

  private static final int NUMBER_BYTES_MAX = 5;

  private final FileWindow file;
  private final ByteBuffer in;
  private final boolean isNew;

  private SrvdbSidecar(FileWindow file, ByteBuffer in, boolean isNew) {
    this.file = file;
    this.in = in;
    this.isNew = isNew;
  }

  /**
   * Opens a file and reads it whole.
   *
   * @param magic of the newer spelling, 8 characters
   */
  static SrvdbSidecar read(Disk disk, Path path, String magic) throws IOException {
    try (FileWindow file = FileWindow.open(disk, path)) {
      if (file.size() > BYTES_MAX) {
        throw file.malformed("size", 0, "expected at most " + BYTES_MAX + " bytes");
      }
      byte[] bytes = new byte[(int) file.size()];
      file.at(0, bytes.length).get(bytes);
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      boolean isNew =
          bytes.length >= HEADER_BYTES
              && new String(bytes, 0, 8, StandardCharsets.ISO_8859_1).equals(magic);
      if (isNew) {
        checkHeader(file, in);
      }
      return new SrvdbSidecar(file, in, isNew);
    }
  }

  private static void checkHeader(FileWindow file, ByteBuffer in) throws MalformedFileException {
    int version = in.getInt(8);
    long length = in.getLong(12);
    if (version != 1) {
      throw file.malformed(
          "header", 8, "version: expected 1, got " + Integer.toUnsignedLong(version));
    }
    if (length != in.capacity() - HEADER_BYTES) {
      throw file.malformed(
          "header",
          12,
          "length: expected %d, got %s"
              .formatted(in.capacity() - HEADER_BYTES, Long.toUnsignedString(length)));
    }
    CRC32 crc = new CRC32();
    crc.update(in.slice(HEADER_BYTES, in.capacity() - HEADER_BYTES));
    if ((int) crc.getValue() != in.getInt(20)) {
      throw file.malformed("header", 20, "the checksum does not hold");
    }
    in.position(HEADER_BYTES);
  }

  /** Whether it is in the newer spelling. */
  boolean isNew() {
    return isNew;
  }

  int remaining() {
    return in.remaining();
  }

  /** Reads a number that can be only this one. */
  void expect(String what, int wanted) throws MalformedFileException {
    int at = in.position();
    long got = number(what);
    if (got != wanted) {
      throw file.malformed(
          what, at, "expected %d, got %s".formatted(wanted, Long.toUnsignedString(got)));
    }
  }

  /** Reads a number in {@code [1, max]}. */
  int number(String what, int max) throws MalformedFileException {
    int at = in.position();
    long got = number(what);
    if (got < 1 || got > max) {
      throw file.malformed(
          what, at, "expected 1 to %d, got %s".formatted(max, Long.toUnsignedString(got)));
    }
    return (int) got;
  }

  private long number(String what) throws MalformedFileException {
    if (!isNew) {
      need(what, Long.BYTES);
      return in.getLong();
    }
    long value = 0;
    for (int i = 0; i < NUMBER_BYTES_MAX; i++) {
      need(what, 1);
      byte next = in.get();
      value |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw file.malformed(what, in.position(), "a number of more than 5 bytes");
  }

  /** Reads finite floats. */
  float[] floats(String what, int count) throws MalformedFileException {
    need(what, count * Float.BYTES);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.getFloat();
      if (!Float.isFinite(values[i])) {
        throw file.malformed(what, in.position() - Float.BYTES, "not finite: " + values[i]);
      }
    }
    return values;
  }

  /** Sees that nothing is left. */
  void end() throws MalformedFileException {
    if (in.hasRemaining()) {
      throw file.malformed("content", in.position(), in.remaining() + " bytes too many");
    }
  }

  MalformedFileException malformed(String what, String problem) {
    return file.malformed(what, in.position(), problem);
  }

  private void need(String what, int bytes) throws MalformedFileException {
    if (in.remaining() < bytes) {
      throw file.malformed(
          what, in.position(), "expected %d bytes, got %d".formatted(bytes, in.remaining()));
    }
  }
}

package io.quiver.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Builds the vector files of SrvDB byte by byte from their layout. */
public final class SrvdbWriter {
  /** What memory happened to hold where the older header has its gap, in a file of 0.1.6. */
  private static final byte[] GAP = {0x44, 0x7F, 0, 0};

  private SrvdbWriter() {}

  /** A header of version 4. */
  public static byte[] header(int dimension, long count, int coding) {
    ByteBuffer out = little(24).putInt(0x53764442).putShort((short) 4).putShort((short) dimension);
    return bytes(out.putLong(count).put((byte) coding));
  }

  /** A header of version 1 to 3. */
  public static byte[] oldHeader(int version, long count, boolean isCoded) {
    ByteBuffer out = little(24).putInt(0x53764442).put(GAP).putLong(count);
    return bytes(out.putShort((short) version).put((byte) (isCoded ? 1 : 0)));
  }

  public static byte[] floats(float... values) {
    ByteBuffer out = little(4 * values.length);
    for (float value : values) {
      out.putFloat(value);
    }
    return bytes(out);
  }

  /** Numbers of 8 bytes, as releases before 0.3 wrote them. */
  public static byte[] longs(long... values) {
    ByteBuffer out = little(8 * values.length);
    for (long value : values) {
      out.putLong(value);
    }
    return bytes(out);
  }

  /** Numbers in 7 bits a byte, as 0.3 writes them. */
  public static byte[] varints(long... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (long value : values) {
      long rest = value;
      while (rest > 127) {
        out.write((int) ((rest & 127) | 128));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
    return out.toByteArray();
  }

  /** The frame that 0.3 puts around what it keeps beside the vectors. */
  public static byte[] framed(String magic, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    ByteBuffer head = little(24).put(magic.getBytes(StandardCharsets.US_ASCII)).putInt(1);
    head.putLong(content.length).putInt((int) crc.getValue());
    return joined(bytes(head), content);
  }

  public static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] bytes(ByteBuffer from) {
    byte[] bytes = new byte[from.capacity()];
    from.get(0, bytes);
    return bytes;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

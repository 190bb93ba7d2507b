package io.quiver.message;

import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Reads what {@link BinaryWriter} wrote, from native memory or a {@code byte[]}. The bytes may be
 * torn or hostile: every method throws {@link QuiverException} INVALID_ARGUMENT when they are not
 * what it reads, and no length is believed (nor memory taken for it) before that many bytes are
 * there. What is returned shares no memory with the source. Not thread-safe.
 */
public final class BinaryReader {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final char REPLACEMENT = '\uFFFD';

  private final MemorySegment source;
  private final long size;
  private long position;

  public BinaryReader(MemorySegment source) {
    this.source = source;
    this.size = source.byteSize();
  }

  public BinaryReader(byte[] source) {
    this(MemorySegment.ofArray(source));
  }

  public long remaining() {
    return size - position;
  }

  public int getByte() {
    return source.get(ValueLayout.JAVA_BYTE, advance(1)) & 0xFF;
  }

  public boolean getBoolean() {
    int value = getByte();
    if (value > 1) {
      throw invalid("0 or 1", value);
    }
    return value == 1;
  }

  public int getInt() {
    return source.get(INT, advance(Integer.BYTES));
  }

  public long getLong() {
    return source.get(LONG, advance(Long.BYTES));
  }

  public float getFloat() {
    return Float.intBitsToFloat(getInt());
  }

  /** See {@link BinaryWriter#putVarint}; all 32 bits, so it may be negative. */
  public int getVarint() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = getByte();
      value |= (next & 0x7F) << shift;
      if (next < 0x80) {
        if (shift == 28 && next > 0x0F) {
          throw invalid("a number of 32 bits", "more");
        }
        return value;
      }
    }
    throw invalid("a number of at most 5 bytes", "more");
  }

  public String getString() {
    byte[] utf8 = getBytes(getLength(1));
    String text = new String(utf8, StandardCharsets.UTF_8);
    // The decoder puts the replacement character where the bytes are no text: only then compare.
    if (text.indexOf(REPLACEMENT) >= 0
        && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), utf8)) {
      throw invalid("well-formed UTF-8", text);
    }
    return text;
  }

  public Metadata getMetadata() {
    int length = getLength(1);
    if (length > Limits.METADATA_BYTES_MAX) {
      throw invalid("metadata of at most " + Limits.METADATA_BYTES_MAX + " bytes", length);
    }
    return Metadata.owning(getBytes(length));
  }

  FileBytes getFileBytes() {
    int length = getLength(1);
    if (length > Limits.FILE_BYTES_MAX) {
      throw invalid("at most " + Limits.FILE_BYTES_MAX + " bytes", length);
    }
    return FileBytes.owning(getBytes(length));
  }

  public DenseVector getVector() {
    int dimension = getLength(Float.BYTES);
    if (dimension == 0) {
      return DenseVector.NONE;
    }
    if (dimension > Limits.DIMENSION_MAX) {
      throw invalid("a dimension of at most " + Limits.DIMENSION_MAX, dimension);
    }
    float[] components = new float[dimension];
    long from = advance((long) dimension * Float.BYTES);
    MemorySegment.copy(source, FLOAT, from, components, 0, dimension);
    return DenseVector.owning(components);
  }

  /**
   * A list as written by {@link BinaryWriter#putList}.
   *
   * @param elementBytesMin bytes that the smallest element takes, at least 1
   */
  public <T> List<T> getList(int elementBytesMin, Function<BinaryReader, T> element) {
    int count = getLength(elementBytesMin);
    List<T> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(element.apply(this));
    }
    return list;
  }

  /** Refuses bytes after the message. */
  public void expectEnd() {
    if (remaining() != 0) {
      throw invalid("the end", remaining() + " more bytes");
    }
  }

  /** The error for a value at the present position that cannot be. */
  QuiverException invalid(String expected, Object got) {
    return QuiverException.invalid("encoded message, offset " + position, expected, got);
  }

  private byte[] getBytes(int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, advance(length), bytes, 0, length);
    return bytes;
  }

  /** A count of elements that the remaining bytes can hold. */
  private int getLength(int elementBytesMin) {
    int count = getVarint();
    if (count < 0 || count > remaining() / elementBytesMin) {
      throw invalid(
          "at most " + remaining() / elementBytesMin + " elements", Integer.toUnsignedLong(count));
    }
    return count;
  }

  private long advance(long bytes) {
    if (bytes > size - position) {
      throw invalid(bytes + " more bytes", remaining());
    }
    long from = position;
    position += bytes;
    return from;
  }
}

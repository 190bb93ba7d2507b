package io.quiver.message;

import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A growing buffer of little-endian values (docs/formats/message.md). Reused from message to
 * message by one owner: {@link #reset()} keeps the memory unless it grew beyond {@value
 * #KEPT_BYTES_MAX} bytes. Not thread-safe.
 */
public final class BinaryWriter {
  /** Most memory that an idle writer holds. */
  private static final int KEPT_BYTES_MAX = 4 << 20;

  private static final int INITIAL_BYTES = 1 << 10;
  private static final int BYTES_MAX = Integer.MAX_VALUE - 16;
  private static final int VARINT_BYTES_MAX = 5;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[INITIAL_BYTES];
  private MemorySegment memory = MemorySegment.ofArray(bytes);
  private int size;

  /** Forgets what was written. */
  public void reset() {
    size = 0;
    if (bytes.length > KEPT_BYTES_MAX) {
      use(new byte[INITIAL_BYTES]);
    }
  }

  /** Bytes written since the last {@link #reset()}. */
  public int size() {
    return size;
  }

  /** What was written, not copied: valid until the next call of any method that changes it. */
  public MemorySegment segment() {
    return memory.asSlice(0, size);
  }

  /** What was written, as a fresh array. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  public void putByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  public void putBoolean(boolean value) {
    putByte(value ? 1 : 0);
  }

  public void putInt(int value) {
    ensure(Integer.BYTES);
    INT.set(bytes, size, value);
    size += Integer.BYTES;
  }

  public void putLong(long value) {
    ensure(Long.BYTES);
    LONG.set(bytes, size, value);
    size += Long.BYTES;
  }

  public void putFloat(float value) {
    putInt(Float.floatToRawIntBits(value));
  }

  /** Seven bits a byte, low bits first, the high bit set on all bytes but the last. */
  public void putVarint(int value) {
    ensure(VARINT_BYTES_MAX);
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Its length in UTF-8 bytes, then those. */
  public void putString(String text) {
    int length = text.length();
    if (!isAscii(text)) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      putVarint(utf8.length);
      ensure(utf8.length);
      System.arraycopy(utf8, 0, bytes, size, utf8.length);
      size += utf8.length;
      return;
    }
    putVarint(length);
    ensure(length);
    for (int i = 0; i < length; i++) {
      bytes[size + i] = (byte) text.charAt(i);
    }
    size += length;
  }

  /** Its length in bytes (0 = absent), then the text. */
  public void putMetadata(Metadata metadata) {
    putVarint(metadata.bytes());
    ensure(metadata.bytes());
    metadata.copyTo(bytes, size);
    size += metadata.bytes();
  }

  /** Its dimension (0 = none), then the components. */
  public void putVector(DenseVector vector) {
    putVarint(vector.dimension());
    int length = vector.dimension() * Float.BYTES;
    ensure(length);
    vector.copyTo(memory, size);
    size += length;
  }

  public void putFileBytes(FileBytes file) {
    putVarint(file.size());
    ensure(file.size());
    file.copyTo(0, bytes, size, file.size());
    size += file.size();
  }

  /** The number of elements, then each. */
  public <T> void putList(List<T> list, BiConsumer<BinaryWriter, T> element) {
    putVarint(list.size());
    for (T one : list) {
      element.accept(this, one);
    }
  }

  private static boolean isAscii(String text) {
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      bits |= text.charAt(i);
    }
    return bits < 0x80;
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      grow(more);
    }
  }

  private void grow(int more) {
    long wanted = (long) size + more;
    if (wanted > BYTES_MAX) {
      throw new QuiverException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "message too large: want=%d bytes max=%d".formatted(wanted, BYTES_MAX));
    }
    use(Arrays.copyOf(bytes, (int) Math.min(BYTES_MAX, Math.max(wanted, 2L * bytes.length))));
  }

  private void use(byte[] other) {
    bytes = other;
    memory = MemorySegment.ofArray(other);
  }
}

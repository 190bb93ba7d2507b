package io.quiver.message;

import io.quiver.core.Limits;
import java.util.Arrays;
import java.util.HexFormat;

/** A run of bytes of a file, at most {@link Limits#FILE_BYTES_MAX}. Immutable. */
public final class FileBytes {
  public static final FileBytes NONE = new FileBytes(new byte[0]);

  private final byte[] bytes;

  private FileBytes(byte[] bytes) {
    Limits.check("bytes", bytes.length, 0, Limits.FILE_BYTES_MAX);
    this.bytes = bytes;
  }

  /** Takes a copy. */
  public static FileBytes of(byte[] bytes) {
    return new FileBytes(bytes.clone());
  }

  /** Takes the array itself: nobody may write to it any more. */
  public static FileBytes owning(byte[] bytes) {
    return new FileBytes(bytes);
  }

  public int size() {
    return bytes.length;
  }

  /** Copies {@code bytes[from .. from + count)} to {@code target[at ..)}. */
  public void copyTo(int from, byte[] target, int at, int count) {
    System.arraycopy(bytes, from, target, at, count);
  }

  /** A copy of all of it. */
  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileBytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    byte[] first = Arrays.copyOf(bytes, Math.min(bytes.length, 8));
    return bytes.length + " bytes " + HexFormat.of().formatHex(first);
  }
}

package io.quiver.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The JSON object that travels with a vector, as its exact UTF-8 text: what was given comes back
 * byte for byte. Immutable.
 */
public final class Metadata {
  /** No metadata was given: {@code null} in JSON. */
  public static final Metadata ABSENT = new Metadata(new byte[0]);

  private final byte[] utf8;

  private Metadata(byte[] utf8) {
    this.utf8 = utf8;
  }

  /**
   * Takes the array over without copying: the caller must never write to it again, and vouches that
   * it is the UTF-8 text of a JSON object.
   */
  public static Metadata owning(byte[] utf8) {
    if (utf8.length == 0) {
      return ABSENT;
    }
    if (utf8.length > Limits.METADATA_BYTES_MAX) {
      throw QuiverException.invalid(
          "metadata", "at most " + Limits.METADATA_BYTES_MAX + " bytes", utf8.length + " bytes");
    }
    return new Metadata(utf8);
  }

  /**
   * Metadata that an application has as text.
   *
   * @param json a JSON object, or nothing at all
   * @throws QuiverException INVALID_ARGUMENT if it is neither
   */
  public static Metadata ofJson(String json) {
    if (!Required.value("metadata", json).isEmpty()) {
      MetadataSyntax.check(json);
    }
    return owning(json.getBytes(StandardCharsets.UTF_8));
  }

  public boolean isAbsent() {
    return utf8.length == 0;
  }

  public int bytes() {
    return utf8.length;
  }

  /** Copies the UTF-8 text to {@code target[offset ..]}. */
  public void copyTo(MemorySegment target, long offset) {
    MemorySegment.copy(utf8, 0, target, ValueLayout.JAVA_BYTE, offset, utf8.length);
  }

  /** A fresh copy of the UTF-8 text. */
  public byte[] toUtf8() {
    return utf8.clone();
  }

  /** Copies the UTF-8 text to {@code target[offset .. offset + bytes())}. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(utf8, 0, target, offset, utf8.length);
  }

  /** The JSON text; empty when absent. */
  public String json() {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Metadata that && Arrays.equals(utf8, that.utf8);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(utf8);
  }

  @Override
  public String toString() {
    return isAbsent() ? "absent" : json();
  }
}

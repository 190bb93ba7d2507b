package io.quiver.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An immutable vector of finite float32 components. NaN and infinities are refused when it is made,
 * naming the position; whether a zero vector is allowed depends on the metric and is checked by the
 * collection. Safe to share between threads.
 */
public final class DenseVector {
  /** No vector: dimension 0. Stands where a reply was asked to leave vectors out. */
  public static final DenseVector NONE = new DenseVector(new float[0]);

  private static final ValueLayout.OfFloat LITTLE_ENDIAN_FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int EXPONENT_MASK = 0x7F80_0000;
  private static final int EXPONENT_ONE = 0x0080_0000;

  private final float[] components;

  private DenseVector(float[] components) {
    this.components = components;
  }

  /** Copies {@code components[0 .. length)}. */
  public static DenseVector of(float... components) {
    return owning(components.clone());
  }

  /**
   * Takes the array over without copying: the caller must never write to it again.
   *
   * @throws QuiverException INVALID_ARGUMENT if it is empty, too long, or a component is not finite
   */
  public static DenseVector owning(float[] components) {
    if (components.length == 0 || components.length > Limits.DIMENSION_MAX) {
      throw QuiverException.invalid(
          "vector", "1 to " + Limits.DIMENSION_MAX + " components", components.length);
    }
    if (!allFinite(components)) {
      throw notFinite(components);
    }
    return new DenseVector(components);
  }

  public int dimension() {
    return components.length;
  }

  public float get(int index) {
    return components[index];
  }

  /** Copies all components to {@code target[offset ..]}. */
  public void copyTo(float[] target, int offset) {
    System.arraycopy(components, 0, target, offset, components.length);
  }

  /** Copies all components as little-endian float32 to {@code target[offsetBytes ..]}. */
  public void copyTo(MemorySegment target, long offsetBytes) {
    MemorySegment.copy(components, 0, target, LITTLE_ENDIAN_FLOAT, offsetBytes, components.length);
  }

  /** A fresh copy of the components. */
  public float[] toArray() {
    return components.clone();
  }

  /** Equal when all components have the same bits. */
  @Override
  public boolean equals(Object other) {
    return other instanceof DenseVector that && Arrays.equals(components, that.components);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(components);
  }

  @Override
  public String toString() {
    return "DenseVector[" + components.length + "]";
  }

  /**
   * An exponent of ones (infinity, NaN) plus one carries into the sign bit; no other does. Without
   * a branch in it the loop runs on vector registers: every vector on every way in passes here.
   */
  private static boolean allFinite(float[] components) {
    int carries = 0;
    for (float component : components) {
      carries |= (Float.floatToRawIntBits(component) & EXPONENT_MASK) + EXPONENT_ONE;
    }
    return carries >= 0;
  }

  private static QuiverException notFinite(float[] components) {
    int i = 0;
    while (Float.isFinite(components[i])) {
      i++;
    }
    return QuiverException.invalid("vector[" + i + "]", "a finite float32", components[i]);
  }
}

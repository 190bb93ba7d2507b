package io.quiver.vectors;

/** A set of ordinals that never changes while a reader holds it. */
@FunctionalInterface
public interface Bits {
  /** No ordinal is in it. */
  Bits NONE = ordinal -> false;

  boolean contains(int ordinal);
}

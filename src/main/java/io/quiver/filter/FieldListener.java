package io.quiver.filter;

/** Somebody who is told what stands at one path of a document; {@link DocumentWalk} tells. */
interface FieldListener {
  /** The path reached a string, number, boolean or null. */
  default void value(FilterValue value, boolean inArray) {}

  /** The path reached an object. */
  default void object(boolean inArray) {}

  /** An object that was reached has these degrees. */
  default void place(double lat, double lon) {}

  /** The path reached an array, whose elements follow. */
  default void array() {}

  /** The path reached an array of so many elements, not as an element itself. */
  default void counted(long elements) {}

  /** Whether it wants to hear of {@link #place}. */
  boolean asksForPlaces();
}

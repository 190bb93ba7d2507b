package io.quiver.core;

import java.util.List;

/** Refuses what is missing as INVALID_ARGUMENT of its field, for a null is nobody's value. */
public final class Required {
  private Required() {}

  /** The value, which is there. */
  public static <T> T value(String field, T value) {
    if (value == null) {
      throw QuiverException.invalid(field, "a value", "nothing");
    }
    return value;
  }

  /** An immutable copy of a list that is there, with all its elements. */
  public static <T> List<T> list(String field, List<T> values) {
    value(field, values);
    try {
      return List.copyOf(values);
    } catch (NullPointerException missing) {
      throw QuiverException.invalid(field + "[" + values.indexOf(null) + "]", "a value", "nothing");
    }
  }
}

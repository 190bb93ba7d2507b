package io.quiver.filter;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where in a filter the parser stands, for its errors: {@code filter.$and[2].price.$gte}.
 *
 * @param level conditions around this place
 */
record At(String place, int level) {
  At key(String key) {
    return new At(place + "." + QuiverException.clip(key), level);
  }

  At index(int index) {
    return new At(place + "[" + index + "]", level);
  }

  /** One level deeper. */
  At deeper() {
    if (level == Limits.FILTER_DEPTH_MAX) {
      throw invalid("at most " + Limits.FILTER_DEPTH_MAX + " levels", "more");
    }
    return new At(place, level + 1);
  }

  QuiverException invalid(String expected, Object got) {
    return QuiverException.invalid(place, expected, shown(got));
  }

  /** What a record makes of the values that stand here; its refusals name this place. */
  <T> T made(Supplier<T> make) {
    try {
      return make.get();
    } catch (QuiverException e) {
      String expected = e.details().getOrDefault("expected", e.getMessage());
      throw QuiverException.invalid(place, expected, e.details().getOrDefault("got", ""));
    }
  }

  @SuppressWarnings("unchecked")
  Map<String, Object> object(Object value) {
    if (value instanceof Map<?, ?> map) {
      for (Object key : map.keySet()) {
        if (!(key instanceof String)) {
          throw invalid("keys that are strings", key);
        }
      }
      return (Map<String, Object>) map;
    }
    throw invalid("an object", value);
  }

  List<?> list(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw invalid("a list", value);
  }

  String text(Object value) {
    if (value instanceof String text) {
      return wellFormed(text);
    }
    throw invalid("a string", value);
  }

  /** Refuses half a surrogate pair, which no metadata have and no encoding carries. */
  String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSurrogatePair(
            text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : (char) 0)) {
          throw invalid("well-formed Unicode", "a lone surrogate");
        }
        i++;
      }
    }
    return text;
  }

  boolean truth(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw invalid("true or false", value);
  }

  double number(Object value) {
    return switch (value) {
      case FilterValue.Whole(long whole) -> whole;
      case FilterValue.Fraction(double fraction) -> fraction;
      case Number number -> number.doubleValue();
      case null, default -> throw invalid("a number", value);
    };
  }

  FieldPath path(Object value) {
    String text = text(value);
    return made(() -> FieldPath.parse(text));
  }

  /** Refuses other keys than these. */
  void expectOnly(Map<String, Object> object, Collection<String> known) {
    for (String key : object.keySet()) {
      if (!known.contains(key)) {
        throw key(key).invalid("one of " + String.join(", ", known), key);
      }
    }
  }

  private static String shown(Object got) {
    return switch (got) {
      case null -> "null";
      case FilterValue.Whole(long whole) -> Long.toString(whole);
      case FilterValue.Fraction(double fraction) -> Double.toString(fraction);
      case Map<?, ?> map -> "an object";
      case List<?> list -> "a list";
      default -> got.toString();
    };
  }
}

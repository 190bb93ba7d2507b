package io.quiver.filter;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked of the values at a path. The values are what the path reaches with every array
 * entered, nested ones too. A condition that {@link OnValues asks for a value} is met if one of
 * them meets it; a value of another type does not.
 */
public sealed interface Condition {
  /** Met by a field with a value that {@link #test} takes. */
  sealed interface OnValues extends Condition {
    /** True if this one value meets the condition. */
    boolean test(FilterValue value);
  }

  /** Asks for a string. */
  sealed interface OnStrings extends OnValues {
    boolean test(String value);

    @Override
    default boolean test(FilterValue value) {
      return value instanceof FilterValue.Text(String text) && test(text);
    }
  }

  /** One of the values; met by none if there are no values. {@code null} is a value here. */
  record In(Set<FilterValue> values) implements OnValues {
    public In {
      values = immutable(values);
    }

    public static In of(FilterValue... values) {
      return new In(new LinkedHashSet<>(List.of(values)));
    }

    @Override
    public boolean test(FilterValue value) {
      return values.contains(value);
    }
  }

  /**
   * A string, number or boolean that is none of the values: in an array one such element is enough.
   * Without values: any string, number or boolean.
   */
  record Except(Set<FilterValue> values) implements OnValues {
    public Except {
      values = immutable(values);
    }

    @Override
    public boolean test(FilterValue value) {
      return !(value instanceof FilterValue.Nothing) && !values.contains(value);
    }
  }

  /** A value between two ends of the same type, of which one may be open. */
  record Range(Optional<Bound> low, Optional<Bound> high) implements OnValues {
    public Range {
      Required.value("low", low);
      Required.value("high", high);
      if (low.isEmpty() && high.isEmpty()) {
        throw QuiverException.invalid("range", "at least one of gt, gte, lt and lte", "none");
      }
      if (low.isPresent() && high.isPresent() && low.get().getClass() != high.get().getClass()) {
        throw QuiverException.invalid(
            "range", "both ends numbers, both dates or both other strings", "a mix");
      }
    }

    @Override
    public boolean test(FilterValue value) {
      return Ranges.contains(this, value);
    }
  }

  /** A string that begins so. */
  record Prefix(String text) implements OnStrings {
    public Prefix {
      checkText(text);
    }

    @Override
    public boolean test(String value) {
      return value.startsWith(text);
    }
  }

  /** A string that ends so. */
  record Suffix(String text) implements OnStrings {
    public Suffix {
      checkText(text);
    }

    @Override
    public boolean test(String value) {
      return value.endsWith(text);
    }
  }

  /** A string that has this in it, upper and lower case told apart. */
  record Contains(String text) implements OnStrings {
    public Contains {
      checkText(text);
    }

    @Override
    public boolean test(String value) {
      return value.contains(text);
    }
  }

  /**
   * A string that has this in it, upper and lower case taken for one ({@link Folding}).
   *
   * @param text folded when the record is made
   */
  record Text(String text) implements OnStrings {
    public Text {
      checkText(text);
      text = Folding.fold(text);
    }

    @Override
    public boolean test(String value) {
      return Folding.fold(value).contains(text);
    }
  }

  /**
   * A string in which the pattern is found anywhere, unless its {@code ^} and {@code $} say where.
   * RE2 syntax: the time it takes grows with the string, never more.
   */
  record Regex(Pattern pattern) implements OnStrings {
    public Regex {
      Required.value("regex", pattern);
    }

    public static Regex of(String pattern) {
      return new Regex(new Pattern(pattern));
    }

    @Override
    public boolean test(String value) {
      return pattern.isIn(value);
    }
  }

  /** A place: an object with the numbers {@code lat} and {@code lon}, in degrees. */
  record Within(GeoShape shape) implements Condition {
    public Within {
      Required.value("shape", shape);
    }
  }

  /**
   * The path reaches anything: a value, an object, {@code null}, or an array, if only an empty one.
   */
  record Exists() implements Condition {}

  /** The path reaches a {@code null}, as it stands or in an array. */
  record IsNull() implements Condition {}

  /** The path reaches nothing but {@code null}s and empty arrays, or nothing at all. */
  record IsEmpty() implements Condition {}

  /**
   * How many values there are: elements of an array, 0 for {@code null} and for what is missing, 1
   * for anything else; all together if the path reaches several.
   *
   * @param range of numbers
   */
  record ValuesCount(Range range) implements Condition {
    public ValuesCount {
      Required.value("range", range);
      if (!(range.low().or(range::high).orElseThrow() instanceof Bound.OfNumber)) {
        throw QuiverException.invalid("values_count", "numbers", "other bounds");
      }
    }

    public boolean test(long count) {
      return range.test(FilterValue.of(count));
    }
  }

  private static Set<FilterValue> immutable(Collection<FilterValue> values) {
    Limits.check(
        "filter: number of values",
        Required.value("values", values).size(),
        0,
        Limits.FILTER_VALUES_MAX);
    return Set.copyOf(Required.list("values", List.copyOf(values)));
  }

  private static void checkText(String text) {
    Limits.check(
        "filter: characters of a text",
        Required.value("text", text).length(),
        0,
        Limits.FILTER_TEXT_CHARS_MAX);
  }
}

package io.quiver.filter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What stands to the right of an operator. */
final class Operands {
  private static final Set<String> ENDS = Set.of("gt", "gte", "lt", "lte");

  private static final com.google.re2j.Pattern JSON_NUMBER =
      com.google.re2j.Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private Operands() {}

  static FilterValue value(Object operand, At at) {
    return switch (operand) {
      case null -> FilterValue.NULL;
      case String text -> FilterValue.of(at.wellFormed(text));
      case Boolean truth -> FilterValue.of(truth.booleanValue());
      case FilterValue.Numeric numeric -> numeric;
      case BigInteger number -> FilterValue.of(number);
      case BigDecimal number -> FilterValue.of(number);
      case Double number -> at.made(() -> FilterValue.of(number.doubleValue()));
      case Float number -> at.made(() -> FilterValue.of(number.doubleValue()));
      case Number number -> FilterValue.of(number.longValue());
      default -> throw at.invalid("a string, a number, true, false or null", operand);
    };
  }

  static Set<FilterValue> values(Object operand, At at) {
    List<?> list = at.list(operand);
    Set<FilterValue> values = LinkedHashSet.newLinkedHashSet(list.size());
    for (int i = 0; i < list.size(); i++) {
      values.add(value(list.get(i), at.index(i)));
    }
    return values;
  }

  /**
   * The values that a plain {@code field: value} means. A client whose metadata are strings cannot
   * say 5 but as "5", so a string that reads as a number or a boolean means that, too.
   */
  static Condition plain(Object operand, At at) {
    FilterValue value = value(operand, at);
    if (value instanceof FilterValue.Text(String text)) {
      if (text.equals("true") || text.equals("false")) {
        return Condition.In.of(value, FilterValue.of(text.equals("true")));
      }
      if (text.length() <= 40 && JSON_NUMBER.matches(text)) {
        return Condition.In.of(value, JsonNumbers.of(text));
      }
    }
    return Condition.In.of(value);
  }

  static Bound bound(Object operand, boolean inclusive, At at) {
    return switch (value(operand, at)) {
      case FilterValue.Numeric number -> new Bound.OfNumber(number, inclusive);
      case FilterValue.Text text -> {
        OptionalLong moment = Moments.read(text.value());
        if (moment.isEmpty() && Moments.looksLikeDate(text.value())) {
          throw at.invalid("a date as 2026-11-21T10:49:07Z, or another string", text.value());
        }
        yield moment.isPresent()
            ? new Bound.OfMoment(moment.getAsLong(), inclusive)
            : new Bound.OfText(text, inclusive);
      }
      case FilterValue.Truth truth -> throw at.invalid("a number or a string", truth.value());
      case FilterValue.Nothing nothing -> throw at.invalid("a number or a string", null);
    };
  }

  /** {@code {"gte": 1, "lt": 5}}; an end that is null is open. */
  static Condition.Range range(Map<String, Object> operand, At at) {
    at.expectOnly(operand, ENDS);
    Optional<Bound> low = end(operand, "gt", "gte", at);
    Optional<Bound> high = end(operand, "lt", "lte", at);
    return at.made(() -> new Condition.Range(low, high));
  }

  private static Optional<Bound> end(
      Map<String, Object> operand, String open, String closed, At at) {
    Object exclusive = operand.get(open);
    Object inclusive = operand.get(closed);
    if (exclusive != null && inclusive != null) {
      throw at.invalid("one of " + open + " and " + closed, "both");
    }
    if (exclusive != null) {
      return Optional.of(bound(exclusive, false, at.key(open)));
    }
    return inclusive == null
        ? Optional.empty()
        : Optional.of(bound(inclusive, true, at.key(closed)));
  }

  /** {@code [low, high]}, both inclusive. */
  static Condition.Range between(Object operand, At at) {
    List<?> ends = at.list(operand);
    if (ends.size() != 2) {
      throw at.invalid("a list of two", ends.size() + " elements");
    }
    Bound low = bound(ends.getFirst(), true, at.index(0));
    Bound high = bound(ends.getLast(), true, at.index(1));
    return at.made(() -> new Condition.Range(Optional.of(low), Optional.of(high)));
  }
}

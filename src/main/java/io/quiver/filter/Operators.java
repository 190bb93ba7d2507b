package io.quiver.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The operators that begin with a dollar, on one field. */
final class Operators {
  private static final String KNOWN =
      "$eq, $ne, $gt, $gte, $lt, $lte, $between, $in, $nin, $exists, $startsWith, $endsWith,"
          + " $contains, $regex or $not";

  private Operators() {}

  /** True for an object that can only be operators on a field. */
  static boolean isOnField(Object value) {
    return value instanceof Map<?, ?> map
        && !map.isEmpty()
        && map.keySet().stream()
            .allMatch(key ->
                key instanceof String name
                    && name.startsWith("$")
                    && !FilterParser.JOINS.contains(name));
  }

  /** All operators of an object. */
  static Filter parse(FieldPath path, Map<String, Object> operators, At at) {
    if (operators.isEmpty()) {
      throw at.invalid("an operator: " + KNOWN, "{}");
    }
    List<Filter> all = new ArrayList<>();
    operators.forEach((name, operand) -> all.add(one(path, name, operand, at.key(name))));
    return Filter.allOf(all);
  }

  static Filter one(FieldPath path, String name, Object operand, At at) {
    return switch (name) {
      case "$eq" -> Filter.where(path, Condition.In.of(Operands.value(operand, at)));
      case "$ne" ->
          new Filter.Not(Filter.where(path, Condition.In.of(Operands.value(operand, at))));
      case "$in" -> Filter.where(path, in(operand, at));
      case "$nin" -> new Filter.Not(Filter.where(path, in(operand, at)));
      case "$gt" -> Filter.where(path, above(Operands.bound(operand, false, at)));
      case "$gte" -> Filter.where(path, above(Operands.bound(operand, true, at)));
      case "$lt" -> Filter.where(path, below(Operands.bound(operand, false, at)));
      case "$lte" -> Filter.where(path, below(Operands.bound(operand, true, at)));
      case "$between" -> Filter.where(path, Operands.between(operand, at));
      case "$exists" -> {
        Filter exists = Filter.where(path, new Condition.Exists());
        yield at.truth(operand) ? exists : new Filter.Not(exists);
      }
      case "$startsWith" -> text(path, operand, at, Condition.Prefix::new);
      case "$endsWith" -> text(path, operand, at, Condition.Suffix::new);
      case "$contains" -> text(path, operand, at, Condition.Contains::new);
      case "$regex" -> {
        String pattern = at.text(operand);
        yield at.made(() -> Filter.where(path, Condition.Regex.of(pattern)));
      }
      case "$not" -> new Filter.Not(parse(path, at.object(operand), at.deeper()));
      default -> throw at.invalid("an operator: " + KNOWN, name);
    };
  }

  private static Filter text(
      FieldPath path, Object operand, At at, Function<String, Condition> condition) {
    String text = at.text(operand);
    return at.made(() -> Filter.where(path, condition.apply(text)));
  }

  private static Condition in(Object operand, At at) {
    Set<FilterValue> values = Operands.values(operand, at);
    return at.made(() -> new Condition.In(values));
  }

  private static Condition above(Bound low) {
    return new Condition.Range(Optional.of(low), Optional.empty());
  }

  private static Condition below(Bound high) {
    return new Condition.Range(Optional.empty(), Optional.of(high));
  }
}

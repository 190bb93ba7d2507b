package io.quiver.filter;

import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads filters of all dialects from plain trees of {@link Map}, {@link List}, {@link String},
 * {@link Number}, {@link Boolean} and null, as {@code docs/filters.md} tells; dialects may be
 * mixed.
 */
public final class FilterParser {
  /** What joins filters in the dialect of dollars. */
  static final Set<String> JOINS = Set.of("$and", "$or", "$not");

  private FilterParser() {}

  /**
   * Reads a filter that stands alone.
   *
   * @param tree an object, a list, or null for every row
   * @throws QuiverException INVALID_ARGUMENT naming the place and the operator
   */
  public static Filter parse(Object tree) {
    return parse("filter", tree);
  }

  /** The same; errors name places that begin with {@code field}. */
  public static Filter parse(String field, Object tree) {
    return tree == null ? Filter.ALL : filter(tree, new At(field, 0));
  }

  /** All these fields have these values, whatever they are called. */
  public static Filter equalities(String field, Map<String, String> values) {
    At at = new At(field, 1);
    List<Filter> all = new ArrayList<>();
    values.forEach(
        (key, value) -> all.add(Filter.where(at.path(key), Operands.plain(value, at.key(key)))));
    return at.made(() -> Filter.allOf(all));
  }

  /** An object of any dialect, or a list of such, all of which have to hold. */
  static Filter filter(Object tree, At outer) {
    At at = outer.deeper();
    if (tree instanceof List<?> list) {
      return Filter.allOf(each(list, at));
    }
    Map<String, Object> object = at.object(tree);
    if (isListForm(object)) {
      return listForm(object, at);
    }
    if (FieldConditions.isOne(object)) {
      return FieldConditions.parse(object, at);
    }
    List<Filter> all = new ArrayList<>();
    object.forEach((key, value) -> all.add(entry(key, value, at)));
    return at.made(() -> Filter.allOf(all));
  }

  private static Filter entry(String key, Object value, At outer) {
    At at = outer.key(key);
    if (Operators.isOnField(value) && !JOINS.contains(key)) {
      return Operators.parse(outer.path(key), at.object(value), at);
    }
    return switch (key) {
      case "$and" -> join(value, at);
      case "$or" -> {
        List<Filter> any = atLeastOne(value, at);
        yield at.made(() -> Filter.anyOf(any));
      }
      case "$not" -> not(filter(value, at), at);
      default -> Groups.isOne(key, value) ? Groups.parse(key, value, at) : field(key, value, outer);
    };
  }

  private static Filter join(Object value, At at) {
    List<Filter> all = atLeastOne(value, at);
    return at.made(() -> Filter.allOf(all));
  }

  private static Filter field(String key, Object value, At outer) {
    At at = outer.key(key);
    if (key.startsWith("$")) {
      throw at.invalid("$and, $or, $not or the name of a field", key);
    }
    FieldPath path = outer.path(key);
    return value instanceof Map<?, ?>
        ? Operators.parse(path, at.object(value), at)
        : Filter.where(path, Operands.plain(value, at));
  }

  /** {@code {"field": …, "operator": …, "value": …}}. */
  private static boolean isListForm(Map<String, Object> object) {
    return object.get("field") instanceof String && object.get("operator") instanceof String;
  }

  private static Filter listForm(Map<String, Object> object, At at) {
    at.expectOnly(object, List.of("field", "operator", "value"));
    String operator = at.text(object.get("operator"));
    if (!object.containsKey("value")) {
      throw at.key("value").invalid("an operand of " + operator, "nothing");
    }
    FieldPath path = at.key("field").path(object.get("field"));
    String name = operator.startsWith("$") ? operator : "$" + operator;
    return Operators.one(path, name, object.get("value"), at.key(operator));
  }

  private static List<Filter> atLeastOne(Object value, At at) {
    List<?> list = at.list(value);
    if (list.isEmpty()) {
      throw at.invalid("at least one condition", "none");
    }
    return each(list, at);
  }

  static Filter not(Filter filter, At at) {
    return at.made(() -> new Filter.Not(filter));
  }

  static List<Filter> each(List<?> list, At at) {
    List<Filter> filters = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      filters.add(filter(list.get(i), at.index(i)));
    }
    return filters;
  }

  static List<VectorId> ids(List<?> list, At at) {
    List<VectorId> ids = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      At place = at.index(i);
      String id =
          switch (list.get(i)) {
            case String text -> text;
            case FilterValue.Whole(long whole) -> Long.toString(whole);
            case Integer whole -> whole.toString();
            case Long whole -> whole.toString();
            case null, default -> throw place.invalid("an id", list.get(i));
          };
      ids.add(place.made(() -> new VectorId(id)));
    }
    return ids;
  }
}

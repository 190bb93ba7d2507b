package io.quiver.filter;

import io.quiver.core.VectorId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What stands beside fields in the dialect of {@code must}: groups of conditions, and conditions
 * that have no field of their own. A field of such a name is asked for with {@code $eq}.
 */
final class Groups {
  private Groups() {}

  /** True if the key with this value is such a group, not a field that happens to be called so. */
  static boolean isOne(String key, Object value) {
    return switch (key) {
      case "must", "should", "must_not" ->
          value == null || value instanceof List<?> || value instanceof Map<?, ?>;
      case "min_should" ->
          value == null || (value instanceof Map<?, ?> map && map.containsKey("conditions"));
      case "has_id" -> value instanceof List<?>;
      case "is_empty", "is_null" ->
          value instanceof Map<?, ?> map && map.keySet().equals(Set.of("key"));
      case "nested" ->
          value instanceof Map<?, ?> map && map.keySet().equals(Set.of("key", "filter"));
      case "match" -> value instanceof Map<?, ?> map && map.containsKey("key");
      case "filter" -> value instanceof Map<?, ?> || value instanceof List<?>;
      default -> false;
    };
  }

  static Filter parse(String key, Object value, At at) {
    if (value == null) {
      return Filter.ALL;
    }
    return switch (key) {
      case "must" -> {
        List<Filter> all = conditions(value, at);
        yield at.made(() -> Filter.allOf(all));
      }
      case "should" -> {
        List<Filter> any = conditions(value, at);
        yield any.isEmpty() ? Filter.ALL : at.made(() -> Filter.anyOf(any));
      }
      case "must_not" -> {
        List<Filter> none = conditions(value, at);
        yield none.isEmpty() ? Filter.ALL : FilterParser.not(at.made(() -> Filter.anyOf(none)), at);
      }
      case "min_should" -> minShould(at.object(value), at);
      case "has_id" -> {
        List<VectorId> ids = FilterParser.ids(at.list(value), at);
        yield at.made(() -> new Filter.HasId(ids));
      }
      case "is_empty" ->
          Filter.where(at.path(at.object(value).get("key")), new Condition.IsEmpty());
      case "is_null" -> Filter.where(at.path(at.object(value).get("key")), new Condition.IsNull());
      case "nested" -> {
        Map<String, Object> nested = at.object(value);
        FieldPath path = at.key("key").path(nested.get("key"));
        Filter filter = FilterParser.filter(nested.get("filter"), at.key("filter"));
        yield at.made(() -> new Filter.Nested(path, filter));
      }
      case "match" -> FieldConditions.parse(at.object(value), at);
      case "filter" -> FilterParser.filter(value, at);
      default -> throw new IllegalStateException(key);
    };
  }

  private static Filter minShould(Map<String, Object> object, At at) {
    at.expectOnly(object, List.of("conditions", "min_count"));
    At count = at.key("min_count");
    double least = count.number(object.get("min_count"));
    if (least != Math.rint(least) || least < 0 || least > Integer.MAX_VALUE) {
      throw count.invalid("a count", least);
    }
    List<Filter> some = conditions(object.get("conditions"), at.key("conditions"));
    if (some.isEmpty()) {
      return least == 0 ? Filter.ALL : Filter.NONE;
    }
    return at.made(() -> new Filter.AtLeast((int) least, some));
  }

  /** A list of conditions, or one that stands alone. */
  private static List<Filter> conditions(Object value, At at) {
    if (value instanceof List<?> list) {
      return new ArrayList<>(FilterParser.each(list, at));
    }
    return List.of(FilterParser.filter(value, at));
  }
}

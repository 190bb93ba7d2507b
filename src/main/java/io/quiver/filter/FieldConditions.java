package io.quiver.filter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Conditions that name their field with {@code key}. */
final class FieldConditions {
  /** What stands directly beside the key in the oldest form. */
  private static final Set<String> MATCHES = Set.of("value", "any", "except", "text");

  private static final Set<String> ENDS = Set.of("gt", "gte", "lt", "lte");

  private static final List<String> KNOWN =
      List.of(
          "key",
          "match",
          "range",
          "geo_radius",
          "geo_bounding_box",
          "geo_polygon",
          "values_count",
          "is_empty",
          "is_null",
          "value",
          "any",
          "except",
          "text",
          "gt",
          "gte",
          "lt",
          "lte",
          "latitude",
          "longitude",
          "radius_meters",
          "top_left",
          "bottom_right");

  private FieldConditions() {}

  /** True for an object with a key and anything that may stand beside it. */
  static boolean isOne(Map<String, Object> object) {
    return object.get("key") instanceof String && object.size() > 1;
  }

  /** All conditions beside the key have to hold; those that are null are not there. */
  static Filter parse(Map<String, Object> object, At at) {
    at.expectOnly(object, KNOWN);
    FieldPath path = at.key("key").path(object.get("key"));
    List<Filter> all = new ArrayList<>();
    Map<String, Object> ends = new LinkedHashMap<>();
    object.forEach((name, operand) -> {
      if (ENDS.contains(name) && operand != null) {
        ends.put(name, operand);
      } else if (operand != null || name.equals("value")) {
        one(name, object, at).ifPresent(test -> all.add(test.of(path)));
      }
    });
    if (!ends.isEmpty()) {
      all.add(Filter.where(path, Operands.range(ends, at)));
    }
    if (all.isEmpty()) {
      throw at.invalid("a condition beside key", "none");
    }
    return at.made(() -> Filter.allOf(all));
  }

  /** A condition, or what it is the complement of. */
  private record Test(Condition condition, boolean met) {
    Filter of(FieldPath path) {
      Filter filter = Filter.where(path, condition);
      return met ? filter : new Filter.Not(filter);
    }
  }

  private static Optional<Test> one(String name, Map<String, Object> object, At outer) {
    At at = outer.key(name);
    Object operand = object.get(name);
    Condition condition =
        switch (name) {
          case "match" -> match(at.object(operand), at);
          case "value", "any", "except", "text" -> match(name, operand, at);
          case "range" -> Operands.range(at.object(operand), at);
          case "geo_radius" -> GeoShapes.radius(at.object(operand), at);
          case "geo_bounding_box" -> GeoShapes.box(at.object(operand), at);
          case "geo_polygon" -> GeoShapes.polygon(at.object(operand), at);
          case "values_count" -> {
            Condition.Range range = Operands.range(at.object(operand), at);
            yield at.made(() -> new Condition.ValuesCount(range));
          }
          case "is_empty" -> new Condition.IsEmpty();
          case "is_null" -> new Condition.IsNull();
          case "latitude" -> GeoShapes.flatRadius(object, outer);
          case "top_left" -> GeoShapes.box(pick(object, "top_left", "bottom_right"), outer);
          // Read with the one that begins their condition; a key that stands alone lacks that.
          case "longitude", "radius_meters" -> needs(object, "latitude", outer);
          case "bottom_right" -> needs(object, "top_left", outer);
          default -> null;
        };
    boolean flag = name.equals("is_empty") || name.equals("is_null");
    return Optional.ofNullable(condition).map(c -> new Test(c, !flag || at.truth(operand)));
  }

  private static Condition needs(Map<String, Object> object, String other, At at) {
    if (object.get(other) == null) {
      throw at.key(other).invalid("a value", "nothing");
    }
    return null;
  }

  private static Map<String, Object> pick(Map<String, Object> object, String... names) {
    Map<String, Object> picked = new LinkedHashMap<>();
    for (String name : names) {
      picked.put(name, object.get(name));
    }
    return picked;
  }

  private static Condition match(Map<String, Object> object, At at) {
    at.expectOnly(object, MATCHES);
    if (object.size() != 1) {
      throw at.invalid("one of value, any, except and text", object.size() + " of them");
    }
    String name = object.keySet().iterator().next();
    return match(name, object.get(name), at.key(name));
  }

  private static Condition match(String name, Object operand, At at) {
    return switch (name) {
      case "value" -> Condition.In.of(Operands.value(operand, at));
      case "any" -> {
        Set<FilterValue> values = Operands.values(operand, at);
        yield at.made(() -> new Condition.In(values));
      }
      case "except" -> {
        Set<FilterValue> values = Operands.values(operand, at);
        yield at.made(() -> new Condition.Except(values));
      }
      default -> {
        String text = at.text(operand);
        yield at.made(() -> new Condition.Text(text));
      }
    };
  }
}

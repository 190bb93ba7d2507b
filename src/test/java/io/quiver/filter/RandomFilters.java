package io.quiver.filter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random documents and filters over few fields and values, so that they meet. Seeded. */
public final class RandomFilters {
  private static final String[] FIELDS = {"a", "b", "a.b", "a.c", "b.a", "c", "place"};
  private static final Object[] SCALARS = {
    0,
    1,
    2,
    5,
    5,
    -3,
    new BigDecimal("2.5"),
    new BigDecimal("5.0"),
    new BigDecimal("9007199254740993"),
    new BigDecimal("9007199254740992"),
    new BigDecimal("9007199254740992.5"),
    new BigDecimal("-1e-7"),
    "5",
    "2.5",
    "red",
    "Red",
    "green",
    "greenish",
    "",
    "é",
    "\uFFFD",
    "\uD83D\uDE00",
    "2026-11-21",
    "2026-11-21T00:00:00Z",
    "2026-11-21T01:30:00+02:00",
    "2026-11-20",
    "true",
    true,
    false
  };

  private final Random random;

  public RandomFilters(long seed) {
    random = new Random(seed);
  }

  /** Metadata: null, or an object. */
  public Map<String, Object> document() {
    return random.nextInt(12) == 0 ? null : object(0);
  }

  private Map<String, Object> object(int depth) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (String key : List.of("a", "b", "c")) {
      if (random.nextInt(3) > 0) {
        object.put(key, value(depth));
      }
    }
    if (random.nextInt(4) == 0) {
      object.put("place", random.nextInt(3) == 0 ? List.of(place(), place()) : place());
    }
    return object;
  }

  private Object value(int depth) {
    int kind = random.nextInt(10);
    if (kind == 0) {
      return null;
    }
    if (kind <= 2 && depth < 3) {
      return object(depth + 1);
    }
    if (kind <= 5 && depth < 3) {
      List<Object> array = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        array.add(value(depth + 1));
      }
      return array;
    }
    return scalar();
  }

  private Map<String, Object> place() {
    return map("lat", degrees(95), "lon", degrees(185));
  }

  private BigDecimal degrees(int bound) {
    return BigDecimal.valueOf(random.nextInt(-bound * 100, bound * 100), 2);
  }

  private Object scalar() {
    return SCALARS[random.nextInt(SCALARS.length)];
  }

  private Object number() {
    return SCALARS[random.nextInt(12)];
  }

  private String string() {
    return (String) SCALARS[12 + random.nextInt(15)];
  }

  private String field() {
    return FIELDS[random.nextInt(FIELDS.length - 1)];
  }

  private Object bound() {
    return random.nextBoolean() ? number() : string();
  }

  private List<Object> some() {
    List<Object> values = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      values.add(random.nextInt(8) == 0 ? null : scalar());
    }
    return values;
  }

  /** A filter of any dialect, with others nested in it. */
  public Object filter(int depth, boolean ids) {
    if (depth == 0) {
      return leaf(ids);
    }
    return switch (random.nextInt(8)) {
      case 0 -> map("$and", filters(depth, ids, 1));
      case 1 -> map("$or", filters(depth, ids, 1));
      case 2 -> map("$not", filter(depth - 1, ids));
      case 3 -> map("must", filters(depth, ids, 0), "must_not", filters(depth, ids, 0));
      case 4 -> map("should", filters(depth, ids, 0), field(), scalar());
      case 5 ->
          map(
              "min_should",
              map("conditions", filters(depth, ids, 0), "min_count", random.nextInt(3)));
      case 6 ->
          map(
              "nested",
              map("key", random.nextBoolean() ? "a" : "b", "filter", filter(depth - 1, false)));
      default -> filters(depth, ids, 1);
    };
  }

  private List<Object> filters(int depth, boolean ids, int least) {
    List<Object> filters = new ArrayList<>();
    for (int i = least + random.nextInt(3); i > 0; i--) {
      filters.add(filter(depth - 1, ids));
    }
    return filters;
  }

  private Object leaf(boolean ids) {
    int kind = random.nextInt(ids ? 13 : 12);
    return switch (kind) {
      case 0, 1 -> map(field(), random.nextInt(6) == 0 ? null : scalar());
      case 2, 3, 4 -> map(field(), operators());
      case 5 -> {
        Map.Entry<String, Object> one = operators().entrySet().iterator().next();
        yield map("field", field(), "operator", one.getKey().substring(1), "value", one.getValue());
      }
      case 6 -> map("key", field(), "match", match());
      case 7 -> map("key", field(), "range", range());
      case 8 -> map("key", field(), "values_count", map("gte", random.nextInt(3), "lt", 3));
      case 9 -> map(random.nextBoolean() ? "is_empty" : "is_null", map("key", field()));
      case 10, 11 -> map("key", random.nextInt(4) > 0 ? "place" : "a.place", "shape", null);
      default -> map("has_id", List.of("id-" + random.nextInt(8), "id-" + random.nextInt(8)));
    };
  }

  private Map<String, Object> match() {
    return switch (random.nextInt(4)) {
      case 0 -> map("value", scalar());
      case 1 -> map("any", some());
      case 2 -> map("except", some());
      default -> map("text", part());
    };
  }

  private String part() {
    return List.of("re", "RE", "gr", "", "É", "d", "11", "x").get(random.nextInt(8));
  }

  private Map<String, Object> range() {
    boolean numbers = random.nextBoolean();
    Object low = numbers ? number() : "2026-11-20";
    Object high = numbers ? number() : "2026-11-21T00:00:00Z";
    return switch (random.nextInt(3)) {
      case 0 -> map(random.nextBoolean() ? "gt" : "gte", low);
      case 1 -> map(random.nextBoolean() ? "lt" : "lte", high);
      default -> map("gte", low, random.nextBoolean() ? "lt" : "lte", high);
    };
  }

  private Map<String, Object> operators() {
    Map<String, Object> operators = new LinkedHashMap<>();
    for (int i = 1 + random.nextInt(5) / 4; i > 0; i--) {
      switch (random.nextInt(13)) {
        case 0 -> operators.put("$eq", scalar());
        case 1 -> operators.put("$ne", scalar());
        case 2 -> operators.put(List.of("$gt", "$gte").get(random.nextInt(2)), bound());
        case 3 -> operators.put(List.of("$lt", "$lte").get(random.nextInt(2)), bound());
        case 4 -> operators.put("$between", Arrays.asList(number(), number()));
        case 5 -> operators.put("$in", some());
        case 6 -> operators.put("$nin", some());
        case 7 -> operators.put("$exists", random.nextBoolean());
        case 8 -> operators.put("$startsWith", part());
        case 9 -> operators.put("$endsWith", part());
        case 10 -> operators.put("$contains", part());
        case 11 ->
            operators.put(
                "$regex",
                List.of("^gr", "e+n", "d$", "^$", "[0-9]{2}", "(?i)RED").get(random.nextInt(6)));
        default -> operators.put("$not", map("$gte", number()));
      }
    }
    return operators;
  }

  private Map<String, Object> shape() {
    return switch (random.nextInt(3)) {
      case 0 ->
          map(
              "geo_radius",
              map("center", map("lat", degrees(90), "lon", degrees(180)), "radius", 8_000_001));
      case 1 -> {
        int top = random.nextInt(-80, 90);
        yield map(
            "geo_bounding_box",
            map(
                "top_left",
                map("lat", top, "lon", degrees(180)),
                "bottom_right",
                map("lat", top - random.nextInt(10) - 1, "lon", degrees(180))));
      }
      default -> {
        List<Object> points = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          points.add(map("lat", random.nextDouble(-90, 90), "lon", random.nextDouble(-180, 180)));
        }
        yield map("geo_polygon", map("exterior", map("points", points)));
      }
    };
  }

  private Map<String, Object> map(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      if (entries[i].equals("shape")) {
        map.putAll(shape());
      } else {
        map.put((String) entries[i], entries[i + 1]);
      }
    }
    return map;
  }

  /** A tree as JSON text. */
  public static String json(Object tree) {
    return switch (tree) {
      case null -> "null";
      case String text -> quoted(text);
      case Map<?, ?> map -> {
        List<String> entries = new ArrayList<>();
        map.forEach((key, value) -> entries.add(quoted((String) key) + ":" + json(value)));
        yield "{" + String.join(",", entries) + "}";
      }
      case List<?> list ->
          "[" + String.join(",", list.stream().map(RandomFilters::json).toList()) + "]";
      default -> tree.toString();
    };
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}

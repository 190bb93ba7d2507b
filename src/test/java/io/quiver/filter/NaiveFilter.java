package io.quiver.filter;

import java.awt.geom.Path2D;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The oracle: reads filters as they are written in any dialect and documents as plain trees, with
 * no code of the package under test. Slow and short.
 */
public final class NaiveFilter {
  private NaiveFilter() {}

  /** Whether a row is meant. */
  @SuppressWarnings("unchecked")
  public static boolean matches(Object filter, Map<String, Object> document, String id) {
    if (filter instanceof List<?> list) {
      return list.stream().allMatch(part -> matches(part, document, id));
    }
    Map<String, Object> object = (Map<String, Object>) filter;
    if (object.containsKey("operator")) {
      String field = (String) object.get("field");
      return operator(document, field, "$" + object.get("operator"), object.get("value"));
    }
    if (object.get("key") instanceof String key && object.size() > 1) {
      return object.entrySet().stream()
          .filter(entry -> !entry.getKey().equals("key"))
          .allMatch(entry -> condition(document, key, entry.getKey(), entry.getValue()));
    }
    return object.entrySet().stream()
        .allMatch(entry -> entry(entry.getKey(), entry.getValue(), document, id));
  }

  @SuppressWarnings("unchecked")
  private static boolean entry(String key, Object value, Map<String, Object> document, String id) {
    return switch (key) {
      case "$and", "must" ->
          ((List<Object>) value).stream().allMatch(part -> matches(part, document, id));
      case "$or" -> ((List<Object>) value).stream().anyMatch(part -> matches(part, document, id));
      case "should" -> {
        List<Object> any = (List<Object>) value;
        yield any.isEmpty() || any.stream().anyMatch(part -> matches(part, document, id));
      }
      case "must_not" ->
          ((List<Object>) value).stream().noneMatch(part -> matches(part, document, id));
      case "$not" -> !matches(value, document, id);
      case "min_should" -> {
        Map<String, Object> some = (Map<String, Object>) value;
        yield ((List<Object>) some.get("conditions"))
                .stream().filter(part -> matches(part, document, id)).count()
            >= (Integer) some.get("min_count");
      }
      case "has_id" -> ((List<Object>) value).contains(id);
      case "is_null" ->
          values(document, (String) ((Map<String, Object>) value).get("key")).contains(null);
      case "is_empty" ->
          values(document, (String) ((Map<String, Object>) value).get("key")).stream()
              .allMatch(one -> one == null);
      case "nested" -> {
        Map<String, Object> nested = (Map<String, Object>) value;
        yield values(document, (String) nested.get("key")).stream()
            .anyMatch(one ->
                one instanceof Map
                    && matches(nested.get("filter"), (Map<String, Object>) one, null));
      }
      default -> {
        if (value instanceof Map<?, ?> operators) {
          yield operators.entrySet().stream()
              .allMatch(
                  entry -> operator(document, key, (String) entry.getKey(), entry.getValue()));
        }
        yield plain(document, key, value);
      }
    };
  }

  private static boolean plain(Map<String, Object> document, String field, Object value) {
    if (value instanceof String text) {
      List<Object> loose = new ArrayList<>(List.of(text));
      if (Set.of("true", "false").contains(text)) {
        loose.add(Boolean.valueOf(text));
      } else if (Pattern.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?", text)) {
        loose.add(new BigDecimal(text));
      }
      return isIn(document, field, loose);
    }
    return isIn(document, field, Arrays.asList(value));
  }

  private static boolean isIn(Map<String, Object> document, String field, List<?> wanted) {
    return values(document, field).stream()
        .anyMatch(one -> wanted.stream().anyMatch(want -> equal(one, want)));
  }

  private static boolean operator(
      Map<String, Object> document, String field, String operator, Object operand) {
    return switch (operator) {
      case "$eq" -> isIn(document, field, Arrays.asList(operand));
      case "$ne" -> !isIn(document, field, Arrays.asList(operand));
      case "$in" -> isIn(document, field, (List<?>) operand);
      case "$nin" -> !isIn(document, field, (List<?>) operand);
      case "$gt", "$gte", "$lt", "$lte" ->
          values(document, field).stream()
              .anyMatch(one -> inside(one, operator.substring(1), operand));
      case "$between" ->
          values(document, field).stream()
              .anyMatch(one ->
                  inside(one, "gte", ((List<?>) operand).getFirst())
                      && inside(one, "lte", ((List<?>) operand).getLast()));
      case "$exists" -> reached(document, field).isEmpty() != (Boolean) operand;
      case "$startsWith" -> strings(document, field).anyMatch(s -> s.startsWith((String) operand));
      case "$endsWith" -> strings(document, field).anyMatch(s -> s.endsWith((String) operand));
      case "$contains" -> strings(document, field).anyMatch(s -> s.contains((String) operand));
      case "$regex" ->
          strings(document, field)
              .anyMatch(s -> Pattern.compile((String) operand).matcher(s).find());
      case "$not" ->
          !((Map<?, ?>) operand)
              .entrySet().stream()
                  .allMatch(entry ->
                      operator(document, field, (String) entry.getKey(), entry.getValue()));
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static boolean condition(
      Map<String, Object> document, String field, String name, Object operand) {
    return switch (name) {
      case "match" -> {
        Map.Entry<?, ?> match = ((Map<?, ?>) operand).entrySet().iterator().next();
        yield condition(document, field, (String) match.getKey(), match.getValue());
      }
      case "value" -> isIn(document, field, Arrays.asList(operand));
      case "any" -> isIn(document, field, (List<?>) operand);
      case "except" ->
          values(document, field).stream()
              .anyMatch(one ->
                  one != null
                      && !(one instanceof Map)
                      && ((List<?>) operand).stream().noneMatch(want -> equal(one, want)));
      case "text" -> {
        String text = (String) operand;
        yield strings(document, field)
            .anyMatch(s -> {
              for (int i = 0; i + text.length() <= s.length(); i++) {
                if (s.regionMatches(true, i, text, 0, text.length())) {
                  return true;
                }
              }
              return false;
            });
      }
      case "range" -> values(document, field).stream().anyMatch(one -> insideAll(one, operand));
      case "values_count" -> {
        long count =
            reached(document, field).stream()
                .mapToLong(one -> one == null ? 0 : one instanceof List<?> l ? l.size() : 1)
                .sum();
        yield insideAll(BigDecimal.valueOf(count), operand);
      }
      case "geo_radius", "geo_bounding_box", "geo_polygon" ->
          values(document, field).stream().anyMatch(one -> isAt(one, name, (Map<?, ?>) operand));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static boolean insideAll(Object one, Object range) {
    return ((Map<?, ?>) range)
        .entrySet().stream().allMatch(end -> inside(one, (String) end.getKey(), end.getValue()));
  }

  private static boolean inside(Object one, String end, Object bound) {
    int order;
    if (one instanceof Number && bound instanceof Number) {
      order = number(one).compareTo(number(bound));
    } else if (one instanceof String s && bound instanceof String b) {
      Instant moment = moment(b);
      if (moment != null && moment(s) == null) {
        return false;
      }
      order =
          moment != null
              ? moment(s).compareTo(moment)
              : Arrays.compareUnsigned(
                  s.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    } else {
      return false;
    }
    return switch (end) {
      case "gt" -> order > 0;
      case "gte" -> order >= 0;
      case "lt" -> order < 0;
      default -> order <= 0;
    };
  }

  private static Instant moment(String text) {
    if (text.matches("\\d{4}-\\d\\d-\\d\\d")) {
      return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
    }
    return text.matches("\\d{4}-\\d\\d-\\d\\dT.*") ? OffsetDateTime.parse(text).toInstant() : null;
  }

  private static boolean isAt(Object one, String shape, Map<?, ?> operand) {
    if (!(one instanceof Map<?, ?> place)
        || !(place.get("lat") instanceof Number lat)
        || !(place.get("lon") instanceof Number lon)
        || Math.abs(lat.doubleValue()) > 90
        || Math.abs(lon.doubleValue()) > 180) {
      return false;
    }
    double y = lat.doubleValue();
    double x = lon.doubleValue();
    return switch (shape) {
      case "geo_radius" -> {
        Map<?, ?> center = (Map<?, ?>) operand.get("center");
        yield 6_371_000 * angle(degrees(center, "lat"), degrees(center, "lon"), y, x)
            <= degrees(operand, "radius");
      }
      case "geo_bounding_box" -> {
        Map<?, ?> topLeft = (Map<?, ?>) operand.get("top_left");
        Map<?, ?> bottomRight = (Map<?, ?>) operand.get("bottom_right");
        double left = degrees(topLeft, "lon");
        double right = degrees(bottomRight, "lon");
        double east = x < left ? x + 360 : x;
        yield y <= degrees(topLeft, "lat")
            && y >= degrees(bottomRight, "lat")
            && east <= (right < left ? right + 360 : right);
      }
      default -> {
        Path2D path = new Path2D.Double(Path2D.WIND_EVEN_ODD);
        for (Object point : (List<?>) ((Map<?, ?>) operand.get("exterior")).get("points")) {
          double px = degrees((Map<?, ?>) point, "lon");
          double py = degrees((Map<?, ?>) point, "lat");
          if (path.getCurrentPoint() == null) {
            path.moveTo(px, py);
          } else {
            path.lineTo(px, py);
          }
        }
        path.closePath();
        yield path.contains(x, y);
      }
    };
  }

  /** The angle between two places, by their vectors. */
  private static double angle(double lat, double lon, double otherLat, double otherLon) {
    double[] a = vector(lat, lon);
    double[] b = vector(otherLat, otherLon);
    double cx = a[1] * b[2] - a[2] * b[1];
    double cy = a[2] * b[0] - a[0] * b[2];
    double cz = a[0] * b[1] - a[1] * b[0];
    return Math.atan2(
        Math.sqrt(cx * cx + cy * cy + cz * cz), a[0] * b[0] + a[1] * b[1] + a[2] * b[2]);
  }

  private static double[] vector(double lat, double lon) {
    double phi = Math.toRadians(lat);
    double lambda = Math.toRadians(lon);
    return new double[] {
      Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)
    };
  }

  private static double degrees(Map<?, ?> object, String name) {
    return ((Number) object.get(name)).doubleValue();
  }

  private static boolean equal(Object a, Object b) {
    if (a instanceof Number && b instanceof Number) {
      return number(a).compareTo(number(b)) == 0;
    }
    return a == null ? b == null : a.equals(b) && !(a instanceof Map);
  }

  /** Exact if it is an integer of 64 bits, else the nearest double. */
  static BigDecimal number(Object number) {
    BigDecimal exact = new BigDecimal(number.toString());
    boolean whole =
        exact.setScale(0, RoundingMode.FLOOR).compareTo(exact) == 0
            && exact.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
            && exact.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) >= 0;
    return whole ? exact : new BigDecimal(Double.parseDouble(exact.toString()));
  }

  private static java.util.stream.Stream<String> strings(
      Map<String, Object> document, String field) {
    return values(document, field).stream()
        .filter(one -> one instanceof String)
        .map(one -> (String) one);
  }

  static List<Object> values(Map<String, Object> document, String field) {
    List<Object> values = new ArrayList<>();
    reached(document, field).forEach(one -> flatten(one, values));
    return values;
  }

  private static void flatten(Object one, List<Object> values) {
    if (one instanceof List<?> list) {
      list.forEach(element -> flatten(element, values));
    } else {
      values.add(one);
    }
  }

  /** What stands at the end of the path, arrays there not entered. */
  private static List<Object> reached(Map<String, Object> document, String field) {
    List<Object> here = new ArrayList<>();
    here.add(document);
    for (String key : field.split("\\.", -1)) {
      List<Object> objects = new ArrayList<>();
      here.forEach(one -> flatten(one, objects));
      here = new ArrayList<>();
      for (Object one : objects) {
        if (one instanceof Map<?, ?> map && map.containsKey(key)) {
          here.add(map.get(key));
        }
      }
    }
    return here;
  }
}

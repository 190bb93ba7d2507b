package io.quiver.filter;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The oracle of what stands at a field: strings, {@link BigDecimal}s and booleans, from documents
 * as plain trees, with no code of the package under test.
 */
public final class NaiveFields {
  /** Booleans, numbers, strings; strings by their UTF-8 bytes. */
  public static final Comparator<Object> ORDER =
      (a, b) -> {
        int rank = Integer.compare(rank(a), rank(b));
        if (rank != 0) {
          return rank;
        }
        return switch (a) {
          case Boolean one -> one.compareTo((Boolean) b);
          case BigDecimal one -> one.compareTo((BigDecimal) b);
          default -> Arrays.compareUnsigned(utf8(a), utf8(b));
        };
      };

  private NaiveFields() {}

  private static int rank(Object value) {
    return value instanceof Boolean ? 0 : value instanceof BigDecimal ? 1 : 2;
  }

  private static byte[] utf8(Object text) {
    return ((String) text).getBytes(StandardCharsets.UTF_8);
  }

  /** The different values of one row, in their order. */
  public static List<Object> values(Map<String, Object> document, String field) {
    return NaiveFilter.values(document, field).stream()
        .filter(one -> one instanceof String || one instanceof Number || one instanceof Boolean)
        .map(NaiveFields::canonical)
        .distinct()
        .sorted(ORDER)
        .toList();
  }

  /** Equal numbers are equal objects. */
  public static Object canonical(Object value) {
    return value instanceof Number number ? NaiveFilter.number(number).stripTrailingZeros() : value;
  }
}

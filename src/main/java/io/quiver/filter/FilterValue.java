package io.quiver.filter;

import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Comparator;

/**
 * One value of a condition, or of a metadata document. Values are equal if they have the same type
 * and value; {@code 1}, {@code 1.0} and {@code 1e0} are one number.
 */
public sealed interface FilterValue {
  /** A string, compared character by character, never normalised. */
  record Text(String value) implements FilterValue, Comparable<Text> {
    public Text {
      Required.value("value", value);
    }

    /** By Unicode code points, which is the order of the UTF-8 bytes. */
    @Override
    public int compareTo(Text other) {
      String a = value;
      String b = other.value;
      int common = Math.min(a.length(), b.length());
      for (int i = 0; i < common; i++) {
        char x = a.charAt(i);
        char y = b.charAt(i);
        if (x != y) {
          // Surrogates stand below U+E000 as chars and above it as the code points they make.
          boolean same = Character.isSurrogate(x) == Character.isSurrogate(y);
          return same ? Character.compare(x, y) : Character.isSurrogate(x) ? 1 : -1;
        }
      }
      return Integer.compare(a.length(), b.length());
    }
  }

  /** A number: exact if it is an integer of 64 bits, else the nearest double. */
  sealed interface Numeric extends FilterValue, Comparable<Numeric> {
    /** As numbers compare, exactly, whatever each is held in. */
    @Override
    default int compareTo(Numeric other) {
      return switch (this) {
        case Whole a ->
            switch (other) {
              case Whole b -> Long.compare(a.value, b.value);
              case Fraction b -> -b.compareToWhole(a.value);
            };
        case Fraction a ->
            switch (other) {
              case Whole b -> a.compareToWhole(b.value);
              case Fraction b -> Double.compare(a.value, b.value);
            };
      };
    }
  }

  /** An integer from -2^63 to 2^63 - 1. */
  record Whole(long value) implements Numeric {}

  /** A number that is no {@link Whole}; infinite if it is too large for a double. */
  record Fraction(double value) implements Numeric {
    public Fraction {
      if (Double.isNaN(value) || isWhole(value)) {
        throw QuiverException.invalid("value", "a number that is no integer of 64 bits", value);
      }
    }

    private int compareToWhole(long whole) {
      if (value >= 0x1p63) {
        return 1;
      }
      if (value < -0x1p63) {
        return -1;
      }
      double floor = Math.floor(value);
      return (long) floor < whole ? -1 : 1;
    }
  }

  record Truth(boolean value) implements FilterValue {}

  /** The {@code null} of JSON, which is not a missing field. */
  record Nothing() implements FilterValue {}

  /** Nulls, then booleans, then numbers, then strings, each in their own order. */
  Comparator<FilterValue> ORDER =
      (a, b) ->
          switch (a) {
            case Text one when b instanceof Text other -> one.compareTo(other);
            case Numeric one when b instanceof Numeric other -> one.compareTo(other);
            case Truth one when b instanceof Truth other -> Boolean.compare(one.value, other.value);
            default -> Integer.compare(rank(a), rank(b));
          };

  private static int rank(FilterValue value) {
    return switch (value) {
      case Nothing nothing -> 0;
      case Truth truth -> 1;
      case Numeric number -> 2;
      case Text text -> 3;
    };
  }

  Nothing NULL = new Nothing();

  static FilterValue of(String value) {
    return new Text(value);
  }

  static FilterValue of(boolean value) {
    return new Truth(value);
  }

  static Numeric of(long value) {
    return new Whole(value);
  }

  /** The number that a double is; not a number is refused. */
  static Numeric of(double value) {
    return isWhole(value) ? new Whole((long) value) : new Fraction(value);
  }

  /** The integer if it has 64 bits, else the nearest double. */
  static Numeric of(BigInteger value) {
    return value.bitLength() < Long.SIZE ? new Whole(value.longValue()) : of(value.doubleValue());
  }

  /** The integer that it is if that has 64 bits, else the nearest double. */
  static Numeric of(BigDecimal value) {
    double nearest = value.doubleValue();
    if (Math.abs(nearest) > 0x1p63 || (Math.abs(nearest) < 1 && value.signum() != 0)) {
      return of(nearest);
    }
    BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    return plain.scale() <= 0 ? of(plain.toBigIntegerExact()) : of(nearest);
  }

  private static boolean isWhole(double value) {
    return value >= -0x1p63 && value < 0x1p63 && value == Math.rint(value);
  }
}

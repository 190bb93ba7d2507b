package io.quiver.message;

import io.quiver.filter.Bound;
import io.quiver.filter.Condition;
import io.quiver.filter.FilterValue;
import io.quiver.filter.GeoPoint;
import io.quiver.filter.GeoShape;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The encoding of the conditions of a filter, and of their values. */
final class ConditionEncoding {
  private static final int IN = 1;
  private static final int EXCEPT = 2;
  private static final int RANGE = 3;
  private static final int PREFIX = 4;
  private static final int SUFFIX = 5;
  private static final int CONTAINS = 6;
  private static final int TEXT = 7;
  private static final int REGEX = 8;
  private static final int WITHIN = 9;
  private static final int EXISTS = 10;
  private static final int IS_NULL = 11;
  private static final int IS_EMPTY = 12;
  private static final int VALUES_COUNT = 13;

  private static final int VALUE_TEXT = 1;
  private static final int VALUE_WHOLE = 2;
  private static final int VALUE_FRACTION = 3;
  private static final int VALUE_FALSE = 4;
  private static final int VALUE_TRUE = 5;
  private static final int VALUE_NULL = 6;

  private static final int NO_BOUND = 0;
  private static final int BOUND_OF_NUMBER = 1;
  private static final int BOUND_OF_MOMENT = 2;
  private static final int BOUND_OF_TEXT = 3;

  private static final int RADIUS = 1;
  private static final int BOX = 2;
  private static final int POLYGON = 3;

  private static final int POINT_BYTES = 2 * Double.BYTES;

  private ConditionEncoding() {}

  static void put(Condition condition, BinaryWriter out) {
    switch (condition) {
      case Condition.In in -> {
        out.putByte(IN);
        putValues(in.values(), out);
      }
      case Condition.Except except -> {
        out.putByte(EXCEPT);
        putValues(except.values(), out);
      }
      case Condition.Range range -> {
        out.putByte(RANGE);
        putRange(range, out);
      }
      case Condition.Prefix prefix -> putText(PREFIX, prefix.text(), out);
      case Condition.Suffix suffix -> putText(SUFFIX, suffix.text(), out);
      case Condition.Contains contains -> putText(CONTAINS, contains.text(), out);
      case Condition.Text text -> putText(TEXT, text.text(), out);
      case Condition.Regex regex -> putText(REGEX, regex.pattern().text(), out);
      case Condition.Within within -> {
        out.putByte(WITHIN);
        putShape(within.shape(), out);
      }
      case Condition.Exists exists -> out.putByte(EXISTS);
      case Condition.IsNull isNull -> out.putByte(IS_NULL);
      case Condition.IsEmpty isEmpty -> out.putByte(IS_EMPTY);
      case Condition.ValuesCount count -> {
        out.putByte(VALUES_COUNT);
        putRange(count.range(), out);
      }
    }
  }

  static Condition get(BinaryReader in) {
    int tag = in.getByte();
    return switch (tag) {
      case IN -> new Condition.In(getValues(in));
      case EXCEPT -> new Condition.Except(getValues(in));
      case RANGE -> getRange(in);
      case PREFIX -> new Condition.Prefix(in.getString());
      case SUFFIX -> new Condition.Suffix(in.getString());
      case CONTAINS -> new Condition.Contains(in.getString());
      case TEXT -> new Condition.Text(in.getString());
      case REGEX -> Condition.Regex.of(in.getString());
      case WITHIN -> new Condition.Within(getShape(in));
      case EXISTS -> new Condition.Exists();
      case IS_NULL -> new Condition.IsNull();
      case IS_EMPTY -> new Condition.IsEmpty();
      case VALUES_COUNT -> new Condition.ValuesCount(getRange(in));
      default -> throw in.invalid("the tag of a condition", tag);
    };
  }

  private static void putText(int tag, String text, BinaryWriter out) {
    out.putByte(tag);
    out.putString(text);
  }

  private static void putValues(Set<FilterValue> values, BinaryWriter out) {
    out.putList(List.copyOf(values), (to, value) -> putValue(value, to));
  }

  private static Set<FilterValue> getValues(BinaryReader in) {
    return new LinkedHashSet<>(in.getList(1, ConditionEncoding::getValue));
  }

  static void putValue(FilterValue value, BinaryWriter out) {
    switch (value) {
      case FilterValue.Text(String text) -> putText(VALUE_TEXT, text, out);
      case FilterValue.Whole(long whole) -> {
        out.putByte(VALUE_WHOLE);
        out.putLong(whole);
      }
      case FilterValue.Fraction(double fraction) -> {
        out.putByte(VALUE_FRACTION);
        out.putLong(Double.doubleToLongBits(fraction));
      }
      case FilterValue.Truth(boolean truth) -> out.putByte(truth ? VALUE_TRUE : VALUE_FALSE);
      case FilterValue.Nothing nothing -> out.putByte(VALUE_NULL);
    }
  }

  static FilterValue getValue(BinaryReader in) {
    int tag = in.getByte();
    return switch (tag) {
      case VALUE_TEXT -> FilterValue.of(in.getString());
      case VALUE_WHOLE -> FilterValue.of(in.getLong());
      case VALUE_FRACTION -> new FilterValue.Fraction(Double.longBitsToDouble(in.getLong()));
      case VALUE_FALSE -> FilterValue.of(false);
      case VALUE_TRUE -> FilterValue.of(true);
      case VALUE_NULL -> FilterValue.NULL;
      default -> throw in.invalid("the tag of a value", tag);
    };
  }

  private static void putRange(Condition.Range range, BinaryWriter out) {
    putBound(range.low(), out);
    putBound(range.high(), out);
  }

  private static Condition.Range getRange(BinaryReader in) {
    return new Condition.Range(getBound(in), getBound(in));
  }

  private static void putBound(Optional<Bound> bound, BinaryWriter out) {
    if (bound.isEmpty()) {
      out.putByte(NO_BOUND);
      return;
    }
    switch (bound.get()) {
      case Bound.OfNumber(FilterValue.Numeric value, boolean inclusive) -> {
        out.putByte(BOUND_OF_NUMBER);
        out.putBoolean(inclusive);
        putValue(value, out);
      }
      case Bound.OfMoment(long epochMicros, boolean inclusive) -> {
        out.putByte(BOUND_OF_MOMENT);
        out.putBoolean(inclusive);
        out.putLong(epochMicros);
      }
      case Bound.OfText(FilterValue.Text value, boolean inclusive) -> {
        out.putByte(BOUND_OF_TEXT);
        out.putBoolean(inclusive);
        out.putString(value.value());
      }
    }
  }

  private static Optional<Bound> getBound(BinaryReader in) {
    int tag = in.getByte();
    if (tag == NO_BOUND) {
      return Optional.empty();
    }
    boolean inclusive = in.getBoolean();
    return Optional.of(
        switch (tag) {
          case BOUND_OF_NUMBER -> {
            if (getValue(in) instanceof FilterValue.Numeric number) {
              yield new Bound.OfNumber(number, inclusive);
            }
            throw in.invalid("a number", "another value");
          }
          case BOUND_OF_MOMENT -> new Bound.OfMoment(in.getLong(), inclusive);
          case BOUND_OF_TEXT -> new Bound.OfText(new FilterValue.Text(in.getString()), inclusive);
          default -> throw in.invalid("the tag of a bound", tag);
        });
  }

  private static void putShape(GeoShape shape, BinaryWriter out) {
    switch (shape) {
      case GeoShape.Radius(GeoPoint center, double meters) -> {
        out.putByte(RADIUS);
        putPoint(center, out);
        out.putLong(Double.doubleToLongBits(meters));
      }
      case GeoShape.Box(GeoPoint topLeft, GeoPoint bottomRight) -> {
        out.putByte(BOX);
        putPoint(topLeft, out);
        putPoint(bottomRight, out);
      }
      case GeoShape.Polygon(List<GeoPoint> exterior, List<List<GeoPoint>> interiors) -> {
        out.putByte(POLYGON);
        putRing(exterior, out);
        out.putList(interiors, (to, ring) -> putRing(ring, to));
      }
    }
  }

  private static GeoShape getShape(BinaryReader in) {
    int tag = in.getByte();
    return switch (tag) {
      case RADIUS -> new GeoShape.Radius(getPoint(in), Double.longBitsToDouble(in.getLong()));
      case BOX -> new GeoShape.Box(getPoint(in), getPoint(in));
      case POLYGON -> new GeoShape.Polygon(getRing(in), in.getList(1, ConditionEncoding::getRing));
      default -> throw in.invalid("the tag of a shape", tag);
    };
  }

  private static void putRing(List<GeoPoint> ring, BinaryWriter out) {
    out.putList(ring, (to, point) -> putPoint(point, to));
  }

  private static List<GeoPoint> getRing(BinaryReader in) {
    return in.getList(POINT_BYTES, ConditionEncoding::getPoint);
  }

  private static void putPoint(GeoPoint point, BinaryWriter out) {
    out.putLong(Double.doubleToLongBits(point.lat()));
    out.putLong(Double.doubleToLongBits(point.lon()));
  }

  private static GeoPoint getPoint(BinaryReader in) {
    return new GeoPoint(
        Double.longBitsToDouble(in.getLong()), Double.longBitsToDouble(in.getLong()));
  }
}

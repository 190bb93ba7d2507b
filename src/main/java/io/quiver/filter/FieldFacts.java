package io.quiver.filter;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One field, and what the document that was read last has there: all that any condition may ask of
 * it. Belongs to its {@link FieldTree}; facts are valid until that reads the next document.
 */
public final class FieldFacts {
  final Map<String, FieldFacts> children = new ConcurrentHashMap<>();
  final boolean indexed;
  private final String path;
  private final Set<FilterValue> values = new LinkedHashSet<>();
  private final Set<GeoPoint> places = new LinkedHashSet<>();
  private boolean isObject;
  private long count;
  private long document = -1;

  FieldFacts(String path, boolean indexed) {
    this.path = path;
    this.indexed = indexed;
  }

  /** The keys with dots between them, as {@link FieldPath#toString}. */
  public String path() {
    return path;
  }

  /** Each string, number, boolean and null that the path reaches, once. */
  public Set<FilterValue> values() {
    return values;
  }

  /** Whether the path reaches an object. */
  public boolean isObject() {
    return isObject;
  }

  /** Each place that the path reaches, once. */
  public Set<GeoPoint> places() {
    return places;
  }

  /** What {@link Condition.ValuesCount} counts. */
  public long count() {
    return count;
  }

  /** Returns whether this is the first time in this document. */
  boolean reached(long number) {
    if (document == number) {
      return false;
    }
    document = number;
    values.clear();
    places.clear();
    isObject = false;
    count = 0;
    return true;
  }

  void value(FilterValue value, boolean inArray) {
    values.add(value);
    count += inArray || value instanceof FilterValue.Nothing ? 0 : 1;
  }

  void object(boolean inArray) {
    isObject = true;
    count += inArray ? 0 : 1;
  }

  void place(double lat, double lon) {
    if (GeoPoint.isPlace(lat, lon)) {
      places.add(new GeoPoint(lat, lon));
    }
  }

  void counted(long elements) {
    count += elements;
  }
}

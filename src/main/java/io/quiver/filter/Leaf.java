package io.quiver.filter;

/** One condition, and what the values of the present document said of it so far. */
final class Leaf implements FieldListener {
  final Condition condition;

  /** A value met it; for {@code is_empty} the contrary: there is a value. */
  private boolean met;

  private long count;

  Leaf(Condition condition) {
    this.condition = condition;
  }

  void begin() {
    met = false;
    count = 0;
  }

  boolean holds() {
    return switch (condition) {
      case Condition.IsEmpty empty -> !met;
      case Condition.ValuesCount values -> values.test(count);
      case Condition.OnValues values -> met;
      case Condition.Within within -> met;
      case Condition.Exists exists -> met;
      case Condition.IsNull isNull -> met;
    };
  }

  /** The path reached a string, number, boolean or null. */
  @Override
  public void value(FilterValue value, boolean inArray) {
    boolean isNull = value instanceof FilterValue.Nothing;
    switch (condition) {
      case Condition.OnValues values -> met = met || values.test(value);
      case Condition.Exists exists -> met = true;
      case Condition.IsNull wanted -> met |= isNull;
      case Condition.IsEmpty empty -> met |= !isNull;
      case Condition.ValuesCount values -> count += inArray || isNull ? 0 : 1;
      case Condition.Within within -> {}
    }
  }

  /** The path reached an object. */
  @Override
  public void object(boolean inArray) {
    switch (condition) {
      case Condition.Exists exists -> met = true;
      case Condition.IsEmpty empty -> met = true;
      case Condition.ValuesCount values -> count += inArray ? 0 : 1;
      case Condition.OnValues values -> {}
      case Condition.IsNull isNull -> {}
      case Condition.Within within -> {}
    }
  }

  /** An object that was reached is a place, unless the degrees are none. */
  @Override
  public void place(double lat, double lon) {
    if (condition instanceof Condition.Within(GeoShape shape) && GeoPoint.isPlace(lat, lon)) {
      met = met || shape.contains(lat, lon);
    }
  }

  /** The path reached an array, whose elements follow. */
  @Override
  public void array() {
    met |= condition instanceof Condition.Exists;
  }

  /** The path reached an array of so many elements, not as an element itself. */
  @Override
  public void counted(long elements) {
    count += elements;
  }

  @Override
  public boolean asksForPlaces() {
    return condition instanceof Condition.Within;
  }
}

package io.quiver.filter;

import java.util.Optional;
import java.util.OptionalLong;

/** Whether a value lies in a range. */
final class Ranges {
  private Ranges() {}

  static boolean contains(Condition.Range range, FilterValue value) {
    return above(range.low(), value) && below(range.high(), value);
  }

  private static boolean above(Optional<Bound> low, FilterValue value) {
    return low.isEmpty() || isInside(low.get(), value, 1);
  }

  private static boolean below(Optional<Bound> high, FilterValue value) {
    return high.isEmpty() || isInside(high.get(), value, -1);
  }

  /**
   * @param side 1 if larger values lie inside, -1 if smaller ones do
   */
  private static boolean isInside(Bound bound, FilterValue value, int side) {
    return switch (bound) {
      case Bound.OfNumber(FilterValue.Numeric end, boolean inclusive) ->
          value instanceof FilterValue.Numeric number
              && isInside(number.compareTo(end) * side, inclusive);
      case Bound.OfText(FilterValue.Text end, boolean inclusive) ->
          value instanceof FilterValue.Text text && isInside(text.compareTo(end) * side, inclusive);
      case Bound.OfMoment(long end, boolean inclusive) -> {
        OptionalLong moment =
            value instanceof FilterValue.Text(String text)
                ? Moments.read(text)
                : OptionalLong.empty();
        yield moment.isPresent()
            && isInside(Long.compare(moment.getAsLong(), end) * side, inclusive);
      }
    };
  }

  private static boolean isInside(int order, boolean inclusive) {
    return order > 0 || (inclusive && order == 0);
  }
}

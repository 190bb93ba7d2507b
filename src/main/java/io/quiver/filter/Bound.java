package io.quiver.filter;

import io.quiver.core.Required;

/** One end of a range: it decides of which type a value has to be to lie in it. */
public sealed interface Bound {
  /** True if the end itself is in the range. */
  boolean inclusive();

  /** Only numbers lie in the range. */
  record OfNumber(FilterValue.Numeric value, boolean inclusive) implements Bound {
    public OfNumber {
      Required.value("bound", value);
    }
  }

  /** Only strings that {@link Moments} reads lie in the range, as the moments that they name. */
  record OfMoment(long epochMicros, boolean inclusive) implements Bound {}

  /** Only strings lie in the range, in the order of {@link FilterValue.Text}. */
  record OfText(FilterValue.Text value, boolean inclusive) implements Bound {
    public OfText {
      Required.value("bound", value);
    }
  }
}

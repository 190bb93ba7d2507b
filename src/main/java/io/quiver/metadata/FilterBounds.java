package io.quiver.metadata;

import io.quiver.core.OrdinalSet;
import io.quiver.core.Required;

/**
 * What is known of the rows that a filter means: some surely, and none but those that are possible.
 * Of what lies between, the rows themselves have to be asked.
 *
 * @param sure part of {@code possible}, and the same object if nothing lies between
 */
public record FilterBounds(OrdinalSet sure, OrdinalSet possible) {
  public FilterBounds {
    Required.value("sure", sure);
    Required.value("possible", possible);
    assert sure.bound() == possible.bound();
  }

  /** These and no others. */
  public static FilterBounds exactly(OrdinalSet rows) {
    return new FilterBounds(rows, rows);
  }

  /** Nothing is known but that some are none of them. */
  public static FilterBounds among(OrdinalSet possible) {
    return new FilterBounds(none(possible.bound()), possible);
  }

  /** Nothing is known. */
  public static FilterBounds unknown(int bound) {
    return among(OrdinalSet.all(bound));
  }

  static OrdinalSet none(int bound) {
    return OrdinalSet.owning(new long[OrdinalSet.wordsOf(bound)], bound);
  }

  public boolean isExact() {
    return sure == possible;
  }

  FilterBounds not() {
    OrdinalSet others = possible.not();
    return new FilterBounds(others, isExact() ? others : sure.not());
  }

  FilterBounds and(FilterBounds other) {
    OrdinalSet both = sure.and(other.sure);
    return new FilterBounds(
        both, isExact() && other.isExact() ? both : possible.and(other.possible));
  }

  FilterBounds or(FilterBounds other) {
    OrdinalSet either = sure.or(other.sure);
    return new FilterBounds(
        either, isExact() && other.isExact() ? either : possible.or(other.possible));
  }

  /** The same, but nothing is known of these. */
  FilterBounds doubting(OrdinalSet rows) {
    return rows.count() == 0 ? this : new FilterBounds(sure.and(rows.not()), possible.or(rows));
  }
}

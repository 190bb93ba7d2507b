package io.quiver.collection;

import io.quiver.filter.FieldReader;
import io.quiver.filter.FilterValue;
import io.quiver.filter.GeoPoint;
import io.quiver.filter.GeoShape;
import io.quiver.filter.Moments;
import io.quiver.message.Boost;
import io.quiver.message.Boost.Origin;
import java.util.OptionalLong;

/** What one boost adds to the score of a row, by the nearest of its values. For one thread. */
final class BoostReader {
  private static final double MICROS_PER_SECOND = 1e6;

  private final Boost boost;
  private final FieldReader reader;

  BoostReader(Boost boost) {
    this.boost = boost;
    this.reader =
        boost.origin() instanceof Origin.OfPlace
            ? FieldReader.ofPlaces(boost.field())
            : FieldReader.ofValues(boost.field());
  }

  /**
   * 0 to the weight; 0 if the row has no such value.
   *
   * @param metadata as {@link FieldReader} reads them
   */
  double of(byte[] metadata) {
    double distance = distance(metadata);
    return Double.isInfinite(distance) ? 0 : boost.weight() * boost.share(distance);
  }

  /** Of the nearest value; infinite without one. */
  private double distance(byte[] metadata) {
    double nearest = Double.POSITIVE_INFINITY;
    switch (boost.origin()) {
      case Origin.OfPlace(GeoPoint origin) -> {
        for (GeoPoint place : reader.places(metadata)) {
          nearest = Math.min(nearest, GeoShape.distanceMeters(origin, place.lat(), place.lon()));
        }
      }
      case Origin.OfNumber(double origin) -> {
        for (FilterValue value : reader.values(metadata)) {
          if (value instanceof FilterValue.Numeric number) {
            nearest = Math.min(nearest, Math.abs(asDouble(number) - origin));
          }
        }
      }
      case Origin.OfMoment(long origin) -> {
        for (FilterValue value : reader.values(metadata)) {
          OptionalLong moment =
              value instanceof FilterValue.Text(String text)
                  ? Moments.read(text)
                  : OptionalLong.empty();
          if (moment.isPresent()) {
            double micros = (double) moment.getAsLong() - origin;
            nearest = Math.min(nearest, Math.abs(micros) / MICROS_PER_SECOND);
          }
        }
      }
    }
    return nearest;
  }

  private static double asDouble(FilterValue.Numeric number) {
    return switch (number) {
      case FilterValue.Whole(long whole) -> whole;
      case FilterValue.Fraction(double fraction) -> fraction;
    };
  }
}

package io.quiver.filter;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.util.List;

/** A part of the globe. */
public sealed interface GeoShape {
  /** Radius of the globe in metres, a perfect sphere. */
  double EARTH_METERS = 6_371_000;

  boolean contains(double lat, double lon);

  /** How many places the shape is made of. */
  int points();

  /** What is at most so far from the centre, along the great circle. */
  record Radius(GeoPoint center, double meters) implements GeoShape {
    public Radius {
      Required.value("center", center);
      if (!(meters >= 0 && meters < Double.POSITIVE_INFINITY)) {
        throw QuiverException.invalid("radius", "a number of metres, at least 0", meters);
      }
    }

    @Override
    public boolean contains(double lat, double lon) {
      return distanceMeters(center, lat, lon) <= meters;
    }

    @Override
    public int points() {
      return 1;
    }
  }

  /**
   * What lies between two parallels and two meridians, on them too. A left edge east of the right
   * one means across the 180th meridian.
   */
  record Box(GeoPoint topLeft, GeoPoint bottomRight) implements GeoShape {
    public Box {
      Required.value("top_left", topLeft);
      Required.value("bottom_right", bottomRight);
      if (topLeft.lat() < bottomRight.lat()) {
        throw QuiverException.invalid(
            "top_left.lat", "at least bottom_right.lat " + bottomRight.lat(), topLeft.lat());
      }
    }

    @Override
    public boolean contains(double lat, double lon) {
      boolean between =
          topLeft.lon() <= bottomRight.lon()
              ? lon >= topLeft.lon() && lon <= bottomRight.lon()
              : lon >= topLeft.lon() || lon <= bottomRight.lon();
      return between && lat <= topLeft.lat() && lat >= bottomRight.lat();
    }

    @Override
    public int points() {
      return 2;
    }
  }

  /**
   * What lies inside the exterior ring and in none of the interior ones. Edges are straight lines
   * in degrees, none crosses the 180th meridian; of places on an edge those count that lie inside
   * by the even-odd rule of a ray to the east, half of them.
   */
  record Polygon(List<GeoPoint> exterior, List<List<GeoPoint>> interiors) implements GeoShape {
    public Polygon {
      exterior = ring("exterior", exterior);
      interiors =
          Required.list("interiors", interiors).stream()
              .map(ring -> ring("interiors", ring))
              .toList();
    }

    @Override
    public boolean contains(double lat, double lon) {
      if (!isInside(exterior, lat, lon)) {
        return false;
      }
      for (List<GeoPoint> interior : interiors) {
        if (isInside(interior, lat, lon)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public int points() {
      return exterior.size() + interiors.stream().mapToInt(List::size).sum();
    }

    private static List<GeoPoint> ring(String field, List<GeoPoint> points) {
      List<GeoPoint> ring = Required.list(field, points);
      Limits.check(field + ": number of points", ring.size(), 3, Limits.FILTER_VALUES_MAX);
      return ring;
    }

    private static boolean isInside(List<GeoPoint> ring, double lat, double lon) {
      boolean inside = false;
      GeoPoint from = ring.getLast();
      for (GeoPoint to : ring) {
        if ((from.lat() > lat) != (to.lat() > lat)) {
          double share = (lat - from.lat()) / (to.lat() - from.lat());
          inside ^= lon < from.lon() + share * (to.lon() - from.lon());
        }
        from = to;
      }
      return inside;
    }
  }

  /** The way along the great circle in metres, by the haversine formula. */
  static double distanceMeters(GeoPoint from, double lat, double lon) {
    double phi = Math.toRadians(from.lat());
    double other = Math.toRadians(lat);
    double sinLat = Math.sin((other - phi) / 2);
    double sinLon = Math.sin(Math.toRadians(lon - from.lon()) / 2);
    double a = sinLat * sinLat + Math.cos(phi) * Math.cos(other) * sinLon * sinLon;
    return 2 * EARTH_METERS * Math.asin(Math.min(1, Math.sqrt(a)));
  }
}

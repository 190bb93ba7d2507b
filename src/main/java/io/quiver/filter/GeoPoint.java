package io.quiver.filter;

import io.quiver.core.QuiverException;

/**
 * A place on the globe.
 *
 * @param lat degrees, -90 to 90
 * @param lon degrees, -180 to 180
 */
public record GeoPoint(double lat, double lon) {
  public GeoPoint {
    if (!isPlace(lat, lon)) {
      throw QuiverException.invalid(
          "place", "lat from -90 to 90 and lon from -180 to 180", lat + ", " + lon);
    }
  }

  /** True if there is such a place. */
  public static boolean isPlace(double lat, double lon) {
    return lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180;
  }
}

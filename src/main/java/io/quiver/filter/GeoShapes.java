package io.quiver.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Parts of the globe as they are written in filters. */
final class GeoShapes {
  private GeoShapes() {}

  /** {@code {"center": {"lat", "lon"}, "radius": metres}}. */
  static Condition radius(Map<String, Object> object, At at) {
    at.expectOnly(object, List.of("center", "radius"));
    GeoPoint center = point(object.get("center"), at.key("center"));
    At place = at.key("radius");
    double meters = place.number(object.get("radius"));
    return place.made(() -> new Condition.Within(new GeoShape.Radius(center, meters)));
  }

  /** {@code latitude}, {@code longitude} and {@code radius_meters} beside other keys. */
  static Condition flatRadius(Map<String, Object> object, At at) {
    double lat = at.key("latitude").number(object.get("latitude"));
    double lon = at.key("longitude").number(object.get("longitude"));
    At place = at.key("radius_meters");
    double meters = place.number(object.get("radius_meters"));
    GeoPoint center = at.made(() -> new GeoPoint(lat, lon));
    return place.made(() -> new Condition.Within(new GeoShape.Radius(center, meters)));
  }

  /** {@code {"top_left": {"lat", "lon"}, "bottom_right": {"lat", "lon"}}}. */
  static Condition box(Map<String, Object> object, At at) {
    at.expectOnly(object, List.of("top_left", "bottom_right"));
    GeoPoint topLeft = point(object.get("top_left"), at.key("top_left"));
    GeoPoint bottomRight = point(object.get("bottom_right"), at.key("bottom_right"));
    return at.made(() -> new Condition.Within(new GeoShape.Box(topLeft, bottomRight)));
  }

  /** {@code {"exterior": {"points": […]}, "interiors": [{"points": […]}]}}. */
  static Condition polygon(Map<String, Object> object, At at) {
    at.expectOnly(object, List.of("exterior", "interiors"));
    List<GeoPoint> exterior = ring(object.get("exterior"), at.key("exterior"));
    List<List<GeoPoint>> interiors = new ArrayList<>();
    if (object.get("interiors") != null) {
      At place = at.key("interiors");
      List<?> rings = place.list(object.get("interiors"));
      for (int i = 0; i < rings.size(); i++) {
        interiors.add(ring(rings.get(i), place.index(i)));
      }
    }
    return at.made(() -> new Condition.Within(new GeoShape.Polygon(exterior, interiors)));
  }

  /** An object with points, or the list of them. */
  private static List<GeoPoint> ring(Object value, At at) {
    At place = value instanceof Map<?, ?> ? at.key("points") : at;
    Object points = value instanceof Map<?, ?> ? at.object(value).get("points") : value;
    List<?> list = place.list(points);
    List<GeoPoint> ring = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      ring.add(point(list.get(i), place.index(i)));
    }
    return ring;
  }

  private static GeoPoint point(Object value, At at) {
    Map<String, Object> object = at.object(value);
    at.expectOnly(object, List.of("lat", "lon"));
    double lat = at.key("lat").number(object.get("lat"));
    double lon = at.key("lon").number(object.get("lon"));
    return at.made(() -> new GeoPoint(lat, lon));
  }
}

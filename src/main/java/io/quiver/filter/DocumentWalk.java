package io.quiver.filter;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Walks over one document once and tells listeners what stands at their paths. */
final class DocumentWalk {
  private final JsonParser parser;

  DocumentWalk(JsonParser parser) {
    this.parser = parser;
  }

  /** The parser stands at the beginning of the document. */
  void document(PathNode root) throws IOException {
    fields(List.of(root), false);
  }

  /** The value at which the parser stands, which the paths of these nodes reach. */
  private void value(List<PathNode> nodes, boolean inArray) throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> object(nodes, inArray);
      case START_ARRAY -> array(nodes, inArray);
      default -> scalar(nodes, inArray);
    }
  }

  private void scalar(List<PathNode> nodes, boolean inArray) throws IOException {
    FilterValue value = null;
    for (PathNode node : nodes) {
      for (FieldListener leaf : node.leaves) {
        value = value == null ? read(parser) : value;
        leaf.value(value, inArray);
      }
    }
  }

  /** The string, number, boolean or null at which a parser stands. */
  static FilterValue read(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> FilterValue.of(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> JsonNumbers.read(parser);
      case VALUE_TRUE -> FilterValue.of(true);
      case VALUE_FALSE -> FilterValue.of(false);
      case VALUE_NULL -> FilterValue.NULL;
      case NOT_AVAILABLE,
          START_OBJECT,
          END_OBJECT,
          START_ARRAY,
          END_ARRAY,
          FIELD_NAME,
          VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("no value: " + parser.currentToken());
    };
  }

  private void array(List<PathNode> nodes, boolean inArray) throws IOException {
    for (PathNode node : nodes) {
      node.leaves.forEach(FieldListener::array);
    }
    long elements = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements++;
      value(nodes, true);
    }
    if (!inArray) {
      for (PathNode node : nodes) {
        for (FieldListener leaf : node.leaves) {
          leaf.counted(elements);
        }
      }
    }
  }

  private void object(List<PathNode> nodes, boolean inArray) throws IOException {
    List<PathNode> inside = nodes;
    boolean places = false;
    for (PathNode node : nodes) {
      for (FieldListener leaf : node.leaves) {
        leaf.object(inArray);
      }
      places |= node.asksForPlaces();
      if (!node.nested.isEmpty()) {
        inside = inside == nodes ? new ArrayList<>(nodes) : inside;
        for (Scope scope : node.nested) {
          scope.begin();
          inside.add(scope.root);
        }
      }
    }
    Place place = fields(inside, places);
    for (PathNode node : nodes) {
      if (place.isWhole()) {
        node.leaves.forEach(leaf -> leaf.place(place.lat, place.lon));
      }
      node.nested.forEach(Scope::end);
    }
  }

  /** The fields of the object at whose beginning the parser stands. */
  private Place fields(List<PathNode> nodes, boolean places) throws IOException {
    Place place = places ? new Place() : Place.NONE;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (places && token.isNumeric()) {
        place.put(name, parser.getDoubleValue());
      }
      List<PathNode> next = next(nodes, name);
      if (next.isEmpty()) {
        parser.skipChildren();
      } else {
        value(next, false);
      }
    }
    return place;
  }

  private static List<PathNode> next(List<PathNode> nodes, String name) {
    if (nodes.size() == 1) {
      PathNode child = nodes.getFirst().child(name);
      return child == null ? List.of() : List.of(child);
    }
    List<PathNode> next = new ArrayList<>(nodes.size());
    for (PathNode node : nodes) {
      PathNode child = node.child(name);
      if (child != null) {
        next.add(child);
      }
    }
    return next;
  }

  /** The degrees of one object. */
  private static final class Place {
    static final Place NONE = new Place();

    private double lat = Double.NaN;
    private double lon = Double.NaN;

    void put(String name, double degrees) {
      if (name.equals("lat")) {
        lat = degrees;
      } else if (name.equals("lon")) {
        lon = degrees;
      }
    }

    boolean isWhole() {
      return !Double.isNaN(lat) && !Double.isNaN(lon);
    }
  }
}

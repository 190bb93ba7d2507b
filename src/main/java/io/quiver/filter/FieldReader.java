package io.quiver.filter;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads what stands at one path, from one row's metadata after the other. Arrays are entered, as
 * everywhere. For one thread.
 */
public final class FieldReader {
  private final PathNode root = new PathNode();
  private final Set<FilterValue> values = new LinkedHashSet<>();
  private final List<GeoPoint> places = new ArrayList<>();

  private FieldReader(FieldPath path, boolean asksForPlaces) {
    root.at(path).add(new Gathering(asksForPlaces));
  }

  /** Reads strings, numbers and booleans. */
  public static FieldReader ofValues(FieldPath path) {
    return new FieldReader(path, false);
  }

  /** Reads objects with {@code lat} and {@code lon}. */
  public static FieldReader ofPlaces(FieldPath path) {
    return new FieldReader(path, true);
  }

  /** Notes what is told. */
  private final class Gathering implements FieldListener {
    private final boolean asksForPlaces;

    Gathering(boolean asksForPlaces) {
      this.asksForPlaces = asksForPlaces;
    }

    @Override
    public void value(FilterValue value, boolean inArray) {
      if (!asksForPlaces && !(value instanceof FilterValue.Nothing)) {
        values.add(value);
      }
    }

    @Override
    public void place(double lat, double lon) {
      if (GeoPoint.isPlace(lat, lon)) {
        places.add(new GeoPoint(lat, lon));
      }
    }

    @Override
    public boolean asksForPlaces() {
      return asksForPlaces;
    }
  }

  /**
   * The distinct strings, numbers and booleans of one row, in the order in which they stand there.
   * The set is used again for the next row.
   *
   * @param metadata UTF-8 text of a JSON object, empty if there is none
   * @throws UncheckedIOException if the metadata are no JSON, which no row's are
   */
  public Set<FilterValue> values(byte[] metadata) {
    values.clear();
    read(metadata);
    return values;
  }

  /** The places of one row; the list is used again for the next one. */
  public List<GeoPoint> places(byte[] metadata) {
    places.clear();
    read(metadata);
    return places;
  }

  private void read(byte[] metadata) {
    if (metadata.length == 0) {
      return;
    }
    try (JsonParser parser = RowTest.parser(metadata)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        new DocumentWalk(parser).document(root);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.quiver.filter;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.quiver.core.Limits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The fields that the documents read so far have, and what the last of them has there: what an
 * index of fields is made of. It reads documents as {@link DocumentWalk} does, but all of their
 * fields. At most so many are known: those that came first; of the others nothing is kept.
 *
 * <p>Thread safety: one thread at a time reads documents; any thread asks what is known.
 */
public final class FieldTree {
  /** What is known of a field. */
  public enum Known {
    /** Documents have it, and all of them were told. */
    INDEXED,
    /** No document has it. */
    ABSENT,
    /** Documents may have it. */
    UNKNOWN
  }

  private final FieldFacts root = new FieldFacts("", false);
  private final IndexedFields indexed;
  private final int fieldsMax;
  private final List<String> keys = new ArrayList<>();
  private int fieldCount;
  private volatile boolean isFull;
  private List<FieldFacts> found = List.of();
  private long document;
  private JsonParser parser;

  public FieldTree(IndexedFields indexed, int fieldsMax) {
    this.indexed = indexed;
    this.fieldsMax = fieldsMax;
  }

  /** The {@link FieldFacts#path} of a field. */
  public static String name(List<String> keys) {
    return keys.stream()
        .map(key -> key.replace("\\", "\\\\").replace(".", "\\."))
        .collect(Collectors.joining("."));
  }

  /** What is known of a field. */
  public Known known(List<String> path) {
    if (!indexed.covers(path)) {
      return Known.UNKNOWN;
    }
    boolean wasFull = isFull; // First: what is refused later stands in later documents.
    FieldFacts at = root;
    for (String key : path) {
      at = at.children.get(key);
      if (at == null) {
        return wasFull ? Known.UNKNOWN : Known.ABSENT;
      }
    }
    return Known.INDEXED;
  }

  /**
   * Reads a document.
   *
   * @param metadata UTF-8 text of a JSON object, or empty
   * @return the indexed fields that it has, valid until the next call
   * @throws IOException if it is no JSON
   */
  public List<FieldFacts> read(byte[] metadata) throws IOException {
    found = new ArrayList<>();
    document++;
    root.reached(document);
    keys.clear();
    if (metadata.length > 0) {
      try (JsonParser opened = RowTest.parser(metadata)) {
        parser = opened;
        if (parser.nextToken() == JsonToken.START_OBJECT) {
          fields(root);
        }
      }
    }
    return found;
  }

  private void value(FieldFacts at, boolean inArray) throws IOException {
    if (at.reached(document) && at.indexed) {
      found.add(at);
    }
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        at.object(inArray);
        fields(at);
      }
      case START_ARRAY -> {
        long elements = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements++;
          value(at, true);
        }
        at.counted(inArray ? 0 : elements);
      }
      default -> at.value(DocumentWalk.read(parser), inArray);
    }
  }

  /** The fields of the object at whose beginning the parser stands. */
  private void fields(FieldFacts at) throws IOException {
    double lat = Double.NaN;
    double lon = Double.NaN;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (parser.nextToken().isNumeric()) {
        lat = name.equals("lat") ? parser.getDoubleValue() : lat;
        lon = name.equals("lon") ? parser.getDoubleValue() : lon;
      }
      keys.add(name);
      FieldFacts child = at.children.get(name);
      child = child == null ? admitted(at, name) : child;
      if (child == null) {
        parser.skipChildren();
      } else {
        value(child, false);
      }
      keys.removeLast();
    }
    if (!Double.isNaN(lat) && !Double.isNaN(lon)) {
      at.place(lat, lon);
    }
  }

  /** Null if nobody may ask for it, or there are too many. */
  private FieldFacts admitted(FieldFacts parent, String name) {
    if (isFull) {
      return null;
    }
    boolean canBeAsked =
        !name.isEmpty()
            && keys.stream().mapToInt(String::length).sum() <= Limits.FILTER_PATH_CHARS_MAX;
    if (!canBeAsked || !indexed.leadsTo(keys)) {
      return null;
    }
    if (fieldCount == fieldsMax) {
      isFull = true;
      return null;
    }
    fieldCount++;
    FieldFacts child = new FieldFacts(name(keys), indexed.covers(keys));
    parent.children.put(name, child);
    return child;
  }
}

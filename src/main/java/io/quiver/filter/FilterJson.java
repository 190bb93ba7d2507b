package io.quiver.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Filters as JSON text, in any dialect. */
public final class FilterJson {
  /** Levels of JSON: a condition takes up to four. */
  private static final int JSON_DEPTH_MAX = 4 * (Limits.FILTER_DEPTH_MAX + 2);

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(JSON_DEPTH_MAX).build())
          .build();

  private FilterJson() {}

  /**
   * Reads a filter that stands alone.
   *
   * @throws QuiverException INVALID_ARGUMENT if it is no JSON or no filter
   */
  public static Filter read(String json) {
    return read(Required.value("filter", json).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a filter that stands alone.
   *
   * @throws QuiverException INVALID_ARGUMENT if it is no JSON or no filter
   */
  public static Filter read(byte[] utf8) {
    return read("filter", utf8);
  }

  /** The same; errors name places that begin with {@code field}. */
  public static Filter read(String field, byte[] utf8) {
    return FilterParser.parse(field, tree(field, utf8));
  }

  private static Object tree(String field, byte[] utf8) {
    try (JsonParser parser = FACTORY.createParser(utf8)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw QuiverException.invalid(field, "a JSON object", "nothing");
      }
      Object tree = value(parser);
      if (parser.nextToken() != null) {
        throw QuiverException.invalid(field, "the end of the JSON text", "more");
      }
      return tree == null ? Map.of() : tree;
    } catch (IOException e) {
      throw QuiverException.invalid(field, "JSON", firstLine(e));
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> JsonNumbers.read(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("no value: " + parser.currentToken());
    };
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, value(parser));
    }
    return object;
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    List<Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }

  private static String firstLine(IOException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}

package io.quiver.nonsense;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.nonsense.Surface.CannotSay;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a request of the table says, for surfaces that speak no JSON: what has no value in a typed
 * message (a string where a number belongs, an unknown field) cannot be said.
 */
final class Words {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Words() {}

  /** The request as an object that has no fields but these. */
  static ObjectNode object(String request, String... known) {
    if (request.chars().anyMatch(c -> c >= CaseTable.BYTES && c <= CaseTable.BYTES + 0xFF)) {
      throw new CannotSay("bytes that are no text");
    }
    try {
      return object(JSON.readTree(request), known);
    } catch (JsonProcessingException e) {
      throw new CannotSay("text that is no JSON");
    }
  }

  static ObjectNode object(JsonNode node, String... known) {
    if (!(node instanceof ObjectNode object)) {
      throw new CannotSay("a request that is no object");
    }
    Set<String> fields = Set.of(known);
    object
        .fieldNames()
        .forEachRemaining(field -> {
          if (!fields.contains(field)) {
            throw new CannotSay("field " + field);
          }
        });
    return object;
  }

  static boolean isThere(ObjectNode object, String field) {
    return object.hasNonNull(field);
  }

  /** The text of a field, null if it is not there. */
  static String text(ObjectNode object, String field) {
    return isThere(object, field) ? text(object.get(field)) : null;
  }

  static String text(JsonNode node) {
    if (!node.isTextual()) {
      throw new CannotSay("no text");
    }
    return node.asText();
  }

  static int whole(ObjectNode object, String field, int otherwise) {
    if (!isThere(object, field)) {
      return otherwise;
    }
    if (!object.get(field).isIntegralNumber() || !object.get(field).canConvertToInt()) {
      throw new CannotSay("no whole number of 32 bits");
    }
    return object.get(field).asInt();
  }

  static boolean flag(ObjectNode object, String field, boolean otherwise) {
    if (!isThere(object, field)) {
      return otherwise;
    }
    if (!object.get(field).isBoolean()) {
      throw new CannotSay("neither true nor false");
    }
    return object.get(field).asBoolean();
  }

  /** The elements of an array, none if it is not there. */
  static List<JsonNode> elements(ObjectNode object, String field) {
    List<JsonNode> elements = new ArrayList<>();
    if (isThere(object, field)) {
      if (!object.get(field).isArray()) {
        throw new CannotSay("no array");
      }
      object.get(field).forEach(elements::add);
    }
    return elements;
  }

  /** The numbers of an array as float32, so that a large one is infinite; none if not there. */
  static float[] floats(ObjectNode object, String field) {
    List<JsonNode> elements = elements(object, field);
    float[] floats = new float[elements.size()];
    for (int i = 0; i < floats.length; i++) {
      if (!elements.get(i).isNumber()) {
        throw new CannotSay("no number");
      }
      floats[i] = elements.get(i).floatValue();
    }
    return floats;
  }

  /** The text of a value. A NaN in it would be no JSON, and no JSON is what only REST can say. */
  static String json(JsonNode value) {
    if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
      throw new CannotSay("a number that is none");
    }
    value.forEach(Words::json);
    return value.toString();
  }

  /** The list, if the field is its first element too many: a typed message counts the whole. */
  static String whole(String field) {
    return field.replaceFirst("\\[(127|256|1000|65536|100000)]$", "");
  }

  /** What a part of the target stands for. */
  static String decoded(String percentEncoded) {
    String text;
    try {
      text = URLDecoder.decode(percentEncoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new CannotSay("broken percent-encoding");
    }
    if (text.indexOf('\uFFFD') >= 0) {
      throw new CannotSay("bytes that are no UTF-8");
    }
    return text;
  }

  static void noQuery(Case wrong) {
    if (wrong.hasQuery()) {
      throw new CannotSay("a query");
    }
  }
}

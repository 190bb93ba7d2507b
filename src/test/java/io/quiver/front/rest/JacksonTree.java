package io.quiver.front.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Jackson reads, under the rules that we keep: UTF-8 as the JDK checks it (Jackson itself lets
 * some broken sequences pass), no duplicate keys, nothing behind the document. Objects are maps,
 * arrays lists, numbers and literals their own text, strings their text behind {@code "string "}.
 */
final class JacksonTree {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(JsonReader.DEPTH_MAX)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JacksonTree() {}

  /** The document, or nothing if it is none. */
  static Optional<Object> of(byte[] input) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(input)).toString();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() == null) {
        return Optional.empty();
      }
      Object value = value(json);
      return json.nextToken() == null ? Optional.of(value) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          json.nextToken();
          object.put(name, value(json));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> array = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(json));
        }
        yield array;
      }
      case VALUE_STRING -> "string " + json.getText();
      default -> json.getText();
    };
  }
}

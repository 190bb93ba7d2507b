package io.quiver.migrate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * What VJson keeps of a row beside its vector: {@code {"id": text, "data": object or null,
 * "timestamp": Unix seconds}}, in any order.
 *
 * @param data byte for byte as it stands there
 */
record VjsonRecord(VectorId id, Metadata data) {
  private static final JsonFactory JSON = factory(1);

  /** Reads JSON in which metadata lies so many levels deep. */
  static JsonFactory factory(int levelsAbove) {
    return JsonFactory.builder()
        // UTF-8, whatever the first bytes look like: offsets of other encodings are not known.
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(Limits.METADATA_DEPTH_MAX + levelsAbove)
                .maxStringLength(Limits.METADATA_BYTES_MAX)
                .build())
        .build();
  }

  /**
   * Reads one record that fills all of the bytes.
   *
   * @throws QuiverException INVALID_ARGUMENT saying what is wrong with it
   */
  static VjsonRecord parse(byte[] bytes) {
    try (JsonParser json = JSON.createParser(bytes)) {
      return parse(json, bytes);
    } catch (JsonProcessingException e) {
      throw QuiverException.invalid("record", "JSON", e.getOriginalMessage());
    } catch (IOException e) {
      throw QuiverException.invalid("record", "JSON", String.valueOf(e.getMessage()));
    }
  }

  private static VjsonRecord parse(JsonParser json, byte[] bytes) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw QuiverException.invalid("record", "a JSON object", String.valueOf(json.getText()));
    }
    Optional<VectorId> id = Optional.empty();
    Optional<Metadata> data = Optional.empty();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      switch (field) {
        case "id" -> {
          expect("id", "a string", value == JsonToken.VALUE_STRING, json);
          id = Optional.of(new VectorId(json.getText()));
        }
        case "data" -> data = Optional.of(readData(json, bytes));
        case "timestamp" ->
            expect("timestamp", "a number", value != null && value.isNumeric(), json);
        default -> throw QuiverException.invalid("field", "id, data, timestamp", field);
      }
    }
    if (json.nextToken() != null) {
      throw QuiverException.invalid("record", "one JSON object", "more after it");
    }
    return new VjsonRecord(
        id.orElseThrow(() -> QuiverException.invalid("id", "a string", "nothing")),
        data.orElseThrow(() -> QuiverException.invalid("data", "an object", "nothing")));
  }

  private static Metadata readData(JsonParser json, byte[] bytes) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return Metadata.ABSENT;
    }
    expect("data", "an object", json.currentToken() == JsonToken.START_OBJECT, json);
    int from = Math.toIntExact(json.currentTokenLocation().getByteOffset());
    json.skipChildren();
    int to = Math.toIntExact(json.currentLocation().getByteOffset());
    return Metadata.owning(Arrays.copyOfRange(bytes, from, to));
  }

  private static void expect(String field, String wanted, boolean isThat, JsonParser json)
      throws IOException {
    if (!isThat) {
      throw QuiverException.invalid(field, wanted, String.valueOf(json.getText()));
    }
  }
}

package io.quiver.migrate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The JSON that SrvDB keeps of a row: what the application gave, and in it the id as {@code
 * __id__}.
 *
 * @param metadata the object without {@code __id__}, otherwise byte for byte
 */
record SrvdbMetadata(VectorId id, Metadata metadata) {
  static final String ID = "__id__";

  private static final JsonFactory JSON = VjsonRecord.factory(0);

  /**
   * Reads the JSON of one row.
   *
   * @throws QuiverException INVALID_ARGUMENT saying what is wrong with it
   */
  static SrvdbMetadata parse(ByteBuffer text) {
    byte[] bytes = new byte[text.remaining()];
    text.get(bytes);
    try (JsonParser json = JSON.createParser(bytes)) {
      return parse(json, bytes);
    } catch (JsonProcessingException e) {
      throw QuiverException.invalid("metadata", "JSON", e.getOriginalMessage());
    } catch (IOException e) {
      throw QuiverException.invalid("metadata", "JSON", String.valueOf(e.getMessage()));
    }
  }

  private static SrvdbMetadata parse(JsonParser json, byte[] bytes) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw QuiverException.invalid("metadata", "a JSON object", String.valueOf(json.getText()));
    }
    Optional<VectorId> id = Optional.empty();
    ByteArrayOutputStream rest = new ByteArrayOutputStream(bytes.length);
    rest.write('{');
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean isId = json.currentName().equals(ID);
      int from = Math.toIntExact(json.currentTokenLocation().getByteOffset());
      JsonToken value = json.nextToken();
      if (isId) {
        if (value != JsonToken.VALUE_STRING) {
          throw QuiverException.invalid(ID, "a string", String.valueOf(json.getText()));
        }
        id = Optional.of(new VectorId(json.getText()));
        continue;
      }
      json.skipChildren();
      json.finishToken();
      int to = Math.toIntExact(json.currentLocation().getByteOffset());
      if (rest.size() > 1) {
        rest.write(',');
      }
      rest.write(bytes, from, to - from);
    }
    rest.write('}');
    if (json.nextToken() != null) {
      throw QuiverException.invalid("metadata", "one JSON object", "more after it");
    }
    return new SrvdbMetadata(
        id.orElseThrow(() -> QuiverException.invalid(ID, "a string", "nothing")),
        Metadata.owning(rest.toByteArray()));
  }
}

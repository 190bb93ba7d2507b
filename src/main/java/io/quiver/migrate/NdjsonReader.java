package io.quiver.migrate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * One JSON object a line: {@code id} (a string or an integer; optional), the vector as {@code
 * vector}, {@code data}, {@code embedding} or {@code values}, and {@code metadata} (an object, kept
 * byte for byte; optional). Empty lines are skipped.
 */
final class NdjsonReader implements VectorReader {
  /** Room for the largest vector and the largest metadata. */
  private static final int LINE_BYTES_MAX = 8 << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          // UTF-8, whatever the first bytes look like: metadata are cut out by their offsets.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.METADATA_DEPTH_MAX + 1)
                  .maxStringLength(Limits.METADATA_BYTES_MAX)
                  .build())
          .build();

  private final Source source;
  private byte[] line = new byte[1 << 12];
  private long lines;
  private long rows;
  private float[] components = new float[128];

  NdjsonReader(Source source) {
    this.source = source;
  }

  @Override
  public Optional<Row> next() throws IOException {
    while (true) {
      long start = source.offset();
      lines++;
      int length = readLine(start);
      if (length < 0) {
        return Optional.empty();
      }
      if (isBlank(length)) {
        continue;
      }
      try (JsonParser json = JSON.createParser(line, 0, length)) {
        Row row = parse(json);
        rows++;
        return Optional.of(row);
      } catch (JsonProcessingException e) {
        throw source.malformed(place(), start, e.getOriginalMessage());
      } catch (IOException | QuiverException e) {
        throw source.malformed(place(), start, e.getMessage());
      }
    }
  }

  @Override
  public double fraction() {
    return source.fraction();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }

  private String place() {
    return "line " + lines;
  }

  /** Fills {@link #line} without the line feed; returns the length, or −1 at the end. */
  private int readLine(long start) throws IOException {
    int length = 0;
    while (true) {
      int value = source.read();
      if (value < 0) {
        return length == 0 ? -1 : length;
      }
      if (value == '\n') {
        return length;
      }
      if (length == LINE_BYTES_MAX) {
        throw source.malformed(place(), start, "expected at most " + LINE_BYTES_MAX + " bytes");
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, Math.min(LINE_BYTES_MAX, 2 * length));
      }
      line[length++] = (byte) value;
    }
  }

  private boolean isBlank(int length) {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  private Row parse(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw QuiverException.invalid("line", "a JSON object", json.getText());
    }
    Optional<VectorId> id = Optional.empty();
    Optional<DenseVector> vector = Optional.empty();
    Metadata metadata = Metadata.ABSENT;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "id" -> id = readId(json);
        case "metadata" -> metadata = readMetadata(json);
        case "vector", "data", "embedding", "values" -> {
          if (vector.isPresent()) {
            throw QuiverException.invalid(field, "one vector in a line", "two");
          }
          vector = Optional.of(readVector(field, json));
        }
        default ->
            throw QuiverException.invalid(
                "field", "id, metadata, and vector (or data, embedding, values)", field);
      }
    }
    if (json.nextToken() != null) {
      throw QuiverException.invalid("line", "one JSON object", "more after it");
    }
    DenseVector found =
        vector.orElseThrow(() -> QuiverException.invalid("vector", "a list of numbers", "nothing"));
    return new Row(id.orElseGet(() -> new VectorId(Long.toString(rows))), found, metadata);
  }

  private static Optional<VectorId> readId(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING, VALUE_NUMBER_INT -> Optional.of(new VectorId(json.getText()));
      case VALUE_NULL -> Optional.empty();
      default -> throw QuiverException.invalid("id", "a string or an integer", json.getText());
    };
  }

  private DenseVector readVector(String field, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw QuiverException.invalid(field, "a list of numbers", json.getText());
    }
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == null || !json.currentToken().isNumeric()) {
        throw QuiverException.invalid(field + "[" + count + "]", "a number", json.getText());
      }
      if (count == Limits.DIMENSION_MAX) {
        throw QuiverException.invalid(
            field, "at most " + Limits.DIMENSION_MAX + " components", "more");
      }
      if (count == components.length) {
        components = Arrays.copyOf(components, 2 * count);
      }
      components[count++] = json.getFloatValue();
    }
    return DenseVector.owning(Arrays.copyOf(components, count));
  }

  /** Cuts the object's own bytes out of the line. */
  private Metadata readMetadata(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return Metadata.ABSENT;
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw QuiverException.invalid("metadata", "an object", json.getText());
    }
    int from = Math.toIntExact(json.currentTokenLocation().getByteOffset());
    json.skipChildren();
    int to = Math.toIntExact(json.currentLocation().getByteOffset());
    return Metadata.owning(Arrays.copyOfRange(line, from, to));
  }
}

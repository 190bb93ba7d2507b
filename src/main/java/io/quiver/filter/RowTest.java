package io.quiver.filter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.quiver.core.Limits;
import io.quiver.core.VectorId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says of one row after the other whether a filter means it, by reading its metadata once. For one
 * thread.
 */
public final class RowTest {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.METADATA_DEPTH_MAX)
                  .maxNumberLength(Limits.METADATA_BYTES_MAX)
                  .maxNameLength(Limits.METADATA_BYTES_MAX)
                  .build())
          .build();

  private final Scope scope;
  private final boolean ids;

  private RowTest(Filter filter) {
    scope = new Scope(filter);
    ids = FilterSize.hasIds(filter);
  }

  /** Reads metadata. */
  static JsonParser parser(byte[] metadata) throws IOException {
    return FACTORY.createParser(metadata);
  }

  public static RowTest of(Filter filter) {
    return new RowTest(filter);
  }

  /** True if the answer may depend on the row's id. */
  public boolean needsId() {
    return ids;
  }

  /** True if the answer may depend on the row's metadata. */
  public boolean needsMetadata() {
    return scope.asksForFields();
  }

  /**
   * Whether the filter means a row.
   *
   * @param id read only if it {@linkplain #needsId() is needed}
   * @param metadata UTF-8 text of a JSON object, empty if there is none; read only if it
   *     {@linkplain #needsMetadata() is needed}
   * @throws UncheckedIOException if the metadata are no JSON, which no row's are
   */
  public boolean matches(VectorId id, byte[] metadata) {
    scope.begin();
    if (metadata.length > 0 && needsMetadata()) {
      try (JsonParser parser = parser(metadata)) {
        if (parser.nextToken() == JsonToken.START_OBJECT) {
          new DocumentWalk(parser).document(scope.root);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return scope.holds(id);
  }

  /** The fields that a filter asks for, sorted; those inside {@code nested} begin with its path. */
  public static Set<String> fields(Filter filter) {
    Set<String> fields = new TreeSet<>();
    new Scope(filter).addFields("", fields);
    return fields;
  }
}

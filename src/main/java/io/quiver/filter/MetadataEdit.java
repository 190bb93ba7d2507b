package io.quiver.filter;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A change of metadata: keys at the top level are removed, then others are put, in the place of
 * those that were there. What is not touched stays as it was written, byte for byte.
 *
 * @param replace everything that was there is removed
 * @param fields keys that are put; absent = none
 * @param removed keys that are removed, if they are there
 */
public record MetadataEdit(boolean replace, Metadata fields, List<String> removed) {
  public MetadataEdit {
    Required.value("metadata", fields);
    removed = Required.list("delete", removed);
    Limits.check("delete", removed.size(), 0, Limits.FILTER_NODES_MAX);
    if (!replace && fields.isAbsent() && removed.isEmpty()) {
      throw QuiverException.invalid("metadata", "set, merge or delete", "nothing");
    }
    if (replace && !removed.isEmpty()) {
      throw QuiverException.invalid("delete", "nothing beside set", removed.size() + " keys");
    }
    Set<String> put = checkedKeys(fields);
    for (String key : removed) {
      if (put.contains(key)) {
        throw QuiverException.invalid("delete", "keys that merge does not put", key);
      }
    }
  }

  /** These fields and no others. */
  public static MetadataEdit set(Metadata fields) {
    return new MetadataEdit(true, fields, List.of());
  }

  /** These fields beside the others. */
  public static MetadataEdit merge(Metadata fields) {
    return new MetadataEdit(false, fields, List.of());
  }

  /** Without these. */
  public static MetadataEdit delete(List<String> keys) {
    return new MetadataEdit(false, Metadata.ABSENT, keys);
  }

  /**
   * What becomes of metadata.
   *
   * @throws QuiverException INVALID_ARGUMENT if they become too large
   */
  public Metadata of(Metadata before) {
    if (replace || before.isAbsent()) {
      return fields;
    }
    Map<String, byte[]> all = parts(before);
    all.keySet().removeAll(new HashSet<>(removed));
    all.putAll(parts(fields));
    ByteArrayOutputStream text = new ByteArrayOutputStream(before.bytes() + fields.bytes());
    text.write('{');
    all.forEach((key, part) -> {
      if (text.size() > 1) {
        text.write(',');
      }
      text.writeBytes(part);
    });
    text.write('}');
    return Metadata.owning(text.toByteArray());
  }

  /** Not every metadata that came over the bus was looked into before. */
  private static Set<String> checkedKeys(Metadata metadata) {
    try {
      return parts(metadata).keySet();
    } catch (UncheckedIOException e) {
      throw QuiverException.invalid("metadata", "a JSON object", metadata);
    }
  }

  /** Each key, and its text with the value's. */
  private static Map<String, byte[]> parts(Metadata metadata) {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    if (metadata.isAbsent()) {
      return parts;
    }
    byte[] text = metadata.toUtf8();
    try (JsonParser parser = RowTest.parser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("no JSON object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.nextToken();
        parser.skipChildren();
        parser.finishToken();
        int to = (int) parser.currentLocation().getByteOffset();
        parts.put(key, Arrays.copyOfRange(text, from, to));
      }
      return parts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.quiver.filter;

import io.quiver.core.Limits;
import io.quiver.core.Required;
import java.util.List;

/**
 * Which fields of the metadata an index knows.
 *
 * @param all every field; then none is named
 * @param fields else these, and what stands beneath each of them
 */
public record IndexedFields(boolean all, List<FieldPath> fields) {
  /** More are not told apart from all. */
  public static final int FIELDS_MAX = 256;

  public static final IndexedFields ALL = new IndexedFields(true, List.of());
  public static final IndexedFields NONE = new IndexedFields(false, List.of());

  public IndexedFields {
    fields = Required.list("metadata_index.fields", fields);
    Limits.check("metadata_index.fields", fields.size(), 0, all ? 0 : FIELDS_MAX);
  }

  public static IndexedFields of(List<FieldPath> fields) {
    return new IndexedFields(false, fields);
  }

  /** Whether there is nothing to index. */
  public boolean isNone() {
    return !all && fields.isEmpty();
  }

  /** Whether the field at these keys is indexed. */
  public boolean covers(List<String> keys) {
    return all || fields.stream().anyMatch(field -> startsWith(keys, field.keys()));
  }

  /** Whether the field at these keys, or one beneath it, is indexed. */
  boolean leadsTo(List<String> keys) {
    return covers(keys) || fields.stream().anyMatch(field -> startsWith(field.keys(), keys));
  }

  private static boolean startsWith(List<String> keys, List<String> start) {
    return keys.size() >= start.size() && keys.subList(0, start.size()).equals(start);
  }
}

package io.quiver.message;

import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.core.VectorId;
import io.quiver.filter.FilterValue;
import java.util.Base64;
import java.util.Optional;

/**
 * A place in the order of a field: the one of a row that need not exist any more. Rows that are
 * there throughout, and keep their values, come exactly once.
 *
 * @param value what the row counts by; empty if it has none
 */
public record OrderCursor(Optional<FilterValue> value, VectorId id) {
  /** Strings are ordered by their first so many characters, so that a cursor is never long. */
  public static final int TEXT_CHARS_MAX = 1_024;

  public OrderCursor {
    Required.value("value", value);
    Required.value("id", id);
  }

  /** What a value counts by in an order: a long string by its beginning. */
  public static FilterValue key(FilterValue value) {
    return value instanceof FilterValue.Text(String text) && text.length() > TEXT_CHARS_MAX
        ? FilterValue.of(beginning(text))
        : value;
  }

  /** Never half a surrogate pair. */
  private static String beginning(String text) {
    boolean cutsPair = Character.isHighSurrogate(text.charAt(TEXT_CHARS_MAX - 1));
    return text.substring(0, cutsPair ? TEXT_CHARS_MAX - 1 : TEXT_CHARS_MAX);
  }

  /**
   * Reads a cursor as it is written.
   *
   * @param field of the request, for the error
   * @throws QuiverException INVALID_ARGUMENT
   */
  public static OrderCursor parse(String field, String text) {
    try {
      BinaryReader in = new BinaryReader(Base64.getUrlDecoder().decode(text));
      OrderCursor cursor = ArrangedEncoding.getCursor(in);
      in.expectEnd();
      return cursor;
    } catch (IllegalArgumentException | QuiverException e) {
      throw QuiverException.invalid(field, "a next_offset of the same order", text);
    }
  }

  /** As {@link #parse} reads it: letters, digits, dashes and underscores. */
  @Override
  public String toString() {
    BinaryWriter out = new BinaryWriter();
    ArrangedEncoding.putCursor(this, out);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
  }
}

package io.quiver.front.rest;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.FieldPath;
import io.quiver.filter.Filter;
import io.quiver.message.SearchOptions;
import io.quiver.message.SearchVectors;

/** The fields that all searches by examples have, read one by one; null means the default. */
final class OptionFields {
  private int limit = SearchVectors.LIMIT_DEFAULT;
  private int offset;
  private int efSearch;
  private boolean exact;
  private boolean withVectors;
  private boolean withMetadata = true;
  private long deadlineMillis;
  private Filter filter = Filter.ALL;

  /**
   * Reads the present field.
   *
   * @throws io.quiver.core.QuiverException if it is not one of these, or wrong
   */
  void read(VectorReader json) {
    switch (json.field()) {
      case "limit" -> limit = orDefault(json, 1, Limits.SEARCH_LIMIT_MAX, limit);
      case "offset" -> offset = orDefault(json, 0, Limits.SEARCH_OFFSET_MAX, 0);
      case "ef_search" -> efSearch = orDefault(json, 1, Limits.EF_SEARCH_MAX, 0);
      case "deadline_ms" -> deadlineMillis = orDefault(json, 1, Limits.DEADLINE_MILLIS_MAX, 0);
      case "exact" -> exact = !json.skipNull() && json.bool();
      case "with_vectors" -> withVectors = !json.skipNull() && json.bool();
      case "with_metadata", "with_payload" -> withMetadata = json.skipNull() || json.bool();
      case "filter" -> filter = filter(json);
      default -> shared(json);
    }
  }

  /** The filter, or null for none. */
  static Filter filter(VectorReader json) {
    return json.skipNull() ? Filter.ALL : json.filter();
  }

  /** The path of a field in the metadata. */
  static FieldPath path(VectorReader json) {
    return FieldPath.parse(json.path(), json.string("the path of a field"));
  }

  /** An id that was read as text. */
  static VectorId id(String field, String text) {
    try {
      return new VectorId(text);
    } catch (QuiverException e) {
      throw QuiverException.invalid(field, e.details().get("expected"), e.details().get("got"));
    }
  }

  /** Fields that every request about points may have. */
  static void shared(VectorReader json) {
    switch (json.field()) {
      case "collection" -> json.string("a string"); // inherited clients repeat the path's
      default -> throw json.unknownField();
    }
  }

  private static int orDefault(VectorReader json, int low, int high, int otherwise) {
    return json.skipNull() ? otherwise : (int) json.integer(low, high);
  }

  SearchOptions options() {
    return new SearchOptions(
        limit, offset, efSearch, exact, withVectors, withMetadata, deadlineMillis, filter);
  }
}

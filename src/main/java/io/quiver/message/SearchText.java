package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.filter.Filter;
import java.util.HashSet;
import java.util.List;

/**
 * Finds the rows whose texts match a query best, by BM25. Answered by {@link TextHits}.
 *
 * @param query its syntax: docs/text.md
 * @param fields dotted paths in the metadata; a row's score is the sum of its scores in them
 * @param limit most hits, 1 to {@link Limits#SEARCH_LIMIT_MAX}
 * @param offset best hits to leave out
 * @param highlight whether hits say where the words stand
 * @param deadlineMillis as in {@link SearchVectors}
 * @param filter which rows may be found
 */
public record SearchText(
    CollectionName collection,
    String query,
    List<String> fields,
    int limit,
    int offset,
    boolean highlight,
    boolean withMetadata,
    long deadlineMillis,
    Filter filter)
    implements TextRequest, OfCollection<SearchText>, Filtered<SearchText> {
  /** Where a text is that has no name of its own. */
  public static final List<String> FIELDS_DEFAULT = List.of("text");

  public SearchText {
    Required.value("collection", collection);
    Required.value("filter", filter);
    checkQuery(query);
    fields = checkedFields(fields);
    Limits.check("limit", limit, 1, Limits.SEARCH_LIMIT_MAX);
    Limits.check("offset", offset, 0, Limits.SEARCH_OFFSET_MAX);
    Limits.check("deadline_ms", deadlineMillis, 0, Limits.DEADLINE_MILLIS_MAX);
    if (highlight && limit + offset > Limits.HIGHLIGHTS_MAX) {
      throw QuiverException.invalid(
          "limit", "with highlight and offset, at most " + Limits.HIGHLIGHTS_MAX, limit + offset);
    }
  }

  /** Of all rows. */
  public SearchText(
      CollectionName collection,
      String query,
      List<String> fields,
      int limit,
      int offset,
      boolean highlight,
      boolean withMetadata,
      long deadlineMillis) {
    this(
        collection,
        query,
        fields,
        limit,
        offset,
        highlight,
        withMetadata,
        deadlineMillis,
        Filter.ALL);
  }

  /** A search of the field {@code text} with every option at its default. */
  public static SearchText of(CollectionName collection, String query, int limit) {
    return new SearchText(collection, query, FIELDS_DEFAULT, limit, 0, false, true, 0);
  }

  static void checkQuery(String query) {
    int length = Required.value("query", query).length();
    if (length < 1 || length > Limits.TEXT_QUERY_CHARS_MAX) {
      throw QuiverException.invalid(
          "query", "1 to " + Limits.TEXT_QUERY_CHARS_MAX + " characters", length);
    }
  }

  static List<String> checkedFields(List<String> fields) {
    List<String> checked = Required.list("fields", fields);
    if (checked.isEmpty()) {
      throw QuiverException.invalid("fields", "1 to " + Limits.TEXT_FIELDS_MAX + " names", 0);
    }
    if (checked.size() > Limits.TEXT_FIELDS_MAX) {
      throw QuiverException.invalid(
          "fields[" + Limits.TEXT_FIELDS_MAX + "]",
          "at most " + Limits.TEXT_FIELDS_MAX + " names",
          checked.size());
    }
    for (int i = 0; i < checked.size(); i++) {
      int length = checked.get(i).length();
      if (length < 1 || length > Limits.FIELD_CHARS_MAX) {
        throw QuiverException.invalid(
            "fields[" + i + "]", "1 to " + Limits.FIELD_CHARS_MAX + " characters", length);
      }
    }
    if (new HashSet<>(checked).size() < checked.size()) {
      throw QuiverException.invalid("fields", "each name once", "one twice");
    }
    return checked;
  }

  /** How many hits have to be found. */
  public int window() {
    return limit + offset;
  }

  @Override
  public SearchText at(CollectionName other) {
    return new SearchText(
        other, query, fields, limit, offset, highlight, withMetadata, deadlineMillis, filter);
  }

  @Override
  public SearchText filteredBy(Filter other) {
    return new SearchText(
        collection, query, fields, limit, offset, highlight, withMetadata, deadlineMillis, other);
  }
}

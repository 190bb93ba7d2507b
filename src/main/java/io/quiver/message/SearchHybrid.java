package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.Required;
import io.quiver.filter.Filter;
import java.util.List;

/**
 * Finds rows by their vectors and by their texts, and fuses what both find. Answered by {@link
 * HybridHits}.
 *
 * @param query as in {@link SearchText}
 * @param fields as in {@link SearchText}
 * @param limit most hits, 1 to {@link Limits#SEARCH_LIMIT_MAX}
 * @param fusion how two scores become one
 * @param deadlineMillis as in {@link SearchVectors}
 * @param filter which rows either side may find
 */
public record SearchHybrid(
    CollectionName collection,
    DenseVector vector,
    String query,
    List<String> fields,
    int limit,
    FusionOptions fusion,
    boolean withMetadata,
    long deadlineMillis,
    Filter filter)
    implements TextRequest, OfCollection<SearchHybrid>, Filtered<SearchHybrid> {
  /** Fewer rows than this are not fused: what one side finds late the other may find early. */
  private static final int WINDOW_MIN = 100;

  private static final int WINDOW_FACTOR = 4;

  public SearchHybrid {
    Required.value("collection", collection);
    Required.value("vector", vector);
    Required.value("filter", filter);
    SearchText.checkQuery(query);
    fields = SearchText.checkedFields(fields);
    Limits.check("limit", limit, 1, Limits.SEARCH_LIMIT_MAX);
    Required.value("fusion", fusion);
    Limits.check("deadline_ms", deadlineMillis, 0, Limits.DEADLINE_MILLIS_MAX);
  }

  /** Of all rows. */
  public SearchHybrid(
      CollectionName collection,
      DenseVector vector,
      String query,
      List<String> fields,
      int limit,
      FusionOptions fusion,
      boolean withMetadata,
      long deadlineMillis) {
    this(
        collection, vector, query, fields, limit, fusion, withMetadata, deadlineMillis, Filter.ALL);
  }

  /** A search of the field {@code text} with every option at its default. */
  public static SearchHybrid of(
      CollectionName collection, DenseVector vector, String query, int limit) {
    return new SearchHybrid(
        collection,
        vector,
        query,
        SearchText.FIELDS_DEFAULT,
        limit,
        FusionOptions.DEFAULT,
        true,
        0);
  }

  /** How many rows either side finds. */
  public int window() {
    return Math.min(Limits.SEARCH_LIMIT_MAX, Math.max(WINDOW_MIN, WINDOW_FACTOR * limit));
  }

  @Override
  public SearchHybrid at(CollectionName other) {
    return new SearchHybrid(
        other, vector, query, fields, limit, fusion, withMetadata, deadlineMillis, filter);
  }

  @Override
  public SearchHybrid filteredBy(Filter other) {
    return new SearchHybrid(
        collection, vector, query, fields, limit, fusion, withMetadata, deadlineMillis, other);
  }
}

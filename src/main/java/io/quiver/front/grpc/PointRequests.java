package io.quiver.front.grpc;

import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.FieldPath;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.front.grpc.v1.BatchSearchRequest;
import io.quiver.front.grpc.v1.CountRequest;
import io.quiver.front.grpc.v1.DiscoverRequest;
import io.quiver.front.grpc.v1.RecommendRequest;
import io.quiver.front.grpc.v1.ScrollRequest;
import io.quiver.front.grpc.v1.SearchQuery;
import io.quiver.message.CountRows;
import io.quiver.message.DiscoverVectors;
import io.quiver.message.DiscoverVectors.ContextPair;
import io.quiver.message.DiscoverVectors.Target;
import io.quiver.message.Effort;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.OrderCursor;
import io.quiver.message.OrderRows;
import io.quiver.message.RecommendVectors;
import io.quiver.message.Request;
import io.quiver.message.ScrollRows;
import io.quiver.message.SearchOptions;
import io.quiver.message.SearchVectors;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** From protobuf requests about points to messages. */
final class PointRequests {
  /** Most hits that all searches of one request may ask for together. */
  private static final int HITS_MAX = 10 * Limits.SEARCH_LIMIT_MAX;

  private PointRequests() {}

  static RecommendVectors recommend(RecommendRequest request, long deadlineMillis) {
    CollectionName collection = Requests.collection(request.getCollectionName());
    Filter filter = filter("filter_json", request.getFilterJson());
    SearchOptions options =
        options(request.getLimit(), request.getOffset(), deadlineMillis).filteredBy(filter);
    List<VectorId> positive = ids("positive_ids", request.getPositiveIdsList());
    List<VectorId> negative = ids("negative_ids", request.getNegativeIdsList());
    String strategy = request.getStrategy();
    try {
      return new RecommendVectors(
          collection,
          positive,
          negative,
          strategy.isEmpty() ? ExampleStrategy.AVERAGE_VECTOR : ExampleStrategy.parse(strategy),
          options);
    } catch (QuiverException e) {
      throw named(e);
    }
  }

  static DiscoverVectors discover(DiscoverRequest request, long deadlineMillis) {
    CollectionName collection = Requests.collection(request.getCollectionName());
    Filter filter = filter("filter_json", request.getFilterJson());
    SearchOptions options =
        options(request.getLimit(), request.getOffset(), deadlineMillis).filteredBy(filter);
    Target target =
        switch (request.getTargetCase()) {
          case TARGET_ID -> new Target.OfId(Requests.id("target_id", request.getTargetId()));
          case TARGET_VECTOR ->
              new Target.OfVector(
                  Requests.vector(
                      "target_vector.data", floats(request.getTargetVector().getDataList())));
          case TARGET_NOT_SET ->
              throw QuiverException.invalid("target", "an id or a vector", "nothing");
        };
    List<ContextPair> context = new ArrayList<>();
    for (int i = 0; i < request.getContextPairsCount(); i++) {
      String place = "context_pairs[" + i + "].";
      context.add(
          new ContextPair(
              Requests.id(place + "positive_id", request.getContextPairs(i).getPositiveId()),
              Requests.id(place + "negative_id", request.getContextPairs(i).getNegativeId())));
    }
    try {
      return new DiscoverVectors(collection, target, context, options);
    } catch (QuiverException e) {
      throw named(e);
    }
  }

  /** {@link ScrollRows} or {@link OrderRows}. */
  static Request scroll(ScrollRequest request) {
    CollectionName collection = Requests.collection(request.getCollectionName());
    Filter filter = filter("filter_json", request.getFilterJson());
    int limit = Requests.count("limit", request.getLimit(), Limits.SEARCH_LIMIT_MAX);
    if (request.hasOrderBy()) {
      return new OrderRows(
          collection,
          FieldPath.parse("order_by.field", request.getOrderBy().getField()),
          request.getOrderBy().getDescending(),
          request.getOffset().isEmpty()
              ? Optional.empty()
              : Optional.of(OrderCursor.parse("offset", request.getOffset())),
          Requests.orDefault(limit, SearchVectors.LIMIT_DEFAULT),
          request.getWithVectors(),
          request.getWithPayload(),
          filter);
    }
    Optional<VectorId> after =
        request.getOffset().isEmpty()
            ? Optional.empty()
            : Optional.of(Requests.id("offset", request.getOffset()));
    return new ScrollRows(
        collection,
        after,
        Requests.orDefault(limit, SearchVectors.LIMIT_DEFAULT),
        request.getWithVectors(),
        request.getWithPayload(),
        filter);
  }

  static CountRows count(CountRequest request) {
    return new CountRows(
        Requests.collection(request.getCollectionName()),
        filter("filter_json", request.getFilterJson()));
  }

  static List<SearchVectors> batch(BatchSearchRequest request, long deadlineMillis) {
    CollectionName collection = Requests.collection(request.getCollectionName());
    int count = request.getSearchesCount();
    if (count < 1 || count > Limits.SEARCH_BATCH_MAX) {
      throw QuiverException.invalid("searches", "1 to " + Limits.SEARCH_BATCH_MAX, count);
    }
    List<SearchVectors> searches = new ArrayList<>(count);
    long hits = 0;
    for (int i = 0; i < count; i++) {
      String place = "searches[" + i + "].";
      SearchQuery query = request.getSearches(i);
      Filter filter = filter(place + "filter_json", query.getFilterJson());
      int limit = Requests.count(place + "limit", query.getLimit(), Limits.SEARCH_LIMIT_MAX);
      searches.add(
          new SearchVectors(
              collection,
              Requests.vector(place + "vector", floats(query.getVectorList())),
              Requests.orDefault(limit, SearchVectors.LIMIT_DEFAULT),
              Requests.count(place + "offset", query.getOffset(), Limits.SEARCH_OFFSET_MAX),
              0,
              false,
              false,
              true,
              Float.POSITIVE_INFINITY,
              deadlineMillis,
              Effort.DEFAULT,
              filter));
      hits += searches.getLast().limit();
    }
    if (hits > HITS_MAX) {
      throw QuiverException.invalid(
          "searches", "limits of at most " + HITS_MAX + " together", hits);
    }
    return searches;
  }

  /** The same answer; an error names fields as the contract does. */
  static <T> Future<T> named(Future<T> answer) {
    return answer.recover(error ->
        Future.failedFuture(error instanceof QuiverException known ? named(known) : error));
  }

  private static QuiverException named(QuiverException error) {
    String field = error.details().getOrDefault("field", "");
    String target = error.code() == ErrorCode.VECTOR_NOT_FOUND ? "target_id" : "target_vector.data";
    String name =
        field
            .replaceFirst("^target$", target)
            .replaceFirst("^(positive|negative)\\b", "$1_ids")
            .replaceFirst("^context\\b", "context_pairs")
            .replaceFirst("\\.(positive|negative)$", ".$1_id");
    if (name.equals(field)) {
      return error;
    }
    Map<String, String> details = new TreeMap<>(error.details());
    details.put("field", name);
    return new QuiverException(
        error.code(), error.getMessage().replace(field + ":", name + ":"), details);
  }

  /** Nothing at all means every row. */
  static Filter filter(String field, String json) {
    return json.isBlank()
        ? Filter.ALL
        : FilterJson.read(field, json.getBytes(StandardCharsets.UTF_8));
  }

  private static SearchOptions options(int limit, int offset, long deadlineMillis) {
    int asked = Requests.count("limit", limit, Limits.SEARCH_LIMIT_MAX);
    return new SearchOptions(
        Requests.orDefault(asked, SearchVectors.LIMIT_DEFAULT),
        Requests.count("offset", offset, Limits.SEARCH_OFFSET_MAX),
        0,
        false,
        false,
        true,
        deadlineMillis);
  }

  /** More than there may be are not even looked at. */
  private static List<VectorId> ids(String field, List<String> texts) {
    if (texts.size() > Limits.EXAMPLES_MAX) {
      throw QuiverException.invalid(field, "at most " + Limits.EXAMPLES_MAX, texts.size());
    }
    List<VectorId> ids = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      ids.add(Requests.id(field + "[" + i + "]", texts.get(i)));
    }
    return ids;
  }

  static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}

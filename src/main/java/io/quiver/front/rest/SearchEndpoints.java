package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.filter.Filter;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.Effort;
import io.quiver.message.Hit;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Search, one by one and in batches. */
final class SearchEndpoints {
  /** Most hits that all searches of one request may ask for together. */
  private static final int HITS_MAX = 10 * Limits.SEARCH_LIMIT_MAX;

  /** Fields for which inherited clients send null when they mean the default. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "limit",
          "ef_search",
          "rescore",
          "oversampling",
          "target_recall",
          "offset",
          "exact",
          "with_vectors",
          "with_metadata",
          "max_distance",
          "deadline_ms",
          "filter",
          "explain");

  private SearchEndpoints() {}

  static Prepared search(Call call) {
    CollectionName collection = call.collection();
    int limit = call.intParameter("limit", 1, Limits.SEARCH_LIMIT_MAX, SearchVectors.LIMIT_DEFAULT);
    int efSearch = call.intParameter("ef_search", 1, Limits.EF_SEARCH_MAX, 0);
    VectorReader json = call.reader();
    Flag explain = new Flag();
    SearchVectors search = read(json, collection, limit, efSearch, Optional.of(explain));
    json.endDocument();
    checkSize(List.of(search), "limit");
    if (explain.isSet) {
      return ExplainedJson.search(search);
    }
    return client ->
        client
            .search(search)
            .map(found ->
                Answer.data(
                    weight(found),
                    missing(List.of(found)),
                    json2 -> write(json2, search.withVectors(), found)));
  }

  static Prepared searchAll(Call call) {
    CollectionName collection = call.collection();
    List<SearchVectors> searches = readAll(call.reader(), collection);
    checkSize(searches, "searches");
    return client ->
        client
            .searchAll(searches)
            .map(found ->
                Answer.data(
                    found.stream().mapToLong(SearchEndpoints::weight).sum(),
                    missing(found),
                    json -> {
                      json.beginArray();
                      for (int i = 0; i < found.size(); i++) {
                        write(json, searches.get(i).withVectors(), found.get(i));
                      }
                      json.endArray();
                    }));
  }

  private static List<SearchVectors> readAll(VectorReader json, CollectionName collection) {
    List<SearchVectors> searches = new ArrayList<>();
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "searches" -> {
          json.beginArray("an array of searches");
          while (json.nextElement()) {
            if (searches.size() == Limits.SEARCH_BATCH_MAX) {
              throw json.wrongLength("at most " + Limits.SEARCH_BATCH_MAX + " searches");
            }
            searches.add(read(json, collection, SearchVectors.LIMIT_DEFAULT, 0, Optional.empty()));
          }
        }
        case "collection" -> json.string("a string"); // inherited clients repeat the path's
        default -> throw json.unknownField();
      }
    }
    json.endDocument();
    if (searches.isEmpty()) {
      throw QuiverException.invalid("searches", "1 to " + Limits.SEARCH_BATCH_MAX, 0);
    }
    return searches;
  }

  /** A switch that is part of the request and not of the search. */
  private static final class Flag {
    private boolean isSet;
  }

  /**
   * Reads one search.
   *
   * @param explain empty where nothing is explained
   */
  private static SearchVectors read(
      VectorReader json,
      CollectionName collection,
      int limitOtherwise,
      int efOtherwise,
      Optional<Flag> explain) {
    Optional<DenseVector> vector = Optional.empty();
    int limit = limitOtherwise;
    int efSearch = efOtherwise;
    int offset = 0;
    boolean exact = false;
    boolean withVectors = false;
    boolean withMetadata = true;
    float maxDistance = Float.POSITIVE_INFINITY;
    long deadlineMillis = 0;
    boolean rescore = true;
    float oversampling = 0;
    float targetRecall = 0;
    Filter filter = Filter.ALL;
    json.beginObject();
    while (json.nextField()) {
      boolean isVector = json.field().equals("vector") || json.field().equals("query_vector");
      if (isVector) {
        if (vector.isPresent()) {
          throw QuiverException.invalid(json.path(), "one of vector and query_vector", "both");
        }
        vector = Optional.of(json.vector());
      } else if (!json.skipNull() || !OPTIONAL.contains(json.field())) {
        switch (json.field()) {
          case "limit" -> limit = (int) json.integer(1, Limits.SEARCH_LIMIT_MAX);
          case "ef_search" -> efSearch = (int) json.integer(1, Limits.EF_SEARCH_MAX);
          case "offset" -> offset = (int) json.integer(0, Limits.SEARCH_OFFSET_MAX);
          case "exact" -> exact = json.bool();
          case "with_vectors" -> withVectors = json.bool();
          case "with_metadata" -> withMetadata = json.bool();
          case "max_distance" -> maxDistance = json.number();
          case "rescore" -> rescore = json.bool();
          case "oversampling" -> oversampling = oversampling(json);
          case "target_recall" -> targetRecall = targetRecall(json);
          case "deadline_ms" -> deadlineMillis = json.integer(1, Limits.DEADLINE_MILLIS_MAX);
          case "filter" -> filter = json.filter();
          case "explain" -> explain.orElseThrow(json::unknownField).isSet = json.bool();
          default -> throw json.unknownField();
        }
      }
    }
    return new SearchVectors(
        collection,
        vector.orElseThrow(() -> json.missing("vector", "a vector")),
        limit,
        offset,
        efSearch,
        exact,
        withVectors,
        withMetadata,
        maxDistance,
        deadlineMillis,
        new Effort(rescore, oversampling, targetRecall),
        filter);
  }

  private static float targetRecall(VectorReader json) {
    float value = json.number();
    if (value == 0) {
      throw QuiverException.invalid(json.path(), "0.5 to 0.999", value);
    }
    return value;
  }

  /** Zero would be the engine's own choice, which is not to be asked for by a number. */
  private static float oversampling(VectorReader json) {
    float value = json.number();
    if (value == 0) {
      throw QuiverException.invalid(json.path(), "1 to 100", value);
    }
    return value;
  }

  /** Bounds the answer, which is held in memory as a whole. */
  private static void checkSize(List<SearchVectors> searches, String field) {
    long hits = 0;
    long components = 0;
    for (SearchVectors search : searches) {
      hits += search.limit();
      components += search.withVectors() ? (long) search.limit() * search.vector().dimension() : 0;
    }
    if (hits > HITS_MAX) {
      throw QuiverException.invalid(field, "limits of at most " + HITS_MAX + " together", hits);
    }
    if (components > Limits.ANSWER_COMPONENTS_MAX) {
      throw QuiverException.invalid(
          field,
          "with_vectors of at most " + Limits.ANSWER_COMPONENTS_MAX + " components",
          components);
    }
  }

  static long weight(SearchHits found) {
    long weight = 0;
    for (Hit hit : found.hits()) {
      weight += 80 + hit.metadata().bytes() + 12L * hit.vector().dimension();
    }
    return weight;
  }

  /** A header names the shards whose hits are not in the answer. */
  static Map<String, String> missing(List<SearchHits> found) {
    TreeSet<Integer> shards = new TreeSet<>();
    found.forEach(hits -> shards.addAll(hits.missingShards()));
    return shards.isEmpty()
        ? Map.of()
        : Map.of("X-Missing-Shards", shards.toString().replaceAll("[\\[\\] ]", ""));
  }

  static void write(JsonWriter json, boolean withVectors, SearchHits found) {
    json.beginArray();
    for (Hit hit : found.hits()) {
      json.beginObject().name("id").value(hit.id().value());
      json.name("distance").value(hit.distance());
      json.name("metadata").value(hit.metadata());
      if (withVectors) {
        json.name("vector").value(hit.vector());
      }
      json.endObject();
    }
    json.endArray();
  }
}

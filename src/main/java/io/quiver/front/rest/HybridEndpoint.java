package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.filter.Filter;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.FusionOptions;
import io.quiver.message.FusionStrategy;
import io.quiver.message.HybridHit;
import io.quiver.message.HybridHits;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchText;
import io.quiver.message.SearchVectors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Searches by vector and by text. */
final class HybridEndpoint {
  /** Null means the default. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "fields",
          "limit",
          "strategy",
          "vector_weight",
          "text_weight",
          "k",
          "with_metadata",
          "deadline_ms");

  private Optional<DenseVector> vector = Optional.empty();
  private Optional<String> query = Optional.empty();
  private List<String> fields = SearchText.FIELDS_DEFAULT;
  private int limit = SearchVectors.LIMIT_DEFAULT;
  private FusionStrategy strategy = FusionOptions.STRATEGY_DEFAULT;
  private float vectorWeight = FusionOptions.WEIGHT_DEFAULT;
  private float textWeight = FusionOptions.WEIGHT_DEFAULT;
  private int k = FusionOptions.K_DEFAULT;
  private boolean withMetadata = true;
  private long deadlineMillis;
  private Filter filter = Filter.ALL;

  private HybridEndpoint() {}

  static Prepared search(Call call) {
    SearchHybrid search = new HybridEndpoint().read(call.collection(), call.reader());
    return client ->
        client
            .searchHybrid(search)
            .map(found ->
                Answer.data(weight(found), Map.of(), answer -> write(answer, found.hits())));
  }

  private SearchHybrid read(CollectionName collection, VectorReader json) {
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "vector" -> vector = Optional.of(json.vector());
        case "filter" -> filter = OptionFields.filter(json);
        case "query" -> query = Optional.of(json.string("a string"));
        default -> {
          if (!OPTIONAL.contains(json.field())) {
            OptionFields.shared(json);
          } else if (!json.skipNull()) {
            readOption(json);
          }
        }
      }
    }
    json.endDocument();
    return new SearchHybrid(
        collection,
        vector.orElseThrow(() -> json.missing("vector", "a vector")),
        query.orElseThrow(() -> json.missing("query", "a string")),
        fields,
        limit,
        new FusionOptions(strategy, vectorWeight, textWeight, k),
        withMetadata,
        deadlineMillis,
        filter);
  }

  /** A field that is not null; one that is means its default. */
  private void readOption(VectorReader json) {
    switch (json.field()) {
      case "fields" -> fields = TextEndpoints.fields(json);
      case "limit" -> limit = (int) json.integer(1, Limits.SEARCH_LIMIT_MAX);
      case "strategy" -> strategy = FusionStrategy.parse(json.string("a string"));
      case "vector_weight" -> vectorWeight = json.number();
      case "text_weight" -> textWeight = json.number();
      case "k" -> k = (int) json.integer(1, FusionOptions.K_MAX);
      case "with_metadata" -> withMetadata = json.bool();
      case "deadline_ms" -> deadlineMillis = json.integer(1, Limits.DEADLINE_MILLIS_MAX);
      default -> throw json.unknownField();
    }
  }

  private static long weight(HybridHits found) {
    return found.hits().stream().mapToLong(hit -> 120L + hit.metadata().bytes()).sum();
  }

  private static void write(JsonWriter json, List<HybridHit> hits) {
    json.beginArray();
    for (HybridHit hit : hits) {
      json.beginObject().name("id").value(hit.id().value());
      writeScore(json.name("vector_score"), hit.vectorScore());
      writeScore(json.name("text_score"), hit.textScore());
      json.name("combined_score").value(hit.combinedScore());
      json.name("metadata").value(hit.metadata()).endObject();
    }
    json.endArray();
  }

  private static void writeScore(JsonWriter json, float score) {
    if (Float.isNaN(score)) {
      json.nullValue();
    } else {
      json.value(score);
    }
  }
}

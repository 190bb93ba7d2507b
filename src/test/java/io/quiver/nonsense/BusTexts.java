package io.quiver.nonsense;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.message.FusionOptions;
import io.quiver.message.FusionStrategy;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchText;
import java.util.List;

/** The table's searches of texts as an embedding application makes them. */
final class BusTexts {
  private BusTexts() {}

  static SearchText text(String collection, String request) {
    ObjectNode json =
        Words.object(request, "query", "fields", "limit", "offset", "highlight", "filter");
    return new SearchText(
        new CollectionName(collection),
        Words.text(json, "query"),
        fields(json),
        Words.whole(json, "limit", 10),
        Words.whole(json, "offset", 0),
        Words.flag(json, "highlight", false),
        true,
        0,
        BusPoints.filter(json));
  }

  static SearchHybrid hybrid(String collection, String request) {
    ObjectNode json =
        Words.object(
            request, "vector", "query", "strategy", "vector_weight", "text_weight", "k", "filter");
    String strategy = Words.text(json, "strategy");
    return new SearchHybrid(
        new CollectionName(collection),
        Words.isThere(json, "vector") ? DenseVector.of(Words.floats(json, "vector")) : null,
        Words.text(json, "query"),
        SearchText.FIELDS_DEFAULT,
        10,
        new FusionOptions(
            strategy == null ? FusionOptions.STRATEGY_DEFAULT : FusionStrategy.parse(strategy),
            weight(json, "vector_weight"),
            weight(json, "text_weight"),
            Words.whole(json, "k", FusionOptions.K_DEFAULT)),
        true,
        0,
        BusPoints.filter(json));
  }

  static float weight(ObjectNode json, String field) {
    if (!json.has(field)) {
      return FusionOptions.WEIGHT_DEFAULT;
    }
    if (!json.get(field).isNumber()) {
      throw new Surface.CannotSay(field);
    }
    return json.get(field).floatValue();
  }

  static List<String> fields(ObjectNode json) {
    return json.has("fields")
        ? Words.elements(json, "fields").stream().map(Words::text).toList()
        : SearchText.FIELDS_DEFAULT;
  }
}

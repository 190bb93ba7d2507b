package io.quiver.nonsense;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.front.grpc.v1.SearchHybridRequest;
import io.quiver.front.grpc.v1.SearchTextRequest;

/** The table's searches of texts in the generated messages. */
final class GrpcTexts {
  private GrpcTexts() {}

  static SearchTextRequest text(String collection, String request) {
    ObjectNode json =
        Words.object(request, "query", "fields", "limit", "offset", "highlight", "filter");
    return SearchTextRequest.newBuilder()
        .setCollectionName(collection)
        .setQuery(GrpcRequests.text(json, "query"))
        .addAllFields(Words.elements(json, "fields").stream().map(Words::text).toList())
        .setLimit(GrpcRequests.given(json, "limit"))
        .setOffset(Words.whole(json, "offset", 0))
        .setHighlight(Words.flag(json, "highlight", false))
        .setFilterJson(Words.isThere(json, "filter") ? json.get("filter").toString() : "")
        .build();
  }

  static SearchHybridRequest hybrid(String collection, String request) {
    ObjectNode json =
        Words.object(
            request, "vector", "query", "strategy", "vector_weight", "text_weight", "k", "filter");
    SearchHybridRequest.Builder hybrid =
        SearchHybridRequest.newBuilder()
            .setCollectionName(collection)
            .setQuery(GrpcRequests.text(json, "query"))
            .setStrategy(GrpcRequests.text(json, "strategy"))
            .setVectorWeight(BusTexts.weight(json, "vector_weight"))
            .setTextWeight(BusTexts.weight(json, "text_weight"))
            .setK(Words.whole(json, "k", 0))
            .setFilterJson(Words.isThere(json, "filter") ? json.get("filter").toString() : "");
    for (float component : Words.floats(json, "vector")) {
      hybrid.addVector(component);
    }
    return hybrid.build();
  }
}

package io.quiver.nonsense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.front.grpc.v1.BatchSearchRequest;
import io.quiver.front.grpc.v1.ContextPair;
import io.quiver.front.grpc.v1.CountRequest;
import io.quiver.front.grpc.v1.DiscoverRequest;
import io.quiver.front.grpc.v1.RecommendRequest;
import io.quiver.front.grpc.v1.ScrollRequest;
import io.quiver.front.grpc.v1.SearchQuery;
import io.quiver.front.grpc.v1.TargetVector;

/** The table's requests about points in the generated messages. */
final class GrpcPoints {
  private GrpcPoints() {}

  static RecommendRequest recommend(String collection, String request) {
    ObjectNode json =
        Words.object(request, "positive", "negative", "strategy", "limit", "offset", "filter");
    RecommendRequest.Builder recommend =
        RecommendRequest.newBuilder()
            .setCollectionName(collection)
            .setStrategy(GrpcRequests.text(json, "strategy"))
            .setFilterJson(filter(json))
            .setLimit(GrpcRequests.given(json, "limit"))
            .setOffset(Words.whole(json, "offset", 0));
    Words.elements(json, "positive").forEach(id -> recommend.addPositiveIds(Words.text(id)));
    Words.elements(json, "negative").forEach(id -> recommend.addNegativeIds(Words.text(id)));
    return recommend.build();
  }

  static DiscoverRequest discover(String collection, String request) {
    ObjectNode json = Words.object(request, "target", "context", "limit", "offset", "filter");
    DiscoverRequest.Builder discover =
        DiscoverRequest.newBuilder()
            .setCollectionName(collection)
            .setFilterJson(filter(json))
            .setLimit(GrpcRequests.given(json, "limit"))
            .setOffset(Words.whole(json, "offset", 0));
    if (json.path("target").isTextual()) {
      discover.setTargetId(json.get("target").asText());
    } else if (Words.isThere(json, "target")) {
      TargetVector.Builder vector = TargetVector.newBuilder();
      for (float component : Words.floats(json, "target")) {
        vector.addData(component);
      }
      discover.setTargetVector(vector);
    }
    for (JsonNode pair : Words.elements(json, "context")) {
      ObjectNode ids = Words.object(pair, "positive", "negative");
      discover.addContextPairs(
          ContextPair.newBuilder()
              .setPositiveId(GrpcRequests.text(ids, "positive"))
              .setNegativeId(GrpcRequests.text(ids, "negative")));
    }
    return discover.build();
  }

  static ScrollRequest scroll(String collection, String request) {
    ObjectNode json = Words.object(request, "limit", "offset", "filter");
    return ScrollRequest.newBuilder()
        .setCollectionName(collection)
        .setFilterJson(filter(json))
        .setLimit(GrpcRequests.given(json, "limit"))
        .setOffset(GrpcRequests.text(json, "offset"))
        .build();
  }

  static CountRequest count(String collection, String request) {
    ObjectNode json = Words.object(request, "exact", "filter");
    return CountRequest.newBuilder()
        .setCollectionName(collection)
        .setFilterJson(filter(json))
        .setExact(Words.flag(json, "exact", false))
        .build();
  }

  static BatchSearchRequest batch(String collection, String request) {
    BatchSearchRequest.Builder batch =
        BatchSearchRequest.newBuilder().setCollectionName(collection);
    for (JsonNode search : Words.elements(Words.object(request, "searches"), "searches")) {
      ObjectNode json = Words.object(search, "vector", "limit", "offset", "filter");
      SearchQuery.Builder query =
          SearchQuery.newBuilder()
              .setFilterJson(filter(json))
              .setLimit(GrpcRequests.given(json, "limit"))
              .setOffset(Words.whole(json, "offset", 0));
      for (float component : Words.floats(json, "vector")) {
        query.addVector(component);
      }
      batch.addSearches(query);
    }
    return batch.build();
  }

  static String filter(ObjectNode json) {
    return Words.isThere(json, "filter") ? json.get("filter").toString() : "";
  }
}

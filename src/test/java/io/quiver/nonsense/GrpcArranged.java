package io.quiver.nonsense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.front.grpc.v1.Boost;
import io.quiver.front.grpc.v1.CountFacetsRequest;
import io.quiver.front.grpc.v1.ExplainSearchRequest;
import io.quiver.front.grpc.v1.OrderBy;
import io.quiver.front.grpc.v1.Place;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.ScrollRequest;
import io.quiver.front.grpc.v1.SearchGroupsRequest;
import io.quiver.front.grpc.v1.SearchRerankedRequest;
import io.quiver.front.grpc.v1.SetPayloadRequest;

/** The table's requests for what is arranged by metadata, in the generated messages. */
final class GrpcArranged {
  private GrpcArranged() {}

  static CountFacetsRequest facets(String collection, String request) {
    ObjectNode json = Words.object(request, "field", "limit", "filter");
    return CountFacetsRequest.newBuilder()
        .setCollectionName(collection)
        .setField(GrpcRequests.text(json, "field"))
        .setLimit(GrpcRequests.given(json, "limit"))
        .setFilterJson(GrpcPoints.filter(json))
        .build();
  }

  static SearchGroupsRequest groups(String collection, String request) {
    ObjectNode json = Words.object(request, "vector", "limit", "group_by", "group_size", "filter");
    return SearchGroupsRequest.newBuilder()
        .setQuery(query(collection, json))
        .setGroupBy(GrpcRequests.text(json, "group_by"))
        .setGroupSize(GrpcRequests.given(json, "group_size"))
        .setFilterJson(GrpcPoints.filter(json))
        .build();
  }

  static SearchRerankedRequest reranked(String collection, String request) {
    ObjectNode json =
        Words.object(request, "vector", "limit", "offset", "filter", "mmr", "boost", "candidates");
    SearchRerankedRequest.Builder reranked =
        SearchRerankedRequest.newBuilder()
            .setQuery(query(collection, json))
            .setOffset(Words.whole(json, "offset", 0))
            .setCandidates(Words.whole(json, "candidates", 0))
            .setFilterJson(GrpcPoints.filter(json));
    if (json.has("mmr")) {
      reranked.setDiversity(
          (float) number(Words.object(json.get("mmr"), "diversity"), "diversity"));
    }
    for (JsonNode boost : Words.elements(json, "boost")) {
      reranked.addBoosts(
          boost(
              Words.object(
                  boost, "field", "function", "origin", "scale", "offset", "decay", "weight")));
    }
    return reranked.build();
  }

  static ExplainSearchRequest explain(String collection, String request) {
    ObjectNode json = Words.object(request, "vector", "limit", "offset", "filter", "explain");
    return ExplainSearchRequest.newBuilder()
        .setQuery(query(collection, json))
        .setOffset(Words.whole(json, "offset", 0))
        .setFilterJson(GrpcPoints.filter(json))
        .build();
  }

  private static QueryRequest query(String collection, ObjectNode json) {
    QueryRequest.Builder query =
        QueryRequest.newBuilder()
            .setCollectionName(collection)
            .setLimit(GrpcRequests.given(json, "limit"));
    for (float component : Words.floats(json, "vector")) {
      query.addQueryVector(component);
    }
    return query.build();
  }

  private static Boost boost(ObjectNode json) {
    Boost.Builder boost =
        Boost.newBuilder()
            .setField(GrpcRequests.text(json, "field"))
            .setFunction(GrpcRequests.text(json, "function"))
            .setScale(number(json, "scale"))
            .setOffset(number(json, "offset"))
            .setDecay(number(json, "decay"));
    if (json.has("weight")) {
      boost.setWeight((float) number(json, "weight"));
    }
    JsonNode origin = json.path("origin");
    if (origin.isNumber()) {
      boost.setNumber(origin.doubleValue());
    } else if (origin.isTextual()) {
      boost.setDate(origin.asText());
    } else if (origin.isObject()) {
      ObjectNode place = Words.object(origin, "lat", "lon");
      boost.setPlace(Place.newBuilder().setLat(number(place, "lat")).setLon(number(place, "lon")));
    }
    return boost.build();
  }

  private static double number(ObjectNode json, String field) {
    if (!json.has(field)) {
      return 0;
    }
    if (!json.get(field).isNumber()) {
      throw new Surface.CannotSay(field);
    }
    return json.get(field).doubleValue();
  }

  static ScrollRequest order(String collection, String request) {
    ObjectNode json = Words.object(request, "order_by", "limit", "offset", "filter");
    return ScrollRequest.newBuilder()
        .setCollectionName(collection)
        .setOrderBy(OrderBy.newBuilder().setField(GrpcRequests.text(json, "order_by")))
        .setFilterJson(GrpcPoints.filter(json))
        .setLimit(GrpcRequests.given(json, "limit"))
        .setOffset(GrpcRequests.text(json, "offset"))
        .build();
  }

  static SetPayloadRequest payload(String collection, String request) {
    ObjectNode json = Words.object(request, "ids", "filter", "payload");
    SetPayloadRequest.Builder payload =
        SetPayloadRequest.newBuilder()
            .setCollectionName(collection)
            .setFilterJson(GrpcPoints.filter(json));
    Words.elements(json, "ids").forEach(id -> payload.addIds(Words.text(id)));
    if (Words.isThere(json, "payload")) {
      payload.setPayloadJson(Words.object(json.get("payload"), "k").toString());
    }
    return payload.build();
  }
}

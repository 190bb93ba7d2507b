package io.quiver.nonsense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.VectorId;
import io.quiver.filter.FieldPath;
import io.quiver.filter.GeoPoint;
import io.quiver.filter.MetadataEdit;
import io.quiver.filter.Moments;
import io.quiver.message.Boost;
import io.quiver.message.Boost.Origin;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.CountFacets;
import io.quiver.message.OrderCursor;
import io.quiver.message.OrderRows;
import io.quiver.message.Reranking;
import io.quiver.message.SearchGroups;
import io.quiver.message.SearchReranked;
import io.quiver.message.SearchVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table's requests for what is arranged by metadata, as an embedding application makes them.
 */
final class BusArranged {
  private BusArranged() {}

  static CountFacets facets(String collection, String request) {
    ObjectNode json = Words.object(request, "field", "limit", "filter");
    return new CountFacets(
        new CollectionName(collection),
        path(json, "field"),
        Words.whole(json, "limit", 10),
        0,
        BusPoints.filter(json));
  }

  static SearchGroups groups(String collection, String request) {
    ObjectNode json =
        Words.object(request, "vector", "limit", "offset", "group_by", "group_size", "filter");
    return new SearchGroups(
        search(collection, json), path(json, "group_by"), Words.whole(json, "group_size", 3));
  }

  static SearchReranked reranked(String collection, String request) {
    ObjectNode json =
        Words.object(request, "vector", "limit", "offset", "filter", "mmr", "boost", "candidates");
    float diversity = 0;
    if (json.has("mmr")) {
      ObjectNode mmr = Words.object(json.get("mmr"), "diversity");
      diversity = (float) number(mmr, "diversity", 0.5);
    }
    List<Boost> boosts = new ArrayList<>();
    for (JsonNode boost : Words.elements(json, "boost")) {
      boosts.add(
          boost(
              Words.object(
                  boost, "field", "function", "origin", "scale", "offset", "decay", "weight")));
    }
    return new SearchReranked(
        search(collection, json),
        new Reranking(Words.whole(json, "candidates", 0), boosts, diversity));
  }

  static SearchVectors explain(String collection, String request) {
    return search(
        collection, Words.object(request, "vector", "limit", "offset", "filter", "explain"));
  }

  private static SearchVectors search(String collection, ObjectNode json) {
    return SearchVectors.of(
            new CollectionName(collection),
            Words.isThere(json, "vector") ? DenseVector.of(Words.floats(json, "vector")) : null,
            Words.whole(json, "limit", 10))
        .from(Words.whole(json, "offset", 0))
        .filteredBy(BusPoints.filter(json));
  }

  private static Boost boost(ObjectNode json) {
    return new Boost(
        path(json, "field"),
        Boost.Shape.parse("function", Words.text(json, "function")),
        origin(json.path("origin")),
        number(json, "scale", 0),
        number(json, "offset", 0),
        number(json, "decay", Boost.DECAY_DEFAULT),
        (float) number(json, "weight", 1));
  }

  private static Origin origin(JsonNode origin) {
    if (origin.isMissingNode()) {
      return null;
    }
    if (origin.isNumber()) {
      return new Origin.OfNumber(origin.doubleValue());
    }
    if (origin.isTextual()) {
      return new Origin.OfMoment(
          Moments.read(origin.asText()).orElseThrow(() -> new Surface.CannotSay("no moment")));
    }
    ObjectNode place = Words.object(origin, "lat", "lon");
    return new Origin.OfPlace(new GeoPoint(number(place, "lat", 0), number(place, "lon", 0)));
  }

  private static double number(ObjectNode json, String field, double otherwise) {
    if (!json.has(field)) {
      return otherwise;
    }
    if (!json.get(field).isNumber()) {
      throw new Surface.CannotSay(field);
    }
    return json.get(field).doubleValue();
  }

  static OrderRows order(String collection, String request) {
    ObjectNode json = Words.object(request, "order_by", "limit", "offset", "filter");
    return new OrderRows(
        new CollectionName(collection),
        path(json, "order_by"),
        false,
        Optional.ofNullable(Words.text(json, "offset"))
            .map(text -> OrderCursor.parse("offset", text)),
        Words.whole(json, "limit", 10),
        true,
        true,
        BusPoints.filter(json));
  }

  static ChangeMetadata payload(String collection, String request) {
    ObjectNode json = Words.object(request, "ids", "filter", "payload");
    if (!json.path("payload").isObject()) {
      throw new Surface.CannotSay("nothing to merge");
    }
    return new ChangeMetadata(
        new CollectionName(collection),
        Words.elements(json, "ids").stream().map(Words::text).map(VectorId::new).toList(),
        BusPoints.filter(json),
        MetadataEdit.merge(Metadata.ofJson(json.get("payload").toString())),
        Durability.FSYNC);
  }

  private static FieldPath path(ObjectNode json, String field) {
    String text = Words.text(json, field);
    return text == null ? null : FieldPath.parse(field, text);
  }
}

package io.quiver.front.grpc;

import io.quiver.core.Durability;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.FieldPath;
import io.quiver.filter.GeoPoint;
import io.quiver.filter.MetadataEdit;
import io.quiver.filter.Moments;
import io.quiver.front.grpc.v1.CountFacetsRequest;
import io.quiver.front.grpc.v1.SearchGroupsRequest;
import io.quiver.front.grpc.v1.SearchRerankedRequest;
import io.quiver.front.grpc.v1.SetPayloadRequest;
import io.quiver.message.Boost;
import io.quiver.message.Boost.Origin;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.CountFacets;
import io.quiver.message.Reranking;
import io.quiver.message.SearchGroups;
import io.quiver.message.SearchReranked;
import io.quiver.message.SearchVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** From protobuf requests for what is arranged by metadata to messages. */
final class ArrangedRequests {
  private ArrangedRequests() {}

  static CountFacets facets(CountFacetsRequest request, long deadlineMillis) {
    int limit = Requests.count("limit", request.getLimit(), Limits.SEARCH_LIMIT_MAX);
    return new CountFacets(
        Requests.collection(request.getCollectionName()),
        FieldPath.parse("field", request.getField()),
        Requests.orDefault(limit, CountFacets.LIMIT_DEFAULT),
        deadlineMillis,
        PointRequests.filter("filter_json", request.getFilterJson()));
  }

  static SearchGroups groups(SearchGroupsRequest request, long deadlineMillis) {
    SearchVectors search = Requests.query(request.getQuery(), deadlineMillis);
    int size = Requests.count("group_size", request.getGroupSize(), Limits.SEARCH_LIMIT_MAX);
    return new SearchGroups(
        filtered(search, request.hasFilterJson(), request.getFilterJson()),
        FieldPath.parse("group_by", request.getGroupBy()),
        Requests.orDefault(size, SearchGroups.GROUP_SIZE_DEFAULT));
  }

  static SearchReranked reranked(SearchRerankedRequest request, long deadlineMillis) {
    if (request.getBoostsCount() > Reranking.BOOSTS_MAX) {
      throw QuiverException.invalid(
          "boosts", "at most " + Reranking.BOOSTS_MAX, request.getBoostsCount());
    }
    if (!(request.getDiversity() >= 0 && request.getDiversity() <= 1)) {
      throw QuiverException.invalid("diversity", "0 to 1", request.getDiversity());
    }
    SearchVectors search =
        Requests.query(request.getQuery(), deadlineMillis)
            .from(Requests.count("offset", request.getOffset(), Limits.SEARCH_OFFSET_MAX));
    List<Boost> boosts = new ArrayList<>();
    for (int i = 0; i < request.getBoostsCount(); i++) {
      boosts.add(boost("boosts[" + i + "].", request.getBoosts(i)));
    }
    int candidates =
        Requests.count("candidates", request.getCandidates(), Reranking.CANDIDATES_MAX);
    return new SearchReranked(
        filtered(search, request.hasFilterJson(), request.getFilterJson()),
        new Reranking(candidates, boosts, request.getDiversity()));
  }

  /** With the filter that stands beside a query, if one does. */
  static SearchVectors filtered(SearchVectors search, boolean isThere, String json) {
    if (!isThere) {
      return search;
    }
    if (search.isFiltered()) {
      throw QuiverException.invalid("filter_json", "nothing beside query.filter", "both");
    }
    return search.filteredBy(PointRequests.filter("filter_json", json));
  }

  private static Boost boost(String place, io.quiver.front.grpc.v1.Boost boost) {
    FieldPath field = FieldPath.parse(place + "field", boost.getField());
    Boost.Shape shape = Boost.Shape.parse(place + "function", boost.getFunction());
    Origin origin = origin(place + "origin", boost);
    try {
      return new Boost(
          field,
          shape,
          origin,
          boost.getScale(),
          boost.getOffset(),
          boost.getDecay() == 0 ? Boost.DECAY_DEFAULT : boost.getDecay(),
          boost.hasWeight() ? boost.getWeight() : 1);
    } catch (QuiverException e) {
      throw QuiverException.invalid(
          place + e.details().get("field"), e.details().get("expected"), e.details().get("got"));
    }
  }

  private static Origin origin(String place, io.quiver.front.grpc.v1.Boost boost) {
    String expected = "a number, a date or a place";
    return switch (boost.getOriginCase()) {
      case NUMBER -> {
        if (!Double.isFinite(boost.getNumber())) {
          throw QuiverException.invalid(place, "a finite number", boost.getNumber());
        }
        yield new Origin.OfNumber(boost.getNumber());
      }
      case DATE -> {
        OptionalLong moment = Moments.read(boost.getDate());
        if (moment.isEmpty()) {
          throw QuiverException.invalid(place, expected, boost.getDate());
        }
        yield new Origin.OfMoment(moment.getAsLong());
      }
      case PLACE -> {
        double lat = boost.getPlace().getLat();
        double lon = boost.getPlace().getLon();
        if (!GeoPoint.isPlace(lat, lon)) {
          throw QuiverException.invalid(
              place, "lat from -90 to 90 and lon from -180 to 180", lat + ", " + lon);
        }
        yield new Origin.OfPlace(new GeoPoint(lat, lon));
      }
      case ORIGIN_NOT_SET -> throw QuiverException.invalid(place, expected, "nothing");
    };
  }

  static ChangeMetadata payload(SetPayloadRequest request) {
    List<String> texts = request.getIdsList();
    if (texts.size() > Limits.BATCH_ROWS_MAX) {
      throw QuiverException.invalid("ids", "at most " + Limits.BATCH_ROWS_MAX, texts.size());
    }
    List<VectorId> ids = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      ids.add(Requests.id("ids[" + i + "]", texts.get(i)));
    }
    return new ChangeMetadata(
        Requests.collection(request.getCollectionName()),
        ids,
        PointRequests.filter("filter_json", request.getFilterJson()),
        MetadataEdit.merge(payload(request.getPayloadJson())),
        Durability.FSYNC);
  }

  private static Metadata payload(String json) {
    if (json.isEmpty()) {
      throw QuiverException.invalid("payload_json", "a JSON object", "nothing");
    }
    try {
      return Metadata.ofJson(json);
    } catch (QuiverException e) {
      throw QuiverException.invalid(
          "payload_json",
          e.details().getOrDefault("expected", "a JSON object"),
          e.details().getOrDefault("got", ""));
    }
  }
}

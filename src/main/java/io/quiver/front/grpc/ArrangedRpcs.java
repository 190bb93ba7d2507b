package io.quiver.front.grpc;

import io.quiver.bus.QuiverClient;
import io.quiver.core.Limits;
import io.quiver.filter.FieldPath;
import io.quiver.filter.FilterValue;
import io.quiver.front.grpc.v1.CountFacetsRequest;
import io.quiver.front.grpc.v1.CountFacetsResponse;
import io.quiver.front.grpc.v1.Facet;
import io.quiver.front.grpc.v1.FieldValue;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.quiver.message.CountFacets;
import io.quiver.message.Facets;
import java.util.List;

/** The rpcs whose answers are arranged by metadata, one row each, and their translation. */
final class ArrangedRpcs {
  private ArrangedRpcs() {}

  static List<Rpc<?, ?, ?, ?>> of() {
    return List.of(
        Rpc.of(
                VectorDbGrpcService.CountFacets,
                ArrangedRpcs::facets,
                QuiverClient::facets,
                (asked, found, nanos) -> facets(found))
            .heavyWhen(found -> found.values().size() > VectorDbRpcs.INLINE_ITEMS_MAX));
  }

  private static CountFacets facets(CountFacetsRequest request, long deadlineMillis) {
    int limit = Requests.count("limit", request.getLimit(), Limits.SEARCH_LIMIT_MAX);
    return new CountFacets(
        Requests.collection(request.getCollectionName()),
        FieldPath.parse("field", request.getField()),
        Requests.orDefault(limit, CountFacets.LIMIT_DEFAULT),
        deadlineMillis,
        PointRequests.filter("filter_json", request.getFilterJson()));
  }

  private static CountFacetsResponse facets(Facets found) {
    CountFacetsResponse.Builder reply =
        CountFacetsResponse.newBuilder().setDistinct(found.distinct());
    for (Facets.Facet facet : found.values()) {
      reply.addFacets(Facet.newBuilder().setValue(value(facet.value())).setCount(facet.count()));
    }
    return reply.build();
  }

  private static FieldValue value(FilterValue value) {
    FieldValue.Builder reply = FieldValue.newBuilder();
    return switch (value) {
      case FilterValue.Text(String text) -> reply.setText(text).build();
      case FilterValue.Whole(long whole) -> reply.setWhole(whole).build();
      case FilterValue.Fraction(double fraction) -> reply.setFraction(fraction).build();
      case FilterValue.Truth(boolean truth) -> reply.setTruth(truth).build();
      case FilterValue.Nothing nothing -> reply.build();
    };
  }
}

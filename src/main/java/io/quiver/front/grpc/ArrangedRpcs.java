package io.quiver.front.grpc;

import io.quiver.bus.QuiverClient;
import io.quiver.filter.FilterValue;
import io.quiver.front.grpc.v1.CountFacetsResponse;
import io.quiver.front.grpc.v1.Facet;
import io.quiver.front.grpc.v1.FieldValue;
import io.quiver.front.grpc.v1.Group;
import io.quiver.front.grpc.v1.RerankedResult;
import io.quiver.front.grpc.v1.SearchGroupsResponse;
import io.quiver.front.grpc.v1.SearchRerankedResponse;
import io.quiver.front.grpc.v1.SetPayloadResponse;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.quiver.message.Facets;
import io.quiver.message.GroupedHits;
import io.quiver.message.RerankedHits;
import java.util.List;

/** The rpcs whose answers are arranged by metadata, and the one that sets them, one row each. */
final class ArrangedRpcs {
  private ArrangedRpcs() {}

  static List<Rpc<?, ?, ?, ?>> of() {
    return List.of(
        Rpc.of(
                VectorDbGrpcService.CountFacets,
                ArrangedRequests::facets,
                QuiverClient::facets,
                (asked, found, nanos) -> facets(found))
            .heavyWhen(found -> found.values().size() > VectorDbRpcs.INLINE_ITEMS_MAX),
        Rpc.of(
                VectorDbGrpcService.SearchGroups,
                ArrangedRequests::groups,
                QuiverClient::searchGroups,
                (asked, found, nanos) -> groups(found))
            .heavyWhen(found ->
                found.groups().stream().mapToInt(group -> group.hits().size()).sum()
                    > VectorDbRpcs.INLINE_ITEMS_MAX),
        Rpc.of(
                VectorDbGrpcService.SearchReranked,
                ArrangedRequests::reranked,
                QuiverClient::searchReranked,
                (asked, found, nanos) -> reranked(found))
            .heavyWhen(found -> found.hits().size() > VectorDbRpcs.INLINE_ITEMS_MAX),
        Rpc.of(
            VectorDbGrpcService.SetPayload,
            (request, deadline) -> ArrangedRequests.payload(request),
            QuiverClient::changeMetadata,
            (asked, ack, nanos) ->
                SetPayloadResponse.newBuilder().setUpdatedCount(ack.written()).build()));
  }

  private static CountFacetsResponse facets(Facets found) {
    CountFacetsResponse.Builder reply =
        CountFacetsResponse.newBuilder().setDistinct(found.distinct());
    for (Facets.Facet facet : found.values()) {
      reply.addFacets(Facet.newBuilder().setValue(value(facet.value())).setCount(facet.count()));
    }
    return reply.build();
  }

  private static SearchGroupsResponse groups(GroupedHits found) {
    SearchGroupsResponse.Builder reply = SearchGroupsResponse.newBuilder();
    for (GroupedHits.Group each : found.groups()) {
      Group.Builder group = Group.newBuilder().setValue(value(each.value()));
      each.hits().forEach(hit -> group.addResults(Replies.result(hit)));
      reply.addGroups(group);
    }
    return reply.build();
  }

  private static SearchRerankedResponse reranked(RerankedHits found) {
    SearchRerankedResponse.Builder reply = SearchRerankedResponse.newBuilder();
    for (RerankedHits.Scored scored : found.hits()) {
      reply.addResults(
          RerankedResult.newBuilder()
              .setResult(Replies.result(scored.hit()))
              .setScore(scored.score()));
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

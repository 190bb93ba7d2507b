package io.quiver.front.grpc;

import io.quiver.bus.QuiverClient;
import io.quiver.core.Limits;
import io.quiver.front.grpc.v1.ExplainSearchRequest;
import io.quiver.front.grpc.v1.ExplainSearchResponse;
import io.quiver.front.grpc.v1.SearchPlan;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.quiver.message.Explained;
import io.quiver.message.SearchVectors;
import io.quiver.message.ShardPlan;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The rpc that searches and says how, and its translation. */
final class ExplainRpc {
  private ExplainRpc() {}

  static List<Rpc<?, ?, ?, ?>> of() {
    return List.of(
        Rpc.of(
                VectorDbGrpcService.ExplainSearch,
                ExplainRpc::search,
                QuiverClient::explain,
                (asked, found, nanos) -> explained(found))
            .heavyWhen(found -> found.hits().hits().size() > VectorDbRpcs.INLINE_ITEMS_MAX));
  }

  private static SearchVectors search(ExplainSearchRequest request, long deadlineMillis) {
    SearchVectors search =
        Requests.query(request.getQuery(), deadlineMillis)
            .from(Requests.count("offset", request.getOffset(), Limits.SEARCH_OFFSET_MAX));
    return ArrangedRequests.filtered(search, request.hasFilterJson(), request.getFilterJson());
  }

  private static ExplainSearchResponse explained(Explained found) {
    ExplainSearchResponse.Builder reply = ExplainSearchResponse.newBuilder();
    found.hits().hits().forEach(hit -> reply.addResults(Replies.result(hit)));
    found.plans().forEach(plan -> reply.addShards(plan(plan)));
    return reply.build();
  }

  static SearchPlan plan(ShardPlan plan) {
    return SearchPlan.newBuilder()
        .setWay(word(plan.way()))
        .setFilterBy(word(plan.source()))
        .setIndexedRows(plan.indexedRows())
        .setFilterRowsRead(plan.filterRowsRead())
        .setMatches(plan.matches())
        .setLive(plan.live())
        .setScanRowsMax(plan.scanRowsMax())
        .setOpened(plan.opened())
        .setScored(plan.scored())
        .setFilterUs(TimeUnit.NANOSECONDS.toMicros(plan.filterNanos()))
        .setWalkUs(TimeUnit.NANOSECONDS.toMicros(plan.walkNanos()))
        .setScanUs(TimeUnit.NANOSECONDS.toMicros(plan.scanNanos()))
        .setReadUs(TimeUnit.NANOSECONDS.toMicros(plan.readNanos()))
        .build();
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}

package io.quiver.front.grpc;

import io.quiver.front.grpc.v1.BatchSearchResponse;
import io.quiver.front.grpc.v1.CountResponse;
import io.quiver.front.grpc.v1.DiscoverResponse;
import io.quiver.front.grpc.v1.QueryResults;
import io.quiver.front.grpc.v1.RecommendResponse;
import io.quiver.front.grpc.v1.ScoredPoint;
import io.quiver.front.grpc.v1.ScrollResponse;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.quiver.message.Row;
import io.quiver.message.ScrolledRows;
import io.quiver.message.SearchHits;
import java.util.List;

/** The rpcs about points, one row each. */
final class PointRpcs {
  private PointRpcs() {}

  static List<Rpc<?, ?, ?, ?>> of() {
    return List.of(
        Rpc.of(
                VectorDbGrpcService.Recommend,
                PointRequests::recommend,
                (client, asked) -> PointRequests.named(client.recommend(asked)),
                (asked, hits, nanos) ->
                    RecommendResponse.newBuilder().addAllResults(Replies.results(hits)).build())
            .heavyWhen(hits -> hits.hits().size() > VectorDbRpcs.INLINE_ITEMS_MAX),
        Rpc.of(
                VectorDbGrpcService.Discover,
                PointRequests::discover,
                (client, asked) -> PointRequests.named(client.discover(asked)),
                (asked, hits, nanos) ->
                    DiscoverResponse.newBuilder().addAllResults(Replies.results(hits)).build())
            .heavyWhen(hits -> hits.hits().size() > VectorDbRpcs.INLINE_ITEMS_MAX),
        Rpc.of(
                VectorDbGrpcService.Scroll,
                (request, deadline) -> PointRequests.scroll(request),
                (client, asked) -> client.scroll(asked),
                (asked, page, nanos) -> scrolled(page))
            .heavyWhen(page -> page.rows().size() > VectorDbRpcs.INLINE_ITEMS_MAX),
        Rpc.of(
            VectorDbGrpcService.Count,
            (request, deadline) -> PointRequests.count(request),
            (client, asked) -> client.count(asked),
            (asked, count, nanos) -> CountResponse.newBuilder().setCount(count).build()),
        Rpc.of(
                VectorDbGrpcService.BatchSearch,
                PointRequests::batch,
                (client, asked) -> client.searchAll(asked),
                (asked, answers, nanos) -> batch(answers))
            .heavyWhen(answers ->
                answers.stream().mapToInt(each -> each.hits().size()).sum()
                    > VectorDbRpcs.INLINE_ITEMS_MAX));
  }

  private static BatchSearchResponse batch(List<SearchHits> answers) {
    BatchSearchResponse.Builder reply = BatchSearchResponse.newBuilder();
    for (SearchHits hits : answers) {
      reply.addResults(QueryResults.newBuilder().addAllResults(Replies.results(hits)));
    }
    return reply.build();
  }

  private static ScrollResponse scrolled(ScrolledRows page) {
    ScrollResponse.Builder reply = ScrollResponse.newBuilder();
    for (Row row : page.rows()) {
      ScoredPoint.Builder point = ScoredPoint.newBuilder().setId(row.id().value());
      for (int i = 0; i < row.vector().dimension(); i++) {
        point.addVector(row.vector().get(i));
      }
      if (!row.metadata().isAbsent()) {
        point.putAllPayload(JsonEntries.of(row.metadata().json()));
      }
      reply.addPoints(point);
    }
    page.next().ifPresent(id -> reply.setNextOffset(id.value()));
    return reply.build();
  }
}

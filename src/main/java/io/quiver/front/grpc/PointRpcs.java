package io.quiver.front.grpc;

import io.quiver.bus.QuiverClient;
import io.quiver.core.VectorId;
import io.quiver.front.grpc.v1.BatchSearchResponse;
import io.quiver.front.grpc.v1.CountResponse;
import io.quiver.front.grpc.v1.DiscoverResponse;
import io.quiver.front.grpc.v1.QueryResults;
import io.quiver.front.grpc.v1.RecommendResponse;
import io.quiver.front.grpc.v1.ScoredPoint;
import io.quiver.front.grpc.v1.ScrollResponse;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.quiver.message.OrderCursor;
import io.quiver.message.OrderRows;
import io.quiver.message.Request;
import io.quiver.message.Row;
import io.quiver.message.ScrollRows;
import io.quiver.message.SearchHits;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

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
                PointRpcs::page,
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

  /** A page of a scroll in either order. */
  private record Page(List<Row> rows, Optional<String> next) {}

  private static Future<Page> page(QuiverClient client, Request asked) {
    return asked instanceof OrderRows order
        ? client
            .order(order)
            .map(found -> new Page(found.rows(), found.next().map(OrderCursor::toString)))
        : client
            .scroll((ScrollRows) asked)
            .map(found -> new Page(found.rows(), found.next().map(VectorId::value)));
  }

  private static ScrollResponse scrolled(Page page) {
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
    page.next().ifPresent(reply::setNextOffset);
    return reply.build();
  }
}

package io.quiver.front.grpc;

import io.quiver.bus.QuiverClient;
import io.quiver.core.Limits;
import io.quiver.front.grpc.v1.Highlight;
import io.quiver.front.grpc.v1.HybridResult;
import io.quiver.front.grpc.v1.SearchHybridRequest;
import io.quiver.front.grpc.v1.SearchHybridResponse;
import io.quiver.front.grpc.v1.SearchTextRequest;
import io.quiver.front.grpc.v1.SearchTextResponse;
import io.quiver.front.grpc.v1.TextResult;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.quiver.message.FusionOptions;
import io.quiver.message.FusionStrategy;
import io.quiver.message.HybridHit;
import io.quiver.message.HybridHits;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchText;
import io.quiver.message.SearchVectors;
import io.quiver.message.TextHit;
import io.quiver.message.TextHits;
import java.util.List;

/** The rpcs that search texts, one row each, and their translation. */
final class TextRpcs {
  private TextRpcs() {}

  static List<Rpc<?, ?, ?, ?>> of() {
    return List.of(
        Rpc.of(
                VectorDbGrpcService.SearchText,
                TextRpcs::text,
                QuiverClient::searchText,
                (asked, found, nanos) -> texts(found))
            .heavyWhen(found -> found.hits().size() > VectorDbRpcs.INLINE_ITEMS_MAX),
        Rpc.of(
                VectorDbGrpcService.SearchHybrid,
                TextRpcs::hybrid,
                QuiverClient::searchHybrid,
                (asked, found, nanos) -> hybrids(found))
            .heavyWhen(found -> found.hits().size() > VectorDbRpcs.INLINE_ITEMS_MAX));
  }

  private static SearchText text(SearchTextRequest request, long deadlineMillis) {
    return new SearchText(
        Requests.collection(request.getCollectionName()),
        request.getQuery(),
        fields(request.getFieldsList()),
        limit(request.getLimit()),
        Requests.count("offset", request.getOffset(), Limits.SEARCH_OFFSET_MAX),
        request.getHighlight(),
        true,
        deadlineMillis,
        PointRequests.filter("filter_json", request.getFilterJson()));
  }

  private static SearchHybrid hybrid(SearchHybridRequest request, long deadlineMillis) {
    String strategy = request.getStrategy();
    return new SearchHybrid(
        Requests.collection(request.getCollectionName()),
        Requests.vector("vector", PointRequests.floats(request.getVectorList())),
        request.getQuery(),
        fields(request.getFieldsList()),
        limit(request.getLimit()),
        new FusionOptions(
            strategy.isEmpty() ? FusionOptions.STRATEGY_DEFAULT : FusionStrategy.parse(strategy),
            request.hasVectorWeight() ? request.getVectorWeight() : FusionOptions.WEIGHT_DEFAULT,
            request.hasTextWeight() ? request.getTextWeight() : FusionOptions.WEIGHT_DEFAULT,
            Requests.orDefault(
                Requests.count("k", request.getK(), FusionOptions.K_MAX), FusionOptions.K_DEFAULT)),
        true,
        deadlineMillis,
        PointRequests.filter("filter_json", request.getFilterJson()));
  }

  private static List<String> fields(List<String> asked) {
    return asked.isEmpty() ? SearchText.FIELDS_DEFAULT : asked;
  }

  private static int limit(int asked) {
    return Requests.orDefault(
        Requests.count("limit", asked, Limits.SEARCH_LIMIT_MAX), SearchVectors.LIMIT_DEFAULT);
  }

  private static SearchTextResponse texts(TextHits found) {
    SearchTextResponse.Builder reply = SearchTextResponse.newBuilder();
    for (TextHit hit : found.hits()) {
      TextResult.Builder result =
          TextResult.newBuilder().setId(hit.id().value()).setScore(hit.score());
      if (!hit.metadata().isAbsent()) {
        result.putAllMetadata(JsonEntries.of(hit.metadata().json()));
      }
      hit.highlights()
          .forEach((field, pieces) ->
              result.addHighlights(Highlight.newBuilder().setField(field).addAllFragments(pieces)));
      reply.addResults(result);
    }
    return reply.build();
  }

  private static SearchHybridResponse hybrids(HybridHits found) {
    SearchHybridResponse.Builder reply = SearchHybridResponse.newBuilder();
    for (HybridHit hit : found.hits()) {
      HybridResult.Builder result =
          HybridResult.newBuilder().setId(hit.id().value()).setCombinedScore(hit.combinedScore());
      if (!Float.isNaN(hit.vectorScore())) {
        result.setVectorScore(hit.vectorScore());
      }
      if (!Float.isNaN(hit.textScore())) {
        result.setTextScore(hit.textScore());
      }
      if (!hit.metadata().isAbsent()) {
        result.putAllMetadata(JsonEntries.of(hit.metadata().json()));
      }
      reply.addResults(result);
    }
    return reply.build();
  }
}

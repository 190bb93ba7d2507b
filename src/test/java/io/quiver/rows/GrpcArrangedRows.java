package io.quiver.rows;

import static java.util.stream.Collectors.joining;

import io.quiver.front.grpc.v1.ExplainSearchRequest;
import io.quiver.front.grpc.v1.ExplainSearchResponse;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.SearchPlan;
import io.quiver.front.grpc.v1.SearchRerankedRequest;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;

/** Rows of searches whose answers are more than hits, over gRPC. */
final class GrpcArrangedRows {
  private GrpcArrangedRows() {}

  static String reranked(VectorDbGrpcClient stub, QueryRequest query) {
    SearchRerankedRequest search =
        SearchRerankedRequest.newBuilder().setQuery(query).setDiversity(1).build();
    return Rows.await(stub.searchReranked(search)).getResultsList().stream()
        .map(each -> each.getResult().getId() + " " + each.getScore())
        .collect(joining(", "));
  }

  static String explained(VectorDbGrpcClient stub, QueryRequest query, String filter) {
    ExplainSearchRequest search =
        ExplainSearchRequest.newBuilder().setQuery(query).setFilterJson(filter).build();
    ExplainSearchResponse found = Rows.await(stub.explainSearch(search));
    SearchPlan plan = found.getShards(0);
    return Rows.explained(
        GrpcRows.hits(found.getResultsList()), plan.getWay(), plan.getMatches(), plan.getLive());
  }
}

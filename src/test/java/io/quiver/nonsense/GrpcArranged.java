package io.quiver.nonsense;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.front.grpc.v1.CountFacetsRequest;

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
}

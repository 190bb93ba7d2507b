package io.quiver.nonsense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.front.grpc.v1.ClearCollectionRequest;
import io.quiver.front.grpc.v1.ConditionalVector;
import io.quiver.front.grpc.v1.ContainsRequest;
import io.quiver.front.grpc.v1.DeleteIfRequest;
import io.quiver.front.grpc.v1.GetVectorsRequest;
import io.quiver.front.grpc.v1.SearchRangeRequest;
import io.quiver.front.grpc.v1.WriteIfRequest;
import io.quiver.nonsense.Surface.CannotSay;
import java.util.List;

/** The table's requests about keys and versions in the generated messages. */
final class GrpcKeys {
  private GrpcKeys() {}

  static WriteIfRequest writeIf(String collection, String mode, String request) {
    WriteIfRequest.Builder write =
        WriteIfRequest.newBuilder().setCollectionName(collection).setMode(mode);
    for (JsonNode element : Words.elements(Words.object(request, "vectors"), "vectors")) {
      ObjectNode row = Words.object(element, "id", "data", "metadata", "if_version", "if_absent");
      if (Words.isThere(row, "if_version") && Words.flag(row, "if_absent", false)) {
        throw new CannotSay("two conditions");
      }
      ConditionalVector.Builder one = ConditionalVector.newBuilder();
      if (Words.isThere(row, "if_version")) {
        one.setIfVersion(Words.whole(row, "if_version", 0));
      } else if (Words.flag(row, "if_absent", false)) {
        one.setIfAbsent(true);
      }
      row.remove(List.of("if_version", "if_absent"));
      write.addVectors(one.setVector(GrpcRequests.newVector(row)));
    }
    return write.build();
  }

  static DeleteIfRequest deleteIf(String collection, String request) {
    ObjectNode json = Words.object(request, "ids", "if_versions");
    DeleteIfRequest.Builder delete =
        DeleteIfRequest.newBuilder().setCollectionName(collection).addAllIds(ids(json));
    for (JsonNode version : Words.elements(json, "if_versions")) {
      if (!version.isNull() && (!version.isIntegralNumber() || version.asLong() == 0)) {
        throw new CannotSay("no version");
      }
      delete.addIfVersions(version.asLong());
    }
    return delete.build();
  }

  static GetVectorsRequest get(String collection, String request) {
    return GetVectorsRequest.newBuilder()
        .setCollectionName(collection)
        .addAllIds(ids(Words.object(request, "ids")))
        .build();
  }

  static ContainsRequest contains(String collection, String request) {
    return ContainsRequest.newBuilder()
        .setCollectionName(collection)
        .addAllIds(ids(Words.object(request, "ids")))
        .build();
  }

  static SearchRangeRequest range(String collection, String request) {
    ObjectNode json = Words.object(request, "vector", "max_distance", "limit", "filter");
    if (!json.path("max_distance").isNumber()) {
      throw new CannotSay("no distance");
    }
    SearchRangeRequest.Builder range =
        SearchRangeRequest.newBuilder()
            .setCollectionName(collection)
            .setMaxDistance(json.get("max_distance").floatValue())
            .setLimit(GrpcRequests.given(json, "limit"))
            .setFilterJson(Words.isThere(json, "filter") ? json.get("filter").toString() : "");
    for (float component : Words.floats(json, "vector")) {
      range.addVector(component);
    }
    return range.build();
  }

  static ClearCollectionRequest clear(String collection) {
    return ClearCollectionRequest.newBuilder().setCollectionName(collection).build();
  }

  private static List<String> ids(ObjectNode json) {
    return Words.elements(json, "ids").stream().map(Words::text).toList();
  }
}

package io.quiver.rows;

import static java.util.stream.Collectors.joining;

import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.BatchSearchRequest;
import io.quiver.front.grpc.v1.ClearCollectionRequest;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.ConditionalVector;
import io.quiver.front.grpc.v1.ContainsRequest;
import io.quiver.front.grpc.v1.CountFacetsRequest;
import io.quiver.front.grpc.v1.CountRequest;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.CreateSnapshotRequest;
import io.quiver.front.grpc.v1.DeleteCollectionRequest;
import io.quiver.front.grpc.v1.DeleteIfRequest;
import io.quiver.front.grpc.v1.DeleteRequest;
import io.quiver.front.grpc.v1.DeleteSnapshotRequest;
import io.quiver.front.grpc.v1.DiscoverRequest;
import io.quiver.front.grpc.v1.DistanceMetric;
import io.quiver.front.grpc.v1.GetCollectionInfoRequest;
import io.quiver.front.grpc.v1.GetCollectionInfoResponse;
import io.quiver.front.grpc.v1.GetSnapshotRequest;
import io.quiver.front.grpc.v1.GetStatsRequest;
import io.quiver.front.grpc.v1.GetVectorsRequest;
import io.quiver.front.grpc.v1.HealthRequest;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.ListCollectionsRequest;
import io.quiver.front.grpc.v1.ListSnapshotsRequest;
import io.quiver.front.grpc.v1.OrderBy;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.QueryResult;
import io.quiver.front.grpc.v1.RecommendRequest;
import io.quiver.front.grpc.v1.RestoreSnapshotRequest;
import io.quiver.front.grpc.v1.ScoredPoint;
import io.quiver.front.grpc.v1.ScrollRequest;
import io.quiver.front.grpc.v1.SearchGroupsRequest;
import io.quiver.front.grpc.v1.SearchHybridRequest;
import io.quiver.front.grpc.v1.SearchQuery;
import io.quiver.front.grpc.v1.SearchRangeRequest;
import io.quiver.front.grpc.v1.SearchTextRequest;
import io.quiver.front.grpc.v1.SetPayloadRequest;
import io.quiver.front.grpc.v1.TargetVector;
import io.quiver.front.grpc.v1.TextResult;
import io.quiver.front.grpc.v1.UpdateRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.front.grpc.v1.WriteIfRequest;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.util.List;
import java.util.Map;

/** The rows with the client that the build generates from the contract. */
final class GrpcRows implements Driver {
  private static final String X_ONLY = "{\"k\":\"x\"}";

  private final GrpcClient grpc;
  private final VectorDbGrpcClient stub;
  private final String name;
  private String snapshot = "";

  GrpcRows(Vertx vertx, int port, String name) {
    this.grpc = GrpcClient.client(vertx);
    this.stub = VectorDbGrpcClient.create(grpc, SocketAddress.inetSocketAddress(port, "127.0.0.1"));
    this.name = name;
  }

  @Override
  public void close() {
    Rows.await(grpc.close());
  }

  @Override
  public String answer(String row) {
    return switch (row) {
      case "create" -> {
        CollectionConfig config =
            CollectionConfig.newBuilder()
                .setName(name)
                .setDimension(2)
                .setDistanceMetric(DistanceMetric.DISTANCE_METRIC_EUCLIDEAN)
                .build();
        CreateCollectionRequest create =
            CreateCollectionRequest.newBuilder().setConfig(config).build();
        yield Rows.await(stub.createCollection(create)).getSuccess() ? name : "not";
      }
      case "list" ->
          Rows.await(stub.listCollections(ListCollectionsRequest.getDefaultInstance()))
                  .getCollectionNamesList()
                  .contains(name)
              ? "there"
              : "missing";
      case "describe" -> {
        GetCollectionInfoResponse info = info();
        boolean isEuclidean =
            info.getConfig().getDistanceMetric() == DistanceMetric.DISTANCE_METRIC_EUCLIDEAN;
        yield info.getConfig().getName()
            + " "
            + info.getConfig().getDimension()
            + (isEuclidean ? " Euclidean " : " another ")
            + info.getStats().getVectorCount();
      }
      case "stats" -> "" + info().getStats().getVectorCount();
      case "insert" -> {
        InsertRequest insert =
            InsertRequest.newBuilder().setCollectionName(name).setVector(row("a", 1, "x")).build();
        yield Rows.await(stub.insert(insert)).getMessage();
      }
      case "insert batch" -> {
        BatchInsertRequest insert =
            BatchInsertRequest.newBuilder()
                .setCollectionName(name)
                .addAllVectors(List.of(row("b", 2, "x"), row("c", 3, "y"), row("d", 4, "")))
                .build();
        yield String.join(", ", Rows.await(stub.batchInsert(insert)).getIdsList());
      }
      case "read" -> {
        GetVectorsRequest read =
            GetVectorsRequest.newBuilder()
                .setCollectionName(name)
                .addAllIds(List.of("a", "nobody", "b"))
                .setWithVectors(true)
                .setWithMetadata(true)
                .build();
        yield Rows.await(stub.getVectors(read)).getVectorsList().stream()
            .map(one ->
                "%s %s {\"k\":\"%s\"}"
                    .formatted(
                        one.getId(),
                        one.getDataList().toString().replace(" ", ""),
                        one.getMetadataOrThrow("k")))
            .collect(joining(", "));
      }
      case "contains" -> {
        List<String> ids = List.of("a", "nobody");
        ContainsRequest asked =
            ContainsRequest.newBuilder().setCollectionName(name).addAllIds(ids).build();
        yield Rows.await(stub.contains(asked)).getContainsList().stream()
            .map(String::valueOf)
            .collect(joining(", "));
      }
      case "write if" -> {
        WriteIfRequest write =
            WriteIfRequest.newBuilder()
                .setCollectionName(name)
                .addVectors(
                    ConditionalVector.newBuilder().setVector(row("g", 7, "")).setIfAbsent(true))
                .build();
        yield "" + Rows.await(stub.writeIf(write)).getCount();
      }
      case "delete if" -> {
        GetVectorsRequest read =
            GetVectorsRequest.newBuilder().setCollectionName(name).addIds("g").build();
        long version = Rows.await(stub.getVectors(read)).getVectors(0).getVersion();
        DeleteIfRequest delete =
            DeleteIfRequest.newBuilder()
                .setCollectionName(name)
                .addIds("g")
                .addIfVersions(version)
                .build();
        yield "" + Rows.await(stub.deleteIf(delete)).getCount();
      }
      case "search range" -> {
        SearchRangeRequest range =
            SearchRangeRequest.newBuilder()
                .setCollectionName(name)
                .addVector(0)
                .addVector(0)
                .setMaxDistance(2.5f)
                .build();
        yield hits(Rows.await(stub.searchRange(range)).getResultsList());
      }
      case "clear" -> {
        ClearCollectionRequest clear =
            ClearCollectionRequest.newBuilder().setCollectionName(name).build();
        yield "" + Rows.await(stub.clearCollection(clear)).getDeletedCount();
      }
      case "update" -> {
        UpdateRequest update =
            UpdateRequest.newBuilder().setCollectionName(name).setVector(row("d", 4, "y")).build();
        yield Rows.await(stub.update(update)).getSuccess() ? "d" : "not";
      }
      case "search" -> hits(Rows.await(stub.query(near(0, 2))).getResultsList());
      case "search reranked" -> GrpcArrangedRows.reranked(stub, near(0, 2));
      case "search explained" -> GrpcArrangedRows.explained(stub, near(0, 9), X_ONLY);
      case "search batch", "search points batch" -> {
        BatchSearchRequest searches =
            BatchSearchRequest.newBuilder()
                .setCollectionName(name)
                .addSearches(SearchQuery.newBuilder().addVector(0).addVector(0).setLimit(1))
                .addSearches(SearchQuery.newBuilder().addVector(6).addVector(0).setLimit(1))
                .build();
        yield Rows.await(stub.batchSearch(searches)).getResultsList().stream()
            .map(each -> hits(each.getResultsList()))
            .collect(joining(", "));
      }
      case "search text" -> {
        SearchTextRequest search =
            SearchTextRequest.newBuilder()
                .setCollectionName(name)
                .setQuery("y")
                .addFields("k")
                .build();
        yield Rows.await(stub.searchText(search)).getResultsList().stream()
            .map(TextResult::getId)
            .collect(joining(", "));
      }
      case "search hybrid" -> {
        SearchHybridRequest search =
            SearchHybridRequest.newBuilder()
                .setCollectionName(name)
                .addVector(0)
                .addVector(0)
                .setQuery("z")
                .addFields("k")
                .setLimit(1)
                .build();
        yield Rows.await(stub.searchHybrid(search)).getResults(0).getId();
      }
      case "search groups", "search point groups" -> {
        SearchGroupsRequest search =
            SearchGroupsRequest.newBuilder()
                .setQuery(near(0, 9))
                .setGroupBy("k")
                .setGroupSize(1)
                .build();
        yield Rows.await(stub.searchGroups(search)).getGroupsList().stream()
            .map(group -> group.getValue().getText() + ":" + hits(group.getResultsList()))
            .collect(joining(", "));
      }
      case "recommend" ->
          hits(
              Rows.await(
                      stub.recommend(
                          RecommendRequest.newBuilder()
                              .setCollectionName(name)
                              .addPositiveIds("a")
                              .setLimit(2)
                              .build()))
                  .getResultsList());
      case "discover" ->
          hits(
              Rows.await(
                      stub.discover(
                          DiscoverRequest.newBuilder()
                              .setCollectionName(name)
                              .setTargetVector(TargetVector.newBuilder().addData(0).addData(0))
                              .setLimit(1)
                              .build()))
                  .getResultsList());
      default -> more(row);
    };
  }

  private String more(String row) {
    return switch (row) {
      case "scroll", "scroll in order" -> {
        ScrollRequest.Builder scroll =
            ScrollRequest.newBuilder().setCollectionName(name).setFilterJson(X_ONLY);
        if (!row.equals("scroll")) {
          scroll.setOrderBy(OrderBy.newBuilder().setField("k"));
        }
        yield Rows.await(stub.scroll(scroll.build())).getPointsList().stream()
            .map(ScoredPoint::getId)
            .sorted()
            .collect(joining(", "));
      }
      case "count" -> {
        CountRequest count =
            CountRequest.newBuilder().setCollectionName(name).setFilterJson(X_ONLY).build();
        yield "" + Rows.await(stub.count(count)).getCount();
      }
      case "facets", "facet points" -> {
        CountFacetsRequest count =
            CountFacetsRequest.newBuilder().setCollectionName(name).setField("k").build();
        yield Rows.await(stub.countFacets(count)).getFacetsList().stream()
            .map(facet -> facet.getValue().getText() + " " + facet.getCount())
            .collect(joining(", "));
      }
      case "change metadata" -> payload("a");
      case "set payload" -> payload("b");
      case "delete" -> {
        DeleteRequest delete =
            DeleteRequest.newBuilder().setCollectionName(name).setVectorId("f").build();
        yield "" + Rows.await(stub.delete(delete)).getSuccess();
      }
      case "take snapshot" -> {
        CreateSnapshotRequest take =
            CreateSnapshotRequest.newBuilder().setCollectionName(name).build();
        snapshot = Rows.await(stub.createSnapshot(take)).getMetadata().getName();
        yield snapshot.isEmpty() ? "unnamed" : "taken";
      }
      case "list snapshots" -> {
        ListSnapshotsRequest list =
            ListSnapshotsRequest.newBuilder().setCollectionName(name).build();
        yield Rows.await(stub.listSnapshots(list)).getSnapshots(0).getName().equals(snapshot)
            ? "there"
            : "missing";
      }
      case "describe snapshot" -> {
        GetSnapshotRequest get =
            GetSnapshotRequest.newBuilder()
                .setCollectionName(name)
                .setSnapshotName(snapshot)
                .build();
        yield "" + Rows.await(stub.getSnapshot(get)).getMetadata().getVectorCount();
      }
      case "restore snapshot" -> {
        RestoreSnapshotRequest restore =
            RestoreSnapshotRequest.newBuilder()
                .setCollectionName(name)
                .setSnapshotName(snapshot)
                .build();
        yield Rows.await(stub.restoreSnapshot(restore)).getSuccess() ? name : "not";
      }
      case "delete snapshot" -> {
        DeleteSnapshotRequest delete =
            DeleteSnapshotRequest.newBuilder()
                .setCollectionName(name)
                .setSnapshotName(snapshot)
                .build();
        yield Rows.await(stub.deleteSnapshot(delete)).getSuccess() ? "deleted" : "not";
      }
      case "drop" -> {
        DeleteCollectionRequest drop =
            DeleteCollectionRequest.newBuilder().setCollectionName(name).build();
        yield Rows.await(stub.deleteCollection(drop)).getSuccess() ? name : "not";
      }
      case "node stats" ->
          Rows.await(stub.getStats(GetStatsRequest.getDefaultInstance()))
                      .getStats()
                      .getTotalCollections()
                  > 0
              ? "some"
              : "none";
      case "health" -> Rows.await(stub.health(HealthRequest.getDefaultInstance())).getStatus();
      default -> throw new IllegalArgumentException(row);
    };
  }

  private GetCollectionInfoResponse info() {
    return Rows.await(
        stub.getCollectionInfo(
            GetCollectionInfoRequest.newBuilder().setCollectionName(name).build()));
  }

  private static Vector row(String id, int x, String k) {
    return Vector.newBuilder()
        .setId(id)
        .addData(x)
        .addData(0)
        .putAllMetadata(k.isEmpty() ? Map.of() : Map.of("k", k))
        .build();
  }

  private QueryRequest near(int x, int limit) {
    return QueryRequest.newBuilder()
        .setCollectionName(name)
        .addQueryVector(x)
        .addQueryVector(0)
        .setLimit(limit)
        .build();
  }

  static String hits(List<QueryResult> hits) {
    return hits.stream().map(hit -> hit.getId() + " " + hit.getDistance()).collect(joining(", "));
  }

  /** How many rows were changed, and what the row has then. */
  private String payload(String id) {
    SetPayloadRequest set =
        SetPayloadRequest.newBuilder()
            .setCollectionName(name)
            .addIds(id)
            .setPayloadJson("{\"m\":\"1\"}")
            .build();
    long updated = Rows.await(stub.setPayload(set)).getUpdatedCount();
    ScrollRequest scroll =
        ScrollRequest.newBuilder()
            .setCollectionName(name)
            .setFilterJson("{\"has_id\":[\"" + id + "\"]}")
            .setWithPayload(true)
            .build();
    Map<String, String> payload = Rows.await(stub.scroll(scroll)).getPoints(0).getPayloadMap();
    return updated + " {\"k\":\"" + payload.get("k") + "\",\"m\":\"" + payload.get("m") + "\"}";
  }
}

package io.quiver.rows;

import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The table: every route and every rpc, in an order in which each row finds what it needs. */
final class Rows {
  /** What a snapshot that travels begins with. */
  static final String MAGIC = "QVSNAP01";

  static final Set<String> UNDER_WAY = Set.of("waiting", "running", "committing");

  private Rows() {}

  /**
   * One row.
   *
   * @param name by which the drivers know it
   * @param operation of the REST contract
   * @param rpc empty if gRPC has none
   * @param answer what comes back, X for the collection's name; the same from every kind
   * @param onBus whether the bus has it: it has no pages of HTTP
   */
  record Row(String name, String operation, String rpc, String answer, boolean onBus) {
    boolean has(Kind kind) {
      return switch (kind) {
        case REST -> true;
        case GRPC -> !rpc.isEmpty();
        case BUS -> onBus;
      };
    }
  }

  private static Row row(String name, String operation, String rpc, String answer) {
    return new Row(name, operation, rpc, answer, true);
  }

  private static Row http(String name, String operation, String answer) {
    return new Row(name, operation, "", answer, false);
  }

  static final List<Row> ALL =
      List.of(
          row("create", "createCollection", "CreateCollection", "X"),
          row("list", "listCollections", "ListCollections", "there"),
          row("insert", "insertVector", "Insert", "a"),
          row("insert batch", "insertVectors", "BatchInsert", "b, c, d"),
          row("upsert", "upsertVectors", "", "1"),
          row("upsert points", "upsertPoints", "", "1"),
          row("describe", "describeCollection", "GetCollectionInfo", "X 2 Euclidean 6"),
          row("stats", "collectionStats", "GetCollectionInfo", "6"),
          row("get", "getVector", "", "a [1.0,0.0] {\"k\":\"x\"}"),
          row(
              "get points",
              "getPoints",
              "",
              "a [1.0,0.0] {\"k\":\"x\"}, b [2.0,0.0] {\"k\":\"x\"}"),
          row(
              "read",
              "getVectors",
              "GetVectors",
              "a [1.0,0.0] {\"k\":\"x\"}, b [2.0,0.0] {\"k\":\"x\"}"),
          row("contains", "containsVectors", "Contains", "true, false"),
          http("ids", "listIds", "a, b, c, d, e, f"),
          row("write if", "upsertVectors", "WriteIf", "1"),
          row("delete if", "deleteVectors", "DeleteIf", "1"),
          row("update", "updateVector", "Update", "d"),
          row("search", "search", "Query", "a 1.0, b 2.0"),
          row("search reranked", "search", "SearchReranked", "a 0.5, f 0.14285715"),
          row("search explained", "search", "ExplainSearch", "a 1.0, b 2.0 by scan, 2 of 6"),
          row("search batch", "searchBatch", "BatchSearch", "a 1.0, f 0.0"),
          row("search points batch", "searchPointsBatch", "BatchSearch", "a 1.0, f 0.0"),
          row("search text", "searchText", "SearchText", "c, d"),
          row("search hybrid", "searchHybrid", "SearchHybrid", "e"),
          row("search range", "searchRange", "SearchRange", "a 1.0, b 2.0"),
          row("search groups", "searchGroups", "SearchGroups", "x:a 1.0, y:c 3.0, z:e 5.0"),
          row(
              "search point groups",
              "searchPointGroups",
              "SearchGroups",
              "x:a 1.0, y:c 3.0, z:e 5.0"),
          row("recommend", "recommend", "Recommend", "b 1.0, c 2.0"),
          row("discover", "discover", "Discover", "a 1.0"),
          row("scroll", "scroll", "Scroll", "a, b"),
          row("scroll in order", "scroll", "Scroll", "a, b"),
          row("count", "count", "Count", "2"),
          row("facets", "facets", "CountFacets", "x 2, y 2, z 2"),
          row("facet points", "facetPoints", "CountFacets", "x 2, y 2, z 2"),
          row("change metadata", "changeMetadata", "SetPayload", "1 {\"k\":\"x\",\"m\":\"1\"}"),
          row("set payload", "setPayload", "SetPayload", "1 {\"k\":\"x\",\"m\":\"1\"}"),
          row("delete", "deleteVector", "Delete", "true"),
          row("delete batch", "deleteVectors", "", "1"),
          row("delete points", "deletePoints", "", "1"),
          row("delete by filter", "deleteByFilter", "", "1"),
          row("recall", "measureRecall", "", "1.0"),
          row("describe index", "describeIndex", "", "none"),
          row("rebuild index", "rebuildIndex", "", "rebuild done"),
          row("compact", "compactCollection", "", "compact done"),
          row("change aliases", "changeAliases", "", "there"),
          row("list aliases", "listAliases", "", "there"),
          row("delete alias", "deleteAlias", "", "missing"),
          row("take snapshot", "takeSnapshot", "CreateSnapshot", "taken"),
          row("list snapshots", "listSnapshots", "ListSnapshots", "there"),
          row("describe snapshot", "describeSnapshot", "GetSnapshot", "2"),
          row("download snapshot", "downloadSnapshot", "", MAGIC),
          row("upload snapshot", "uploadSnapshot", "", "8"),
          row("describe upload", "describeUpload", "", "8"),
          row("cancel upload", "cancelUpload", "", "cancelled"),
          row("restore snapshot", "restoreSnapshot", "RestoreSnapshot", "X"),
          row("delete snapshot", "deleteSnapshot", "DeleteSnapshot", "deleted"),
          row("back up", "backUpCollection", "", "kept"),
          row("clear", "clearCollection", "ClearCollection", "2"),
          row("drop", "deleteCollection", "DeleteCollection", "X"),
          row("list deleted", "listDeletedCollections", "", "there"),
          row("restore", "restoreCollection", "", "X"),
          row("hard delete", "hardDeleteCollection", "", "X"),
          row("clean up", "cleanUpDeleted", "", "cleaned"),
          row("import", "importCollection", "", "i-X"),
          row("node stats", "nodeStats", "GetStats", "some"),
          row("health", "health", "Health", "OK"),
          http("live", "healthLive", "true"),
          row("ready", "ready", "", "true"),
          row("health ready", "healthReady", "", "true"),
          row("health check", "healthCheck", "", "serves"),
          row("health deep", "healthDeep", "", "serves"),
          http("contract", "openapi", "openapi"));

  /** A disk that is nearly full degrades a node, and is not for a test to judge. */
  static String serves(String status) {
    return status.equals("healthy") || status.equals("degraded") ? "serves" : status;
  }

  static String explained(String hits, String way, int matches, int live) {
    return "%s by %s, %d of %d".formatted(hits, way, matches, live);
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}

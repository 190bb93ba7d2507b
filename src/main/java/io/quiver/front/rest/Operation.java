package io.quiver.front.rest;

import java.util.List;

/** Every operation of the REST contract; names and paths are those of {@code openapi.yaml}. */
enum Operation {
  CREATE_COLLECTION("createCollection", "POST", "/collections", true, ""),
  LIST_COLLECTIONS("listCollections", "GET", "/collections", false, ""),
  IMPORT_COLLECTION("importCollection", "POST", "/collections/import", true, ""),
  DESCRIBE_COLLECTION("describeCollection", "GET", "/collections/{collection}", false, ""),
  DELETE_COLLECTION("deleteCollection", "DELETE", "/collections/{collection}", false, ""),
  HARD_DELETE_COLLECTION(
      "hardDeleteCollection", "DELETE", "/collections/{collection}/hard-delete", false, ""),
  BACK_UP_COLLECTION("backUpCollection", "POST", "/collections/{collection}/backup", false, ""),
  TAKE_SNAPSHOT("takeSnapshot", "POST", "/collections/{collection}/snapshots", false, ""),
  LIST_SNAPSHOTS("listSnapshots", "GET", "/collections/{collection}/snapshots", false, ""),
  DESCRIBE_SNAPSHOT(
      "describeSnapshot", "GET", "/collections/{collection}/snapshots/{snapshot}", false, ""),
  DELETE_SNAPSHOT(
      "deleteSnapshot", "DELETE", "/collections/{collection}/snapshots/{snapshot}", false, ""),
  RESTORE_SNAPSHOT(
      "restoreSnapshot",
      "POST",
      "/collections/{collection}/snapshots/{snapshot}/restore",
      false,
      ""),
  DOWNLOAD_SNAPSHOT(
      "downloadSnapshot",
      "GET",
      "/collections/{collection}/snapshots/{snapshot}/download",
      false,
      "offset compression"),
  UPLOAD_SNAPSHOT(
      "uploadSnapshot",
      "PUT",
      "/collections/{collection}/snapshots/{snapshot}/upload",
      true,
      "offset"),
  DESCRIBE_UPLOAD(
      "describeUpload", "GET", "/collections/{collection}/snapshots/{snapshot}/upload", false, ""),
  CANCEL_UPLOAD(
      "cancelUpload", "DELETE", "/collections/{collection}/snapshots/{snapshot}/upload", false, ""),
  LIST_DELETED("listDeletedCollections", "GET", "/collections/deleted", false, ""),
  RESTORE_COLLECTION("restoreCollection", "POST", "/collections/restore", true, ""),
  CLEAN_UP_DELETED("cleanUpDeleted", "POST", "/collections/cleanup", true, ""),
  COLLECTION_STATS("collectionStats", "GET", "/collections/{collection}/stats", false, "detail"),
  MEASURE_RECALL(
      "measureRecall",
      "GET",
      "/collections/{collection}/recall",
      false,
      "limit samples ef_search target_recall"),
  INSERT_VECTOR("insertVector", "POST", "/collections/{collection}/vectors", true, "durability"),
  INSERT_VECTORS(
      "insertVectors",
      "POST",
      "/collections/{collection}/vectors/batch",
      true,
      "durability on_error"),
  UPSERT_VECTORS(
      "upsertVectors",
      "POST",
      "/collections/{collection}/vectors/upsert",
      true,
      "durability on_error"),
  DELETE_VECTORS(
      "deleteVectors",
      "POST",
      "/collections/{collection}/vectors/batch-delete",
      true,
      "durability"),
  DELETE_BY_FILTER(
      "deleteByFilter",
      "POST",
      "/collections/{collection}/vectors/delete-by-filter",
      true,
      "durability"),
  CHANGE_METADATA(
      "changeMetadata", "POST", "/collections/{collection}/vectors/metadata", true, "durability"),
  GET_VECTORS("getVectors", "POST", "/collections/{collection}/vectors/get", true, ""),
  CONTAINS("containsVectors", "POST", "/collections/{collection}/vectors/contains", true, ""),
  LIST_IDS("listIds", "GET", "/collections/{collection}/ids", false, ""),
  CLEAR("clearCollection", "POST", "/collections/{collection}/clear", false, "durability"),
  SEARCH_RANGE("searchRange", "POST", "/collections/{collection}/search/range", true, ""),
  GET_VECTOR("getVector", "GET", "/collections/{collection}/vectors/{id}", false, ""),
  UPDATE_VECTOR(
      "updateVector", "PUT", "/collections/{collection}/vectors/{id}", true, "durability"),
  DELETE_VECTOR(
      "deleteVector",
      "DELETE",
      "/collections/{collection}/vectors/{id}",
      false,
      "durability if_version"),
  SEARCH("search", "POST", "/collections/{collection}/search", true, "limit ef_search"),
  SEARCH_BATCH("searchBatch", "POST", "/collections/{collection}/search/batch", true, ""),
  SEARCH_TEXT("searchText", "POST", "/collections/{collection}/search/text", true, ""),
  SEARCH_HYBRID("searchHybrid", "POST", "/collections/{collection}/search/hybrid", true, ""),
  SEARCH_POINTS_BATCH(
      "searchPointsBatch", "POST", "/collections/{collection}/points/search/batch", true, ""),
  SEARCH_GROUPS("searchGroups", "POST", "/collections/{collection}/search/groups", true, ""),
  SEARCH_POINT_GROUPS(
      "searchPointGroups", "POST", "/collections/{collection}/points/search/groups", true, ""),
  RECOMMEND("recommend", "POST", "/collections/{collection}/points/recommend", true, ""),
  DISCOVER("discover", "POST", "/collections/{collection}/points/discover", true, ""),
  SCROLL("scroll", "POST", "/collections/{collection}/points/scroll", true, ""),
  COUNT("count", "POST", "/collections/{collection}/points/count", true, ""),
  FACETS("facets", "POST", "/collections/{collection}/facets", true, ""),
  FACET_POINTS("facetPoints", "POST", "/collections/{collection}/points/facet", true, ""),
  GET_POINTS("getPoints", "POST", "/collections/{collection}/points/get", true, ""),
  UPSERT_POINTS(
      "upsertPoints",
      "POST",
      "/collections/{collection}/points/upsert",
      true,
      "durability on_error"),
  DELETE_POINTS(
      "deletePoints", "POST", "/collections/{collection}/points/delete", true, "durability"),
  SET_PAYLOAD(
      "setPayload", "POST", "/collections/{collection}/points/payload/set", true, "durability"),
  DESCRIBE_INDEX("describeIndex", "GET", "/collections/{collection}/index", false, ""),
  REBUILD_INDEX("rebuildIndex", "POST", "/collections/{collection}/index/rebuild", true, ""),
  COMPACT("compactCollection", "POST", "/collections/{collection}/compact", false, ""),
  LIST_ALIASES("listAliases", "GET", "/collections/aliases", false, ""),
  CHANGE_ALIASES("changeAliases", "POST", "/collections/aliases", true, ""),
  DELETE_ALIAS("deleteAlias", "DELETE", "/collections/aliases/{alias}", false, ""),
  NODE_STATS("nodeStats", "GET", "/stats", false, ""),
  HEALTH("health", "GET", "/health", false, ""),
  HEALTH_LIVE("healthLive", "GET", "/health/live", false, ""),
  HEALTH_READY("healthReady", "GET", "/health/ready", false, ""),
  READY("ready", "GET", "/ready", false, ""),
  HEALTH_CHECK("healthCheck", "GET", "/health/check", false, ""),
  HEALTH_DEEP("healthDeep", "GET", "/health/deep", false, ""),
  OPENAPI("openapi", "GET", "/openapi.yaml", false, "");

  private final String id;
  private final String method;
  private final String path;
  private final boolean hasBody;
  private final String parameters;

  Operation(String id, String method, String path, boolean hasBody, String parameters) {
    this.id = id;
    this.method = method;
    this.path = path;
    this.hasBody = hasBody;
    this.parameters = parameters;
  }

  /** The {@code operationId} in the contract. */
  String id() {
    return id;
  }

  String method() {
    return method;
  }

  /** The path in the contract, with {@code {name}} for each parameter. */
  String path() {
    return path;
  }

  /**
   * Whether bytes go one way or the other for as long as it takes; then nothing is kept of them.
   */
  boolean isTransfer() {
    return this == DOWNLOAD_SNAPSHOT || this == UPLOAD_SNAPSHOT || this == LIST_IDS;
  }

  /**
   * Whether a body is required, and but for a transfer a JSON one; otherwise a body that comes is
   * not looked at.
   */
  boolean hasBody() {
    return hasBody;
  }

  /** Whether it is a search, or a batch of them. */
  boolean isSearch() {
    return switch (this) {
      case SEARCH,
          SEARCH_BATCH,
          SEARCH_TEXT,
          SEARCH_HYBRID,
          SEARCH_RANGE,
          SEARCH_POINTS_BATCH,
          RECOMMEND,
          DISCOVER,
          SEARCH_GROUPS,
          SEARCH_POINT_GROUPS,
          FACETS,
          FACET_POINTS ->
          true;
      default -> false;
    };
  }

  /** The query parameters it knows. */
  List<String> parameters() {
    return parameters.isEmpty() ? List.of() : List.of(parameters.split(" ", -1));
  }
}

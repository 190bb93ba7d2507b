package io.quiver.front.rest;

import io.quiver.front.rest.Endpoint.Prepared;

/** Which endpoint serves which operation. */
final class Endpoints {
  private Endpoints() {}

  static Prepared prepare(Call call) {
    return of(call.operation()).prepare(call);
  }

  private static Endpoint of(Operation operation) {
    return switch (operation) {
      case CREATE_COLLECTION -> CollectionEndpoints::create;
      case LIST_COLLECTIONS -> CollectionEndpoints::list;
      case IMPORT_COLLECTION -> ImportEndpoints::importOrphan;
      case DESCRIBE_COLLECTION -> CollectionEndpoints::describe;
      case DELETE_COLLECTION -> CollectionEndpoints::delete;
      case HARD_DELETE_COLLECTION -> RecoveryEndpoints::hardDelete;
      case BACK_UP_COLLECTION -> RecoveryEndpoints::backUp;
      case TAKE_SNAPSHOT -> SnapshotEndpoints::take;
      case LIST_SNAPSHOTS -> SnapshotEndpoints::list;
      case DESCRIBE_SNAPSHOT -> SnapshotEndpoints::describe;
      case DELETE_SNAPSHOT -> SnapshotEndpoints::delete;
      case RESTORE_SNAPSHOT -> SnapshotEndpoints::restore;
      case DESCRIBE_UPLOAD -> SnapshotEndpoints::describeUpload;
      case CANCEL_UPLOAD -> SnapshotEndpoints::cancelUpload;
      case DOWNLOAD_SNAPSHOT, UPLOAD_SNAPSHOT, LIST_IDS ->
          throw new IllegalStateException(operation + " is no document");
      case LIST_DELETED -> RecoveryEndpoints::deleted;
      case RESTORE_COLLECTION -> RecoveryEndpoints::restore;
      case CLEAN_UP_DELETED -> RecoveryEndpoints::cleanUp;
      case COLLECTION_STATS -> CollectionEndpoints::stats;
      case MEASURE_RECALL -> RecallEndpoint::measure;
      case INSERT_VECTOR -> VectorEndpoints::insert;
      case INSERT_VECTORS -> VectorEndpoints::insertBatch;
      case UPSERT_VECTORS, UPSERT_POINTS -> VectorEndpoints::upsertBatch;
      case DELETE_VECTORS, DELETE_POINTS -> DeleteEndpoints::batch;
      case DELETE_BY_FILTER -> ChosenEndpoints::delete;
      case CHANGE_METADATA -> ChosenEndpoints::changeMetadata;
      case GET_VECTORS -> KeyEndpoints::get;
      case CONTAINS -> KeyEndpoints::contains;
      case CLEAR -> DeleteEndpoints::clear;
      case SEARCH_RANGE -> KeyEndpoints::range;
      case GET_VECTOR -> VectorEndpoints::get;
      case UPDATE_VECTOR -> VectorEndpoints::update;
      case DELETE_VECTOR -> DeleteEndpoints::one;
      case SEARCH -> SearchEndpoints::search;
      case SEARCH_BATCH, SEARCH_POINTS_BATCH -> SearchEndpoints::searchAll;
      case SEARCH_GROUPS, SEARCH_POINT_GROUPS -> GroupFields::search;
      case SET_PAYLOAD -> ChosenEndpoints::setPayload;
      case SEARCH_TEXT -> TextEndpoints::search;
      case SEARCH_HYBRID -> HybridEndpoint::search;
      case RECOMMEND -> ExampleEndpoints::recommend;
      case DISCOVER -> ExampleEndpoints::discover;
      case SCROLL -> PointEndpoints::scroll;
      case COUNT -> PointEndpoints::count;
      case FACETS, FACET_POINTS -> FacetEndpoint::count;
      case GET_POINTS -> PointEndpoints::get;
      case DESCRIBE_INDEX -> IndexEndpoints::describe;
      case REBUILD_INDEX -> IndexEndpoints::rebuild;
      case COMPACT -> IndexEndpoints::compact;
      case LIST_ALIASES -> AliasEndpoints::list;
      case CHANGE_ALIASES -> AliasEndpoints::change;
      case DELETE_ALIAS -> AliasEndpoints::delete;
      case NODE_STATS -> NodeEndpoints::stats;
      case HEALTH -> NodeEndpoints::health;
      case HEALTH_LIVE -> NodeEndpoints::live;
      case HEALTH_READY, READY -> NodeEndpoints::ready;
      case HEALTH_CHECK, HEALTH_DEEP -> NodeEndpoints::check;
      case OPENAPI -> NodeEndpoints::openapi;
    };
  }
}

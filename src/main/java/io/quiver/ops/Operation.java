package io.quiver.ops;

import io.quiver.message.BatchSearch;
import io.quiver.message.ChangeAliases;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.CheckHealth;
import io.quiver.message.ClearCollection;
import io.quiver.message.CompactCollection;
import io.quiver.message.CountFacets;
import io.quiver.message.CountRows;
import io.quiver.message.CreateCollection;
import io.quiver.message.DeleteByFilter;
import io.quiver.message.DeleteIf;
import io.quiver.message.DeleteVectors;
import io.quiver.message.DescribeCollection;
import io.quiver.message.DescribeIndex;
import io.quiver.message.DescribeNode;
import io.quiver.message.DiscoverVectors;
import io.quiver.message.DropCollection;
import io.quiver.message.ExplainSearch;
import io.quiver.message.GetVectors;
import io.quiver.message.HardDelete;
import io.quiver.message.ImportCollection;
import io.quiver.message.ListAliases;
import io.quiver.message.ListCollections;
import io.quiver.message.MeasureRecall;
import io.quiver.message.OrderRows;
import io.quiver.message.ReadRows;
import io.quiver.message.RebuildIndex;
import io.quiver.message.RecommendVectors;
import io.quiver.message.RecoveryRequest;
import io.quiver.message.Request;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrollVersions;
import io.quiver.message.SearchByExamples;
import io.quiver.message.SearchGroups;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchRange;
import io.quiver.message.SearchReranked;
import io.quiver.message.SearchText;
import io.quiver.message.SearchVectors;
import io.quiver.message.SearchVersions;
import io.quiver.message.SnapshotRequest;
import io.quiver.message.WriteIf;
import io.quiver.message.WriteVectors;
import java.util.Locale;

/** What a request is counted as. A write or delete of one row is not a batch. */
enum Operation {
  CREATE_COLLECTION,
  IMPORT_COLLECTION,
  DROP_COLLECTION,
  HARD_DELETE,
  RECOVERY,
  SNAPSHOT,
  LIST_COLLECTIONS,
  DESCRIBE_COLLECTION,
  DESCRIBE_NODE,
  CHECK_HEALTH,
  INSERT,
  BATCH_INSERT,
  UPSERT,
  UPDATE,
  DELETE,
  BATCH_DELETE,
  DELETE_BY_FILTER,
  CHANGE_METADATA,
  CONDITIONAL_WRITE,
  CONDITIONAL_DELETE,
  CLEAR,
  RANGE_SEARCH,
  GET,
  QUERY,
  RECOMMEND,
  DISCOVER,
  SEARCH_BY_EXAMPLES,
  TEXT_SEARCH,
  HYBRID_SEARCH,
  BATCH_SEARCH,
  SCROLL,
  COUNT,
  FACETS,
  GROUP_SEARCH,
  ORDERED_SCROLL,
  RERANKED_SEARCH,
  MEASURE_RECALL,
  CHANGE_ALIASES,
  LIST_ALIASES,
  REBUILD_INDEX,
  COMPACT,
  DESCRIBE_INDEX;

  static Operation of(Request request) {
    return switch (request) {
      case CreateCollection create -> CREATE_COLLECTION;
      case ImportCollection load -> IMPORT_COLLECTION;
      case DropCollection drop -> DROP_COLLECTION;
      case HardDelete delete -> HARD_DELETE;
      case RecoveryRequest recovery -> RECOVERY;
      case SnapshotRequest snapshot -> SNAPSHOT;
      case ListCollections list -> LIST_COLLECTIONS;
      case DescribeCollection describe -> DESCRIBE_COLLECTION;
      case DescribeNode describe -> DESCRIBE_NODE;
      case CheckHealth check -> CHECK_HEALTH;
      case WriteVectors write ->
          switch (write.mode()) {
            case INSERT -> write.rows().size() == 1 ? INSERT : BATCH_INSERT;
            case UPSERT -> UPSERT;
            case UPDATE -> UPDATE;
          };
      case DeleteVectors delete -> delete.ids().size() == 1 ? DELETE : BATCH_DELETE;
      case DeleteByFilter delete -> DELETE_BY_FILTER;
      case ChangeMetadata change -> CHANGE_METADATA;
      case WriteIf write -> CONDITIONAL_WRITE;
      case DeleteIf delete -> CONDITIONAL_DELETE;
      case ClearCollection clear -> CLEAR;
      case SearchRange search -> RANGE_SEARCH;
      case ReadRows read -> GET;
      case ScrollVersions scroll -> SCROLL;
      case SearchVersions search -> QUERY;
      case GetVectors get -> GET;
      case SearchVectors search -> QUERY;
      case ExplainSearch explain -> QUERY;
      case RecommendVectors recommend -> RECOMMEND;
      case DiscoverVectors discover -> DISCOVER;
      case SearchByExamples search -> SEARCH_BY_EXAMPLES;
      case SearchText search -> TEXT_SEARCH;
      case SearchHybrid search -> HYBRID_SEARCH;
      case BatchSearch batch -> BATCH_SEARCH;
      case ScrollRows scroll -> SCROLL;
      case CountRows count -> COUNT;
      case CountFacets count -> FACETS;
      case SearchGroups search -> GROUP_SEARCH;
      case OrderRows order -> ORDERED_SCROLL;
      case SearchReranked search -> RERANKED_SEARCH;
      case MeasureRecall measure -> MEASURE_RECALL;
      case ChangeAliases change -> CHANGE_ALIASES;
      case ListAliases list -> LIST_ALIASES;
      case RebuildIndex rebuild -> REBUILD_INDEX;
      case CompactCollection compact -> COMPACT;
      case DescribeIndex describe -> DESCRIBE_INDEX;
    };
  }

  /** The label value. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.quiver.nonsense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.filter.MetadataEdit;
import io.quiver.message.AliasAction;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.CountRows;
import io.quiver.message.DeleteByFilter;
import io.quiver.message.DiscoverVectors;
import io.quiver.message.DiscoverVectors.ContextPair;
import io.quiver.message.DiscoverVectors.Target;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.GetVectors;
import io.quiver.message.RebuildIndex;
import io.quiver.message.RecommendVectors;
import io.quiver.message.ScrollRows;
import io.quiver.message.SearchOptions;
import io.quiver.nonsense.Surface.CannotSay;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The table's requests about points as an embedding application makes them. */
final class BusPoints {
  private BusPoints() {}

  static RecommendVectors recommend(String collection, String request) {
    ObjectNode json =
        Words.object(request, "positive", "negative", "strategy", "limit", "offset", "filter");
    String strategy = Words.text(json, "strategy");
    return new RecommendVectors(
        new CollectionName(collection),
        ids(json, "positive"),
        ids(json, "negative"),
        strategy == null ? ExampleStrategy.BEST_SCORE : ExampleStrategy.parse(strategy),
        options(json));
  }

  static DiscoverVectors discover(String collection, String request) {
    ObjectNode json = Words.object(request, "target", "context", "limit", "offset", "filter");
    Target target = null;
    if (json.path("target").isTextual()) {
      target = new Target.OfId(new VectorId(json.get("target").asText()));
    } else if (Words.isThere(json, "target")) {
      target = new Target.OfVector(DenseVector.of(Words.floats(json, "target")));
    }
    List<ContextPair> pairs = new ArrayList<>();
    for (JsonNode pair : Words.elements(json, "context")) {
      ObjectNode ids = Words.object(pair, "positive", "negative");
      pairs.add(new ContextPair(id(ids, "positive"), id(ids, "negative")));
    }
    return new DiscoverVectors(new CollectionName(collection), target, pairs, options(json));
  }

  static ScrollRows scroll(String collection, String request) {
    ObjectNode json = Words.object(request, "limit", "offset", "filter");
    return new ScrollRows(
        new CollectionName(collection),
        Optional.ofNullable(id(json, "offset")),
        Words.whole(json, "limit", 10),
        true,
        true,
        filter(json));
  }

  static CountRows count(String collection, String request) {
    ObjectNode json = Words.object(request, "filter");
    return new CountRows(new CollectionName(collection), filter(json));
  }

  static DeleteByFilter deleteByFilter(String collection, String request) {
    ObjectNode json = Words.object(request, "filter");
    return new DeleteByFilter(new CollectionName(collection), filter(json), Durability.FSYNC);
  }

  static ChangeMetadata changeMetadata(String collection, String request) {
    ObjectNode json = Words.object(request, "ids", "filter", "set", "merge", "delete");
    if (json.has("set") && json.has("merge")) {
      throw new CannotSay("set and merge");
    }
    JsonNode fields = json.has("set") ? json.get("set") : json.path("merge");
    if (!fields.isMissingNode() && !fields.isObject()) {
      throw new CannotSay("metadata that are no object");
    }
    MetadataEdit edit =
        new MetadataEdit(
            json.has("set"),
            fields.isMissingNode() ? Metadata.ABSENT : Metadata.ofJson(fields.toString()),
            Words.elements(json, "delete").stream().map(Words::text).toList());
    return new ChangeMetadata(
        new CollectionName(collection), ids(json, "ids"), filter(json), edit, Durability.FSYNC);
  }

  static GetVectors get(String collection, String request) {
    ObjectNode json = Words.object(request, "ids");
    return new GetVectors(new CollectionName(collection), ids(json, "ids"), true, true);
  }

  static RebuildIndex rebuild(String collection, String request) {
    ObjectNode json = Words.object(request, "index_config");
    return new RebuildIndex(
        new CollectionName(collection),
        Words.isThere(json, "index_config")
            ? Optional.of(BusRequests.index(json))
            : Optional.empty());
  }

  static List<AliasAction> aliases(String request) {
    List<AliasAction> actions = new ArrayList<>();
    for (JsonNode each : Words.elements(Words.object(request, "actions"), "actions")) {
      ObjectNode action = Words.object(each, "create_alias", "delete_alias", "rename_alias");
      if (action.size() != 1) {
        throw new CannotSay("an action that is several, or none");
      }
      if (action.has("create_alias")) {
        ObjectNode put = Words.object(action.get("create_alias"), "alias_name", "collection_name");
        actions.add(new AliasAction.Put(name(put, "alias_name"), name(put, "collection_name")));
      } else if (action.has("delete_alias")) {
        ObjectNode delete = Words.object(action.get("delete_alias"), "alias_name");
        actions.add(new AliasAction.Delete(name(delete, "alias_name")));
      } else {
        ObjectNode rename =
            Words.object(action.get("rename_alias"), "old_alias_name", "new_alias_name");
        actions.add(
            new AliasAction.Rename(name(rename, "old_alias_name"), name(rename, "new_alias_name")));
      }
    }
    return actions;
  }

  private static CollectionName name(ObjectNode json, String field) {
    String text = Words.text(json, field);
    return text == null ? null : new CollectionName(text);
  }

  private static SearchOptions options(ObjectNode json) {
    return new SearchOptions(
            Words.whole(json, "limit", 10),
            Words.whole(json, "offset", 0),
            0,
            false,
            false,
            true,
            0)
        .filteredBy(filter(json));
  }

  /** An application makes it as we do from text, or as records, which cannot be as wrong. */
  static Filter filter(ObjectNode json) {
    return filter("filter", json);
  }

  static Filter filter(String field, ObjectNode json) {
    return Words.isThere(json, "filter")
        ? FilterJson.read(field, json.get("filter").toString().getBytes(StandardCharsets.UTF_8))
        : Filter.ALL;
  }

  private static List<VectorId> ids(ObjectNode json, String field) {
    return Words.elements(json, field).stream().map(Words::text).map(VectorId::new).toList();
  }

  private static VectorId id(ObjectNode json, String field) {
    String text = Words.text(json, field);
    return text == null ? null : new VectorId(text);
  }
}

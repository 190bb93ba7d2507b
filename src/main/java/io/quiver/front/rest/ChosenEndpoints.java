package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.MetadataEdit;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.DeleteByFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes of rows that are chosen by what they are. */
final class ChosenEndpoints {
  private ChosenEndpoints() {}

  static Prepared delete(Call call) {
    CollectionName collection = call.collection();
    Durability durability = call.durability();
    VectorReader json = call.reader();
    Filter filter = Filter.ALL;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "filter" -> filter = OptionFields.filter(json);
        default -> OptionFields.shared(json);
      }
    }
    json.endDocument();
    DeleteByFilter delete = new DeleteByFilter(collection, filter, durability);
    return client ->
        client
            .deleteByFilter(delete)
            .map(ack ->
                Answer.data(answer ->
                    answer.beginObject().name("deleted_count").value(ack.deleted()).endObject()));
  }

  static Prepared changeMetadata(Call call) {
    CollectionName collection = call.collection();
    Durability durability = call.durability();
    VectorReader json = call.reader();
    List<VectorId> ids = List.of();
    Filter filter = Filter.ALL;
    Optional<Metadata> set = Optional.empty();
    Optional<Metadata> merge = Optional.empty();
    List<String> removed = List.of();
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "ids" -> ids = ids(json);
        case "filter" -> filter = OptionFields.filter(json);
        case "set" -> set = Optional.of(json.metadata());
        case "merge" -> merge = json.skipNull() ? merge : Optional.of(json.metadata());
        case "delete" -> removed = keys(json);
        default -> OptionFields.shared(json);
      }
    }
    json.endDocument();
    if (set.isPresent() && merge.isPresent()) {
      throw QuiverException.invalid("set", "one of set and merge", "both");
    }
    MetadataEdit edit =
        new MetadataEdit(set.isPresent(), set.orElse(merge.orElse(Metadata.ABSENT)), removed);
    ChangeMetadata change = new ChangeMetadata(collection, ids, filter, edit, durability);
    return client ->
        client
            .changeMetadata(change)
            .map(ack ->
                Answer.data(answer ->
                    answer.beginObject().name("updated_count").value(ack.written()).endObject()));
  }

  /** As other vector databases call it: {@code payload} beside what is there. */
  static Prepared setPayload(Call call) {
    CollectionName collection = call.collection();
    Durability durability = call.durability();
    VectorReader json = call.reader();
    List<VectorId> ids = List.of();
    Filter filter = Filter.ALL;
    Optional<Metadata> payload = Optional.empty();
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "ids", "points" -> {
          if (!ids.isEmpty()) {
            throw QuiverException.invalid(json.path(), "one of ids and points", "both");
          }
          ids = ids(json);
        }
        case "filter" -> filter = OptionFields.filter(json);
        case "payload" -> payload = Optional.of(json.metadata());
        default -> OptionFields.shared(json);
      }
    }
    json.endDocument();
    Metadata fields =
        payload
            .filter(given -> !given.isAbsent())
            .orElseThrow(() -> json.missing("payload", "an object"));
    ChangeMetadata change =
        new ChangeMetadata(collection, ids, filter, MetadataEdit.merge(fields), durability);
    return client ->
        client
            .changeMetadata(change)
            .map(ack ->
                Answer.data(answer ->
                    answer.beginObject().name("updated_count").value(ack.written()).endObject()));
  }

  private static List<VectorId> ids(VectorReader json) {
    List<VectorId> ids = new ArrayList<>();
    if (!json.skipNull()) {
      json.beginArray("an array of ids");
      while (json.nextElement()) {
        if (ids.size() == Limits.BATCH_ROWS_MAX) {
          throw json.wrongLength("at most " + Limits.BATCH_ROWS_MAX + " elements");
        }
        ids.add(json.id());
      }
      if (ids.isEmpty()) {
        throw QuiverException.invalid("ids", "1 to " + Limits.BATCH_ROWS_MAX, 0);
      }
    }
    return ids;
  }

  private static List<String> keys(VectorReader json) {
    List<String> keys = new ArrayList<>();
    if (!json.skipNull()) {
      json.beginArray("an array of keys");
      while (json.nextElement()) {
        if (keys.size() == Limits.FILTER_NODES_MAX) {
          throw json.wrongLength("at most " + Limits.FILTER_NODES_MAX + " elements");
        }
        keys.add(json.string("a key"));
      }
    }
    return keys;
  }
}

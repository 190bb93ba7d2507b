package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.GetVectors;
import io.quiver.message.ReadRows;
import io.quiver.message.Row;
import io.quiver.message.SearchRange;
import io.quiver.message.VersionedRows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What applications ask of a library: rows by id, whether they are there, all within a range. */
final class KeyEndpoints {
  /** Most rows of one answer that is held in memory with vectors and metadata. */
  private static final int ROWS_MAX = 1_000;

  private KeyEndpoints() {}

  /** A header with the version of what a conditional write wrote. */
  static Map<String, String> version(long version) {
    return version == 0 ? Map.of() : Map.of("X-Version", String.valueOf(version));
  }

  static Prepared get(Call call) {
    CollectionName collection = call.collection();
    VectorReader json = call.reader();
    List<VectorId> ids = List.of();
    boolean withVectors = true;
    boolean withMetadata = true;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "ids" -> ids = ids(json, ROWS_MAX);
        case "with_vectors" -> withVectors = json.skipNull() || json.bool();
        case "with_metadata" -> withMetadata = json.skipNull() || json.bool();
        default -> OptionFields.shared(json);
      }
    }
    json.endDocument();
    ReadRows read = new ReadRows(collection, ids, withVectors, withMetadata);
    return client -> client.read(read).map(found -> rows(read, found));
  }

  private static Answer rows(ReadRows read, VersionedRows found) {
    Set<VectorId> there = new HashSet<>();
    found.rows().forEach(row -> there.add(row.id()));
    return Answer.data(
        PointEndpoints.weight(found.rows()),
        Map.of(),
        json -> {
          json.beginObject().name("vectors").beginArray();
          for (int i = 0; i < found.rows().size(); i++) {
            Row row = found.rows().get(i);
            json.beginObject().name("id").value(row.id().value());
            if (read.withVectors()) {
              json.name("data").value(row.vector());
            }
            if (read.withMetadata()) {
              json.name("metadata").value(row.metadata());
            }
            json.name("version").value(found.versions().get(i).longValue()).endObject();
          }
          json.endArray().name("missing").beginArray();
          for (VectorId id : read.ids()) {
            if (there.add(id)) {
              json.value(id.value());
            }
          }
          json.endArray().endObject();
        });
  }

  static Prepared contains(Call call) {
    CollectionName collection = call.collection();
    VectorReader json = call.reader();
    List<VectorId> ids = List.of();
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "ids" -> ids = ids(json, Limits.BATCH_ROWS_MAX);
        default -> OptionFields.shared(json);
      }
    }
    json.endDocument();
    GetVectors get = new GetVectors(collection, ids, false, false);
    return client ->
        client
            .contains(get)
            .map(there ->
                Answer.data(
                    8L * get.ids().size(),
                    Map.of(),
                    answer -> {
                      answer.beginObject().name("contains").beginArray();
                      get.ids().forEach(id -> answer.value(there.contains(id)));
                      answer.endArray().endObject();
                    }));
  }

  static Prepared range(Call call) {
    CollectionName collection = call.collection();
    VectorReader json = call.reader();
    Optional<DenseVector> vector = Optional.empty();
    Optional<Float> maxDistance = Optional.empty();
    int limit = SearchRange.LIMIT_DEFAULT;
    boolean withVectors = false;
    boolean withMetadata = true;
    long deadlineMillis = 0;
    Filter filter = Filter.ALL;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "vector" -> vector = Optional.of(json.vector());
        case "max_distance" -> maxDistance = Optional.of(json.number());
        case "limit" ->
            limit = json.skipNull() ? limit : (int) json.integer(1, SearchRange.LIMIT_MAX);
        case "with_vectors" -> withVectors = !json.skipNull() && json.bool();
        case "with_metadata" -> withMetadata = json.skipNull() || json.bool();
        case "deadline_ms" ->
            deadlineMillis = json.skipNull() ? 0 : json.integer(1, Limits.DEADLINE_MILLIS_MAX);
        case "filter" -> filter = OptionFields.filter(json);
        default -> OptionFields.shared(json);
      }
    }
    json.endDocument();
    SearchRange range =
        new SearchRange(
            collection,
            vector.orElseThrow(() -> json.missing("vector", "a vector")),
            maxDistance.orElseThrow(() -> json.missing("max_distance", "a number")),
            limit,
            withVectors,
            withMetadata,
            deadlineMillis,
            filter);
    checkSize(range);
    return client ->
        client
            .searchRange(range)
            .map(found ->
                Answer.data(
                    SearchEndpoints.weight(found.found()),
                    Map.of(),
                    answer -> {
                      answer.beginObject().name("hits");
                      SearchEndpoints.write(answer, range.withVectors(), found.found());
                      answer.name("truncated").value(found.isTruncated()).endObject();
                    }));
  }

  private static void checkSize(SearchRange range) {
    long components = (long) range.limit() * range.vector().dimension();
    if (range.withVectors() && components > Limits.ANSWER_COMPONENTS_MAX) {
      throw QuiverException.invalid(
          "limit",
          "with_vectors of at most " + Limits.ANSWER_COMPONENTS_MAX + " components",
          components);
    }
  }

  private static List<VectorId> ids(VectorReader json, int max) {
    List<VectorId> ids = new ArrayList<>();
    json.beginArray("an array of ids");
    while (json.nextElement()) {
      if (ids.size() == max) {
        throw json.wrongLength("at most " + max + " elements");
      }
      ids.add(json.id());
    }
    return ids;
  }
}

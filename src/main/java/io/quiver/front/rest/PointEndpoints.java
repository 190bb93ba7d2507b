package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.CountRows;
import io.quiver.message.GetVectors;
import io.quiver.message.OrderCursor;
import io.quiver.message.OrderRows;
import io.quiver.message.Row;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrollVersions;
import io.quiver.message.SearchVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads of points, as d-vecDB calls rows: scroll, count, get. */
final class PointEndpoints {
  /** Most ids of one request: their vectors are held in memory together. */
  private static final int IDS_MAX = 1_000;

  private PointEndpoints() {}

  static Prepared scroll(Call call) {
    CollectionName collection = call.collection();
    VectorReader json = call.reader();
    Optional<String> after = Optional.empty();
    Optional<OrderFields> order = Optional.empty();
    int limit = SearchVectors.LIMIT_DEFAULT;
    boolean withVectors = true;
    boolean withPayload = true;
    boolean withVersions = false;
    Filter filter = Filter.ALL;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "offset" ->
            after = json.skipNull() ? Optional.empty() : Optional.of(json.string("a string"));
        case "order_by" ->
            order = json.skipNull() ? Optional.empty() : Optional.of(OrderFields.read(json));
        case "limit" ->
            limit = json.skipNull() ? limit : (int) json.integer(1, Limits.SEARCH_LIMIT_MAX);
        case "with_vectors" -> withVectors = json.skipNull() || json.bool();
        case "with_payload", "with_metadata" -> withPayload = json.skipNull() || json.bool();
        case "with_versions" -> withVersions = !json.skipNull() && json.bool();
        case "filter" -> filter = OptionFields.filter(json);
        default -> OptionFields.shared(json);
      }
    }
    json.endDocument();
    if (order.isPresent()) {
      if (withVersions) {
        throw QuiverException.invalid("with_versions", "false beside order_by", true);
      }
      OrderRows ordered =
          new OrderRows(
              collection,
              order.get().field(),
              order.get().descending(),
              after.map(text -> OrderCursor.parse("offset", text)),
              limit,
              withVectors,
              withPayload,
              filter);
      return client ->
          client
              .order(ordered)
              .map(found ->
                  page(
                      found.rows(),
                      List.of(),
                      found.next().map(OrderCursor::toString),
                      ordered.withVectors(),
                      ordered.withMetadata()));
    }
    ScrollRows scroll =
        new ScrollRows(
            collection,
            after.map(text -> OptionFields.id("offset", text)),
            limit,
            withVectors,
            withPayload,
            filter);
    if (withVersions) {
      ScrollVersions versions = new ScrollVersions(scroll);
      return client ->
          client
              .scroll(versions)
              .map(found -> page(scroll, found.rows(), found.versions(), found.next()));
    }
    return client ->
        client.scroll(scroll).map(found -> page(scroll, found.rows(), List.of(), found.next()));
  }

  private static Answer page(
      ScrollRows scroll, List<Row> rows, List<Long> versions, Optional<VectorId> next) {
    return page(
        rows, versions, next.map(VectorId::value), scroll.withVectors(), scroll.withMetadata());
  }

  /**
   * A page of rows.
   *
   * @param versions of the rows, or empty
   */
  private static Answer page(
      List<Row> rows,
      List<Long> versions,
      Optional<String> next,
      boolean withVectors,
      boolean withPayload) {
    return Answer.data(
        weight(rows),
        Map.of(),
        answer -> {
          answer.beginObject().name("points").beginArray();
          for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            answer.beginObject().name("id").value(row.id().value());
            answer.name("score").value(0f);
            if (!versions.isEmpty()) {
              answer.name("version").value(versions.get(i).longValue());
            }
            writeParts(answer, row, withVectors, withPayload);
          }
          answer.endArray().name("next_offset");
          next.ifPresentOrElse(answer::value, answer::nullValue);
          answer.endObject();
        });
  }

  static Prepared count(Call call) {
    CollectionName collection = call.collection();
    Filter filter = Filter.ALL;
    VectorReader json = call.reader();
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "exact" -> {
          if (!json.skipNull()) {
            json.bool(); // It is always exact.
          }
        }
        case "filter" -> filter = OptionFields.filter(json);
        default -> OptionFields.shared(json);
      }
    }
    json.endDocument();
    CountRows count = new CountRows(collection, filter);
    return client ->
        client
            .count(count)
            .map(rows ->
                Answer.data(answer ->
                    answer.beginObject().name("count").value(rows.longValue()).endObject()));
  }

  static Prepared get(Call call) {
    CollectionName collection = call.collection();
    VectorReader json = call.reader();
    List<VectorId> ids = new ArrayList<>();
    boolean withVectors = true;
    boolean withPayload = true;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "ids" -> {
          json.beginArray("an array of ids");
          while (json.nextElement()) {
            if (ids.size() == IDS_MAX) {
              throw json.wrongLength("at most " + IDS_MAX + " elements");
            }
            ids.add(json.id());
          }
        }
        case "with_vectors" -> withVectors = json.skipNull() || json.bool();
        case "with_payload", "with_metadata" -> withPayload = json.skipNull() || json.bool();
        case "filter" -> {
          if (!(OptionFields.filter(json) instanceof Filter.All)) {
            throw QuiverException.invalid("filter", "nothing beside ids", "a filter");
          }
        }
        default -> OptionFields.shared(json);
      }
    }
    json.endDocument();
    GetVectors get = new GetVectors(collection, ids, withVectors, withPayload);
    return client ->
        client
            .get(get)
            .map(found ->
                Answer.data(
                    weight(found.rows()),
                    Map.of(),
                    answer -> {
                      answer.beginArray();
                      for (Row row : found.rows()) {
                        answer.beginObject().name("id").value(row.id().value());
                        writeParts(answer, row, get.withVectors(), get.withMetadata());
                      }
                      answer.endArray();
                    }));
  }

  private static void writeParts(JsonWriter json, Row row, boolean vector, boolean payload) {
    if (vector) {
      json.name("vector").value(row.vector());
    }
    if (payload) {
      json.name("payload").value(row.metadata());
    }
    json.endObject();
  }

  static long weight(List<Row> rows) {
    long weight = 0;
    for (Row row : rows) {
      weight += 80 + row.metadata().bytes() + 12L * row.vector().dimension();
    }
    return weight;
  }
}

package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.front.rest.RowsReader.Rows;
import io.quiver.message.DeleteVectors;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Write, read and delete vectors. */
final class VectorEndpoints {
  private VectorEndpoints() {}

  static Prepared insert(Call call) {
    CollectionName collection = call.collection();
    Row row = RowsReader.single(call.reader());
    WriteVectors write = single(collection, WriteMode.INSERT, row, call.durability());
    return client ->
        client.write(write).map(ack -> Answer.data(json -> json.value(row.id().value())));
  }

  static Prepared update(Call call) {
    CollectionName collection = call.collection();
    Row row = RowsReader.single(call.reader(), call.vectorId());
    WriteVectors write = single(collection, WriteMode.UPDATE, row, call.durability());
    return client ->
        client
            .write(write)
            .map(ack ->
                Answer.data(json -> {
                  json.beginObject().name("id").value(row.id().value());
                  json.name("message").value("Vector updated successfully").endObject();
                }));
  }

  static Prepared insertBatch(Call call) {
    return batch(call, WriteMode.INSERT);
  }

  static Prepared upsertBatch(Call call) {
    return batch(call, WriteMode.UPSERT);
  }

  static Prepared get(Call call) {
    VectorId id = call.vectorId();
    GetVectors get = new GetVectors(call.collection(), List.of(id), true, true);
    return client -> client.get(get).map(found -> oneRow(id, found));
  }

  static Prepared delete(Call call) {
    DeleteVectors delete =
        new DeleteVectors(call.collection(), List.of(call.vectorId()), call.durability());
    return client ->
        client.delete(delete).map(ack -> Answer.data(json -> json.value(ack.deleted() > 0)));
  }

  static Prepared deleteBatch(Call call) {
    DeleteVectors delete =
        new DeleteVectors(call.collection(), readIds(call.reader()), call.durability());
    return client ->
        client
            .delete(delete)
            .map(ack ->
                Answer.data(json ->
                    json.beginObject().name("deleted_count").value(ack.deleted()).endObject()));
  }

  private static WriteVectors single(
      CollectionName collection, WriteMode mode, Row row, Durability durability) {
    return new WriteVectors(collection, mode, List.of(row), OnError.ABORT, durability);
  }

  private static List<VectorId> readIds(VectorReader json) {
    List<VectorId> ids = new ArrayList<>();
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "ids" -> {
          json.beginArray("an array of ids");
          while (json.nextElement()) {
            if (ids.size() == Limits.BATCH_ROWS_MAX) {
              throw json.wrongLength("at most " + Limits.BATCH_ROWS_MAX + " elements");
            }
            ids.add(json.id());
          }
        }
        case "collection" -> json.string("a string"); // inherited clients repeat the path's
        default -> throw json.unknownField();
      }
    }
    json.endDocument();
    return ids;
  }

  private static Answer oneRow(VectorId id, FoundVectors found) {
    if (found.rows().isEmpty()) {
      throw new QuiverException(
          ErrorCode.VECTOR_NOT_FOUND,
          "Vector not found: " + id,
          Map.of("field", "id", "got", id.value()));
    }
    Row row = found.rows().getFirst();
    long weight = 12L * row.vector().dimension() + row.metadata().bytes();
    return Answer.data(
        weight,
        Map.of(),
        json -> {
          json.beginObject().name("id").value(row.id().value());
          json.name("data").value(row.vector());
          json.name("metadata").value(row.metadata()).endObject();
        });
  }

  private static Prepared batch(Call call, WriteMode mode) {
    CollectionName collection = call.collection();
    Durability durability = call.durability();
    OnError fromQuery = OnError.parse(call.parameter("on_error", "abort"));
    Rows rows =
        call.operation() == Operation.UPSERT_POINTS
            ? RowsReader.points(call.reader(), fromQuery)
            : RowsReader.batch(call.reader(), fromQuery);
    if (rows.rows().isEmpty()) {
      return client -> Future.succeededFuture(fates(mode, rows, List.of()));
    }
    WriteVectors write =
        new WriteVectors(collection, mode, rows.rows(), rows.onError(), durability);
    return client ->
        client
            .write(write)
            .map(ack ->
                rows.onError() == OnError.ABORT
                    ? allWritten(mode, rows.rows())
                    : fates(mode, rows, ack.refused()));
  }

  /** Insert answers the ids, upsert their number too, as d-vecDB does. */
  private static Answer allWritten(WriteMode mode, List<Row> rows) {
    return Answer.data(
        48L * rows.size(),
        Map.of(),
        json -> {
          if (mode == WriteMode.UPSERT) {
            json.beginObject().name("upserted_count").value(rows.size()).name("ids");
          }
          json.beginArray();
          rows.forEach(row -> json.value(row.id().value()));
          json.endArray();
          if (mode == WriteMode.UPSERT) {
            json.endObject();
          }
        });
  }

  /** What became of each row of a batch with {@code on_error=continue}, in the request's order. */
  private static Answer fates(WriteMode mode, Rows rows, List<WriteAck.Refused> refused) {
    Map<Integer, QuiverException> wrong = new TreeMap<>(rows.wrong());
    for (WriteAck.Refused row : refused) {
      wrong.put(rows.positions().get(row.index()), new QuiverException(row.code(), row.message()));
    }
    Map<Integer, String> ids = new TreeMap<>();
    for (int i = 0; i < rows.rows().size(); i++) {
      ids.put(rows.positions().get(i), rows.rows().get(i).id().value());
    }
    int total = rows.total();
    String counted = mode == WriteMode.UPSERT ? "upserted_count" : "inserted_count";
    return Answer.data(
        160L * total,
        Map.of(),
        json -> {
          json.beginObject().name(counted).value(total - wrong.size());
          json.name("ids").beginArray();
          for (int i = 0; i < total; i++) {
            writeId(json, wrong.containsKey(i) ? null : ids.get(i));
          }
          json.endArray().name("results").beginArray();
          for (int i = 0; i < total; i++) {
            writeFate(json, i, ids.get(i), wrong.get(i));
          }
          json.endArray().endObject();
        });
  }

  private static void writeFate(JsonWriter json, int index, String id, QuiverException error) {
    json.beginObject().name("index").value(index);
    writeId(json.name("id"), id);
    json.name("status").value(error == null ? "written" : "refused");
    if (error == null) {
      json.name("error").nullValue().name("code").nullValue();
    } else {
      json.name("error").value(error.getMessage()).name("code").value(error.code().name());
    }
    json.endObject();
  }

  private static void writeId(JsonWriter json, String id) {
    if (id == null) {
      json.nullValue();
    } else {
      json.value(id);
    }
  }
}

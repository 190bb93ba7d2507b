package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.front.rest.RowsReader.Rows;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.OnError;
import io.quiver.message.Precondition;
import io.quiver.message.Row;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteIf;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Write and read vectors. */
final class VectorEndpoints {
  private static final long SMALL = 1_024;

  private VectorEndpoints() {}

  static Prepared insert(Call call) {
    CollectionName collection = call.collection();
    RowsReader.One one = RowsReader.single(call.reader());
    WriteVectors write = single(collection, WriteMode.INSERT, one.row(), call.durability());
    return written(
        write,
        conditions(one),
        (refused, headers) ->
            Answer.data(SMALL, headers, json -> json.value(one.row().id().value())));
  }

  static Prepared update(Call call) {
    CollectionName collection = call.collection();
    RowsReader.One one = RowsReader.single(call.reader(), call.vectorId());
    WriteVectors write = single(collection, WriteMode.UPDATE, one.row(), call.durability());
    return written(
        write,
        conditions(one),
        (refused, headers) ->
            Answer.data(
                SMALL,
                headers,
                json -> {
                  json.beginObject().name("id").value(one.row().id().value());
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

  private static WriteVectors single(
      CollectionName collection, WriteMode mode, Row row, Durability durability) {
    return new WriteVectors(collection, mode, List.of(row), OnError.ABORT, durability);
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
      return client -> Future.succeededFuture(fates(mode, rows, List.of(), Map.of()));
    }
    WriteVectors write =
        new WriteVectors(collection, mode, rows.rows(), rows.onError(), durability);
    return written(
        write,
        rows.conditions(),
        (refused, headers) ->
            rows.onError() == OnError.ABORT
                ? allWritten(mode, rows.rows(), headers)
                : fates(mode, rows, refused, headers));
  }

  /** What to answer: which rows were refused, and the headers. */
  private interface Written {
    Answer of(List<WriteAck.Refused> refused, Map<String, String> headers);
  }

  /** Writes rows; if they have conditions the answer's header has their version. */
  private static Prepared written(
      WriteVectors write, List<Precondition> conditions, Written answer) {
    if (conditions.isEmpty()) {
      return client -> client.write(write).map(ack -> answer.of(ack.refused(), Map.of()));
    }
    WriteIf writeIf = new WriteIf(write, conditions);
    return client ->
        client
            .write(writeIf)
            .map(done -> answer.of(done.refused(), KeyEndpoints.version(done.version())));
  }

  private static List<Precondition> conditions(RowsReader.One one) {
    return one.condition() instanceof Precondition.None ? List.of() : List.of(one.condition());
  }

  /** Insert answers the ids, upsert their number too, as d-vecDB does. */
  private static Answer allWritten(WriteMode mode, List<Row> rows, Map<String, String> headers) {
    return Answer.data(
        48L * rows.size(),
        headers,
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
  private static Answer fates(
      WriteMode mode, Rows rows, List<WriteAck.Refused> refused, Map<String, String> headers) {
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
        headers,
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

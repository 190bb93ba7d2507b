package io.quiver.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Writes over REST. */
final class RestFront implements Front {
  private static final Set<Integer> REFUSALS = Set.of(404, 409);

  private final RestCaller rest;

  RestFront(RestCaller rest) {
    this.rest = rest;
  }

  @Override
  public Outcome create(String collection, int dimension, String metric, int shards) {
    return send(
        "POST",
        "/collections",
        RestCaller.object()
            .put("name", collection)
            .put("dimension", dimension)
            .put("distance_metric", metric)
            .put("shards", shards));
  }

  @Override
  public Outcome drop(String collection) {
    return send("DELETE", "/collections/" + collection, RestCaller.object());
  }

  @Override
  public Outcome insert(String collection, List<Row> rows) {
    String vectors = "/collections/" + collection + "/vectors";
    return rows.size() == 1
        ? send("POST", vectors, json(rows.getFirst()).put("id", rows.getFirst().id()))
        : send("POST", vectors + "/batch", batch(rows));
  }

  /** Replaces or inserts, all or nothing. */
  Outcome upsert(String collection, List<Row> rows) {
    return send("POST", "/collections/" + collection + "/vectors/upsert", batch(rows));
  }

  @Override
  public Outcome update(String collection, Row row) {
    return send("PUT", "/collections/" + collection + "/vectors/" + row.id(), json(row));
  }

  @Override
  public Outcome delete(String collection, List<String> ids) {
    String vectors = "/collections/" + collection + "/vectors";
    if (ids.size() == 1) {
      return send("DELETE", vectors + "/" + ids.getFirst(), RestCaller.object());
    }
    ObjectNode body = RestCaller.object();
    ids.forEach(body.putArray("ids")::add);
    return send("POST", vectors + "/batch-delete", body);
  }

  private static ObjectNode batch(List<Row> rows) {
    ObjectNode body = RestCaller.object();
    ArrayNode vectors = body.putArray("vectors");
    rows.forEach(row -> vectors.add(json(row).put("id", row.id())));
    return body;
  }

  private static ObjectNode json(Row row) {
    ObjectNode json = RestCaller.object();
    json.set("data", RestCaller.numbers(Ledger.vector(row)));
    json.putObject("metadata").put("value", row.value());
    return json;
  }

  private Outcome send(String method, String path, ObjectNode body) {
    try {
      int status = rest.call(method, path, body).status();
      if (REFUSALS.contains(status)) {
        return Outcome.REFUSED;
      }
      if (status >= 400 && status < 500) {
        throw new AssertionError(method + " " + path + ": status " + status);
      }
      return status == 200 ? Outcome.DONE : Outcome.UNKNOWN;
    } catch (IOException e) {
      return Outcome.UNKNOWN;
    }
  }
}

package io.quiver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.DenseVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** Writes over REST. */
final class RestFront implements Front {
  private static final Set<Integer> REFUSALS = Set.of(404, 409);

  private final RestCaller rest;

  RestFront(RestCaller rest) {
    this.rest = rest;
  }

  @Override
  public boolean hasEverything() {
    return true;
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

  @Override
  public Outcome upsert(String collection, List<Row> rows) {
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

  @Override
  public Set<String> collections() {
    Set<String> names = new TreeSet<>();
    answer(() -> rest.ok("GET", "/collections")).forEach(name -> names.add(name.asText()));
    return names;
  }

  @Override
  public long count(String collection) {
    return answer(() -> rest.ok("GET", "/collections/" + collection + "/stats"))
        .path("vector_count")
        .asLong();
  }

  @Override
  public boolean has(String collection, String id) {
    try {
      RestCaller.Reply reply = rest.call("GET", "/collections/" + collection + "/vectors/" + id);
      if (reply.status() != 200 && reply.status() != 404) {
        throw new AssertionError("REST: " + id + ": " + reply);
      }
      return reply.status() == 200;
    } catch (IOException e) {
      throw new AssertionError("REST: " + e, e);
    }
  }

  @Override
  public List<Found> scan(String collection, float[] query, int limit) {
    return search(
        collection,
        query,
        RestCaller.object().put("limit", limit).put("exact", true).put("with_vectors", true));
  }

  @Override
  public Optional<Found> nearest(String collection, float[] query) {
    ObjectNode one = RestCaller.object().put("limit", 1).put("ef_search", 400);
    return search(collection, query, one).stream().findFirst();
  }

  private List<Found> search(String collection, float[] query, ObjectNode more) {
    List<Found> found = new ArrayList<>();
    for (JsonNode hit : answer(() -> rest.search(collection, query, more))) {
      found.add(
          new Found(
              new Row(hit.path("id").asText(), hit.path("metadata").path("value").asText()),
              hit.has("vector")
                  ? DenseVector.owning(RestCaller.floats(hit.path("vector")))
                  : DenseVector.NONE));
    }
    return found;
  }

  private static JsonNode answer(Callable<JsonNode> call) {
    try {
      return call.call();
    } catch (Exception e) {
      throw new AssertionError("REST: " + e, e);
    }
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

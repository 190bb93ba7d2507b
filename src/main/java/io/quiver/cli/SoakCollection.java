package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.DenseVector;
import io.quiver.message.Row;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * One collection of a soak, on the server and in the model. Every answer is checked. Thread-safe,
 * but a slot is written by its owner only.
 */
final class SoakCollection {
  static final int LIMIT = 10;
  private static final int LOADED_BUT_ONE = 6;
  private static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long PAUSE_MILLIS = 20;
  private static final BulkLoader.Pace PACE = new BulkLoader.Pace(500, 2, Duration.ofMinutes(1));

  private final RestApi api;
  private final String name;
  private final SoakRows rows;
  private final SoakModel model;
  private final SoakCheck check;
  private final SoakTally tally;

  /** Makes an empty one on the server. */
  SoakCollection(RestApi api, String name, SoakRows rows, SoakModel model, SoakTally tally) {
    this.api = api;
    this.name = name;
    this.rows = rows;
    this.model = model;
    this.check = new SoakCheck(name, rows, model);
    this.tally = tally;
    api.post(
        RestApi.path("collections"),
        CollectionsCommand.Shape.request(name, rows.dimension(), rows.metric()));
  }

  String name() {
    return name;
  }

  SoakRows rows() {
    return rows;
  }

  SoakModel model() {
    return model;
  }

  /** Gives rows to as many slots as later have one: more upserts than deletes fill slots. */
  void load() {
    BulkLoader loader = new BulkLoader(api, name, PACE);
    for (int slot = 0; slot < model.slots(); slot++) {
      if (slot % LOADED_BUT_ONE != 0) {
        int version = model.fresh(slot);
        model.sending(slot, version, System.nanoTime());
        loader.add(rows.row(slot, version));
      }
    }
    loader.finish();
    for (int slot = 0; slot < model.slots(); slot++) {
      if (slot % LOADED_BUT_ONE != 0) {
        model.acknowledged(slot, System.nanoTime());
      }
    }
  }

  /** Searches with a query of nobody's; compares with every row if {@code isExact}. */
  void search(int query, boolean isExact, boolean withVectors) {
    float[] vector = rows.query(query);
    ObjectNode request =
        RestApi.object()
            .put("vector", Base64Vectors.encode(DenseVector.of(vector)))
            .put("limit", LIMIT)
            .put("exact", isExact)
            .put("with_vectors", withVectors);
    long asked = System.nanoTime();
    JsonNode hits = timed(SoakTally.Kind.SEARCH, () -> post("search", request));
    check.hits(hits, vector, LIMIT, asked, System.nanoTime());
  }

  /** Owner of the slots. Inserts or replaces; returns when it was acknowledged. */
  void upsert(int[] slots) {
    Row[] written = new Row[slots.length];
    for (int i = 0; i < slots.length; i++) {
      int version = model.fresh(slots[i]);
      written[i] = rows.row(slots[i], version);
      model.sending(slots[i], version, System.nanoTime());
    }
    byte[] body = BulkLoader.encode(List.of(written));
    String path = RestApi.path("collections", name, "vectors", "upsert");
    JsonNode answer = timed(SoakTally.Kind.UPSERT, () -> RestApi.await(api.post(path, body)));
    if (answer.path("upserted_count").asInt() != slots.length) {
      throw SoakCheck.wrong("%s: upsert of %d rows: %s".formatted(name, slots.length, answer));
    }
    for (int slot : slots) {
      model.acknowledged(slot, System.nanoTime());
    }
  }

  /** Owner of the slot. Deletes what may not be there; the answer must say whether it was. */
  void delete(int slot) {
    boolean wasThere = model.version(slot) != SoakModel.ABSENT;
    model.sending(slot, SoakModel.ABSENT, System.nanoTime());
    long errors = tally.errors();
    boolean told = timed(SoakTally.Kind.DELETE, () -> api.delete(vectorPath(slot))).asBoolean();
    if (told != wasThere && tally.errors() == errors) {
      throw SoakCheck.wrong(
          "%s: delete of %s: want=%s got=%s".formatted(name, SoakRows.id(slot), wasThere, told));
    }
    model.acknowledged(slot, System.nanoTime());
  }

  /** Owner of the slot. */
  void read(int slot) {
    JsonNode row;
    try {
      row = patiently(() -> api.get(vectorPath(slot)));
    } catch (ServerException e) {
      if (!e.isNotFound()) {
        throw e;
      }
      row = RestApi.JSON.missingNode();
    }
    check.owned(slot, row);
  }

  /** At a quiet point: another collection with the rows that live. */
  SoakCollection copy(String other) {
    SoakCollection copy = new SoakCollection(api, other, rows, new SoakModel(model.slots()), tally);
    BulkLoader loader = new BulkLoader(api, other, PACE);
    for (int slot = 0; slot < model.slots(); slot++) {
      if (model.version(slot) != SoakModel.ABSENT) {
        loader.add(rows.row(slot, model.version(slot)));
      }
    }
    loader.finish();
    return copy;
  }

  /** What clients sent of the rows that live. */
  long liveBytes() {
    long bytes = 0;
    for (int slot = 0; slot < model.slots(); slot++) {
      int version = model.version(slot);
      bytes += version == SoakModel.ABSENT ? 0 : rows.bytes(slot, version);
    }
    return bytes;
  }

  JsonNode stats() {
    return patiently(() -> api.get(RestApi.path("collections", name, "stats") + "?detail=true"));
  }

  /** At a quiet point. The hits of a query, checked. */
  JsonNode hits(float[] query, boolean isExact) {
    ObjectNode request =
        RestApi.object()
            .put("vector", Base64Vectors.encode(DenseVector.of(query)))
            .put("limit", LIMIT)
            .put("exact", isExact);
    long asked = System.nanoTime();
    JsonNode hits = patiently(() -> post("search", request));
    check.hits(hits, query, LIMIT, asked, System.nanoTime());
    return hits;
  }

  void drop() {
    patiently(() -> api.delete(RestApi.path("collections", name)));
  }

  private JsonNode post(String what, ObjectNode body) {
    return api.post(RestApi.path("collections", name, what), body);
  }

  private String vectorPath(int slot) {
    return RestApi.path("collections", name, "vectors", SoakRows.id(slot));
  }

  private JsonNode timed(SoakTally.Kind kind, Supplier<JsonNode> call) {
    long start = System.nanoTime();
    JsonNode answer = patiently(call);
    tally.done(kind, System.nanoTime() - start);
    return answer;
  }

  /**
   * Asks again when the server is overloaded or away. Doing the same write twice changes nothing,
   * and a slot has no other writer.
   */
  private JsonNode patiently(Supplier<JsonNode> call) {
    long endNanos = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        return call.get();
      } catch (ServerException e) {
        if (!e.isTransient() || System.nanoTime() - endNanos > 0) {
          throw e;
        }
        tally.failed();
        Pause.millis(PAUSE_MILLIS);
      }
    }
  }
}

package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * Holds what a server answers against what it may answer; anything else ends the soak. Thread-safe.
 */
final class SoakCheck {
  private final String collection;
  private final SoakRows rows;
  private final SoakModel model;

  SoakCheck(String collection, SoakRows rows, SoakModel model) {
    this.collection = collection;
    this.rows = rows;
    this.model = model;
  }

  /** What ends the soak: one line that says where, what was wanted and what came. */
  static CommandException wrong(String message) {
    return new CommandException("WRONG ANSWER: " + message);
  }

  /**
   * Every hit is a row that was there at some moment of the search, with its own metadata, vector
   * and distance; none comes twice, nearer ones come first, and there are as many as asked for.
   */
  void hits(JsonNode hits, float[] query, int limit, long askedNanos, long answeredNanos) {
    Set<String> seen = new HashSet<>();
    double before = Double.NEGATIVE_INFINITY;
    for (JsonNode hit : hits) {
      String id = hit.path("id").asText();
      int version = row(id, hit.path("metadata"), askedNanos, answeredNanos);
      float[] vector = rows.vector(SoakRows.slot(id), version);
      double wanted = rows.distance(query, vector);
      double told = hit.path("distance").asDouble(Double.NaN);
      if (!SoakRows.isSame(told, wanted)) {
        throw wrong(
            "%s: distance of %s version %d: want=%s got=%s"
                .formatted(collection, id, version, wanted, told));
      }
      if (hit.has("vector")) {
        vector(id, hit.path("vector"), vector);
      }
      if (told < before) {
        throw wrong("%s: hit %s at %s follows one at %s".formatted(collection, id, told, before));
      }
      if (!seen.add(id)) {
        throw wrong("%s: %s is a hit twice".formatted(collection, id));
      }
      before = told;
    }
    if (hits.size() != limit) {
      throw wrong("%s: hits: want=%d got=%d".formatted(collection, limit, hits.size()));
    }
  }

  /** Of a slot's owner, who knows: exactly this version, or nothing. */
  void owned(int slot, JsonNode row) {
    int wanted = model.version(slot);
    if (row.isMissingNode() != (wanted == SoakModel.ABSENT)) {
      throw wrong(
          "%s: %s: want version %d, got %s".formatted(collection, SoakRows.id(slot), wanted, row));
    }
    if (!row.isMissingNode()) {
      if (!row.path("metadata").equals(metadata(slot, wanted))) {
        throw wrong(
            "%s: %s: want version %d, got %s"
                .formatted(collection, SoakRows.id(slot), wanted, row.path("metadata")));
      }
      vector(SoakRows.id(slot), row.path("data"), rows.vector(slot, wanted));
    }
  }

  /** Returns the version. */
  private int row(String id, JsonNode metadata, long askedNanos, long answeredNanos) {
    int slot = SoakRows.slot(id);
    int version = metadata.path("version").asInt();
    if (version == SoakModel.ABSENT || !model.mayBe(slot, version, askedNanos, answeredNanos)) {
      throw wrong(
          "%s: %s version %d was not there while the search ran; now it is version %d"
              .formatted(
                  collection,
                  id,
                  version,
                  slot >= 0 && slot < model.slots() ? model.version(slot) : 0));
    }
    if (!metadata.equals(metadata(slot, version))) {
      throw wrong(
          "%s: metadata of %s version %d: got=%s".formatted(collection, id, version, metadata));
    }
    return version;
  }

  private static JsonNode metadata(int slot, int version) {
    try {
      return RestApi.JSON.readTree(SoakRows.metadata(slot, version));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private void vector(String id, JsonNode told, float[] wanted) {
    boolean isSame = told.size() == wanted.length;
    for (int i = 0; isSame && i < wanted.length; i++) {
      isSame = told.get(i).floatValue() == wanted[i];
    }
    if (!isSame) {
      throw wrong(
          "%s: the vector of %s is not the one that was sent: %s".formatted(collection, id, told));
    }
  }
}

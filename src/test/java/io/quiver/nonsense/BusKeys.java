package io.quiver.nonsense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.VectorId;
import io.quiver.message.ClearCollection;
import io.quiver.message.DeleteIf;
import io.quiver.message.DeleteVectors;
import io.quiver.message.OnError;
import io.quiver.message.Precondition;
import io.quiver.message.ReadRows;
import io.quiver.message.Row;
import io.quiver.message.SearchRange;
import io.quiver.message.WriteIf;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.quiver.nonsense.Surface.CannotSay;
import java.util.ArrayList;
import java.util.List;

/** The table's requests about keys and versions as an embedding application makes them. */
final class BusKeys {
  private BusKeys() {}

  static WriteIf writeIf(String collection, WriteMode mode, String request) {
    ObjectNode json = Words.object(request, "vectors");
    List<Row> rows = new ArrayList<>();
    List<Precondition> conditions = new ArrayList<>();
    for (JsonNode element : Words.elements(json, "vectors")) {
      ObjectNode row = Words.object(element, "id", "data", "metadata", "if_version", "if_absent");
      conditions.add(condition(row));
      row.remove(List.of("if_version", "if_absent"));
      rows.add(BusRequests.row(row));
    }
    WriteVectors write =
        new WriteVectors(
            new CollectionName(collection), mode, rows, OnError.ABORT, Durability.FSYNC);
    return new WriteIf(write, conditions);
  }

  static Precondition condition(ObjectNode row) {
    if (Words.isThere(row, "if_version") && Words.flag(row, "if_absent", false)) {
      throw new CannotSay("two conditions");
    }
    if (Words.isThere(row, "if_version")) {
      return new Precondition.AtVersion(Words.whole(row, "if_version", 0));
    }
    return Words.flag(row, "if_absent", false) ? Precondition.ABSENT : Precondition.NONE;
  }

  static DeleteIf deleteIf(String collection, String request) {
    ObjectNode json = Words.object(request, "ids", "if_versions");
    List<Precondition> conditions = new ArrayList<>();
    for (JsonNode version : Words.elements(json, "if_versions")) {
      conditions.add(version.isNull() ? Precondition.NONE : version(version));
    }
    DeleteVectors delete =
        new DeleteVectors(new CollectionName(collection), ids(json), Durability.FSYNC);
    return new DeleteIf(delete, conditions, OnError.ABORT);
  }

  private static Precondition version(JsonNode version) {
    if (!version.isIntegralNumber()) {
      throw new CannotSay("no whole number");
    }
    return new Precondition.AtVersion(version.asLong());
  }

  static ReadRows get(String collection, String request) {
    ObjectNode json = Words.object(request, "ids");
    return new ReadRows(new CollectionName(collection), ids(json), true, true);
  }

  static SearchRange range(String collection, String request) {
    ObjectNode json = Words.object(request, "vector", "max_distance", "limit", "filter");
    if (!json.path("max_distance").isNumber()) {
      throw new CannotSay("no distance");
    }
    return new SearchRange(
        new CollectionName(collection),
        DenseVector.of(Words.floats(json, "vector")),
        json.get("max_distance").floatValue(),
        Words.whole(json, "limit", 10),
        false,
        true,
        0,
        BusPoints.filter(json));
  }

  static ClearCollection clear(String collection) {
    return new ClearCollection(new CollectionName(collection), Durability.FSYNC);
  }

  private static List<VectorId> ids(ObjectNode json) {
    return Words.elements(json, "ids").stream().map(Words::text).map(VectorId::new).toList();
  }
}

package io.quiver.front.rest;

import io.quiver.core.Durability;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.ClearCollection;
import io.quiver.message.DeleteIf;
import io.quiver.message.DeleteVectors;
import io.quiver.message.OnError;
import io.quiver.message.Precondition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Delete vectors by id, perhaps only as they were read, and all of them. */
final class DeleteEndpoints {
  private DeleteEndpoints() {}

  static Prepared one(Call call) {
    DeleteVectors delete =
        new DeleteVectors(call.collection(), List.of(call.vectorId()), call.durability());
    long version = call.longParameter("if_version", -1);
    List<Precondition> conditions =
        version < 0 ? List.of() : List.of(new Precondition.AtVersion(version));
    return deleted(delete, conditions, count -> Answer.data(json -> json.value(count > 0)));
  }

  /** What ids and conditions of a body come to. */
  private record Asked(List<VectorId> ids, List<Precondition> conditions) {}

  static Prepared batch(Call call) {
    Durability durability = call.durability();
    Asked asked = read(call.reader());
    return deleted(
        new DeleteVectors(call.collection(), asked.ids(), durability),
        asked.conditions(),
        DeleteEndpoints::counted);
  }

  static Prepared clear(Call call) {
    ClearCollection clear = new ClearCollection(call.collection(), call.durability());
    return client -> client.clear(clear).map(ack -> counted(ack.deleted()));
  }

  private static Answer counted(int deleted) {
    return Answer.data(json -> json.beginObject().name("deleted_count").value(deleted).endObject());
  }

  private static Prepared deleted(
      DeleteVectors delete, List<Precondition> conditions, IntFunction<Answer> answer) {
    if (conditions.isEmpty()) {
      return client -> client.delete(delete).map(ack -> answer.apply(ack.deleted()));
    }
    DeleteIf deleteIf = new DeleteIf(delete, conditions, OnError.ABORT);
    return client -> client.delete(deleteIf).map(done -> answer.apply(done.rows()));
  }

  private static Asked read(VectorReader json) {
    List<VectorId> ids = new ArrayList<>();
    List<Precondition> conditions = new ArrayList<>();
    boolean areConditional = false;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "ids" -> {
          json.beginArray("an array of ids");
          while (json.nextElement()) {
            checkCount(json, ids);
            ids.add(json.id());
          }
        }
        case "if_versions" -> {
          areConditional = !json.skipNull();
          if (areConditional) {
            readVersions(json, conditions);
          }
        }
        case "collection" -> json.string("a string"); // inherited clients repeat the path's
        default -> throw json.unknownField();
      }
    }
    json.endDocument();
    if (areConditional && conditions.size() != ids.size()) {
      throw QuiverException.invalid(
          "if_versions", ids.size() + " elements, as in ids", conditions.size());
    }
    return new Asked(ids, conditions);
  }

  private static void readVersions(VectorReader json, List<Precondition> conditions) {
    json.beginArray("an array of versions");
    while (json.nextElement()) {
      checkCount(json, conditions);
      conditions.add(
          json.skipNull()
              ? Precondition.NONE
              : new Precondition.AtVersion(json.integer(1, Precondition.VERSION_MAX)));
    }
  }

  private static void checkCount(VectorReader json, List<?> elements) {
    if (elements.size() == Limits.BATCH_ROWS_MAX) {
      throw json.wrongLength("at most " + Limits.BATCH_ROWS_MAX + " elements");
    }
  }
}

package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.BackupPath;
import io.quiver.message.CleanUpDeleted;
import io.quiver.message.DeletedCollections;
import io.quiver.message.RestoreCollection;
import java.util.Map;

/** What was deleted: list, restore, let go of. */
final class RecoveryEndpoints {
  private static final float HOUR_MILLIS = 3_600_000;

  private RecoveryEndpoints() {}

  static Prepared hardDelete(Call call) {
    CollectionName name = call.collection();
    return client ->
        client
            .hardDelete(name)
            .map(done ->
                CollectionEndpoints.nameAndMessage(
                    name, "Collection permanently deleted (no recovery possible)"));
  }

  static Prepared backUp(Call call) {
    CollectionName name = call.collection();
    return client ->
        client
            .backUp(name)
            .map(backedUp ->
                Answer.data(json ->
                    json.beginObject()
                        .name("collection")
                        .value(name.value())
                        .name("backup_path")
                        .value(backedUp.path().text())
                        .name("message")
                        .value("Backup created successfully")
                        .endObject()));
  }

  static Prepared deleted(Call call) {
    return client ->
        client
            .deleted()
            .map(list ->
                Answer.data(
                    256L * list.entries().size(),
                    Map.of(),
                    json -> {
                      json.beginArray();
                      list.entries().forEach(entry -> writeEntry(json, entry));
                      json.endArray();
                    }));
  }

  private static void writeEntry(JsonWriter json, DeletedCollections.Entry entry) {
    json.beginObject().name("name").value(entry.folder());
    json.name("path").value(entry.path().text());
    json.name("deleted_timestamp").value(entry.deletedMillis() / 1_000);
    json.name("age_hours").value(entry.ageMillis() / HOUR_MILLIS).endObject();
  }

  static Prepared restore(Call call) {
    RestoreCollection restore = readRestore(call.reader());
    return client ->
        client
            .restore(restore)
            .map(info ->
                CollectionEndpoints.nameAndMessage(
                    info.config().name(),
                    "Collection '" + info.config().name() + "' restored successfully"));
  }

  private static RestoreCollection readRestore(VectorReader json) {
    BackupPath path = null;
    CollectionName name = null;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "backup_path" -> path = new BackupPath(json.string("a string"));
        case "new_name" ->
            name = json.skipNull() ? null : new CollectionName(json.string("a string"));
        default -> throw json.unknownField();
      }
    }
    json.endDocument();
    BackupPath found = Required.value("backup_path", path);
    return name == null ? RestoreCollection.asItWas(found) : new RestoreCollection(found, name);
  }

  static Prepared cleanUp(Call call) {
    CleanUpDeleted cleanUp = readCleanUp(call.reader());
    return client ->
        client
            .cleanUp(cleanUp)
            .map(cleaned ->
                Answer.data(json -> {
                  json.beginArray();
                  cleaned.folders().forEach(json::value);
                  json.endArray();
                }));
  }

  private static CleanUpDeleted readCleanUp(VectorReader json) {
    CleanUpDeleted cleanUp = new CleanUpDeleted(CleanUpDeleted.AS_SET);
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "retention_hours" ->
            cleanUp =
                json.skipNull()
                    ? cleanUp
                    : CleanUpDeleted.ofHours(json.integer(0, CleanUpDeleted.HOURS_MAX));
        default -> throw json.unknownField();
      }
    }
    json.endDocument();
    return cleanUp;
  }
}

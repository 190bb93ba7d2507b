package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.CancelUpload;
import io.quiver.message.DeleteSnapshot;
import io.quiver.message.DescribeSnapshot;
import io.quiver.message.DescribeUpload;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotName;
import io.quiver.message.UploadState;
import java.util.Map;
import java.util.Optional;

/** Take, list, describe, delete and restore snapshots. */
final class SnapshotEndpoints {
  private SnapshotEndpoints() {}

  static Prepared take(Call call) {
    CollectionName name = call.collection();
    return client ->
        client
            .takeSnapshot(name)
            .map(taken ->
                Answer.data(json -> {
                  json.beginObject().name("snapshot_name").value(taken.name().value());
                  json.name("collection").value(taken.collection().value());
                  json.name("size_bytes").value(taken.sizeBytes());
                  json.name("message").value("Snapshot created successfully").endObject();
                }));
  }

  static Prepared list(Call call) {
    CollectionName name = call.collection();
    return client ->
        client
            .snapshots(name)
            .map(list ->
                Answer.data(
                    256L * list.size(),
                    Map.of(),
                    json -> {
                      json.beginArray();
                      list.forEach(info -> write(json, info));
                      json.endArray();
                    }));
  }

  static Prepared describe(Call call) {
    DescribeSnapshot describe = new DescribeSnapshot(call.collection(), call.snapshot());
    return client -> client.describe(describe).map(info -> Answer.data(json -> write(json, info)));
  }

  private static void write(JsonWriter json, SnapshotInfo info) {
    json.beginObject().name("name").value(info.name().value());
    json.name("collection").value(info.collection().value());
    json.name("created_at").value(info.createdSeconds());
    json.name("size_bytes").value(info.sizeBytes());
    json.name("vector_count").value(info.vectorCount());
    json.name("checksum").value(info.checksum()).endObject();
  }

  static Prepared delete(Call call) {
    DeleteSnapshot delete = new DeleteSnapshot(call.collection(), call.snapshot());
    return client ->
        client.delete(delete).map(done -> Answer.data(json -> json.value(deleted(delete))));
  }

  private static String deleted(DeleteSnapshot delete) {
    return "Snapshot '" + delete.snapshot() + "' deleted successfully";
  }

  static Prepared describeUpload(Call call) {
    DescribeUpload describe = new DescribeUpload(call.collection(), call.snapshot());
    return client -> client.describe(describe).map(state -> uploaded(state, Optional.empty()));
  }

  static Prepared cancelUpload(Call call) {
    CancelUpload cancel = new CancelUpload(call.collection(), call.snapshot());
    String message = "Upload of snapshot '" + cancel.snapshot() + "' cancelled";
    return client -> client.cancel(cancel).map(done -> Answer.data(json -> json.value(message)));
  }

  /** How far an upload is, and what became of it. */
  static Answer uploaded(UploadState state, Optional<SnapshotInfo> published) {
    return Answer.data(json -> {
      json.beginObject().name("received_bytes").value(state.receivedBytes());
      json.name("size_bytes");
      if (state.totalBytes() == UploadState.UNKNOWN) {
        json.nullValue();
      } else {
        json.value(state.totalBytes());
      }
      json.name("snapshot");
      published.ifPresentOrElse(info -> write(json, info), json::nullValue);
      json.endObject();
    });
  }

  static Prepared restore(Call call) {
    SnapshotName snapshot = call.snapshot();
    RestoreSnapshot restore = new RestoreSnapshot(call.collection(), snapshot);
    return client ->
        client
            .restore(restore)
            .map(info ->
                CollectionEndpoints.nameAndMessage(
                    info.config().name(), "Snapshot '" + snapshot + "' restored successfully"));
  }
}

package io.quiver.front.grpc;

import io.quiver.bus.QuiverClient;
import io.quiver.core.QuiverException;
import io.quiver.front.grpc.v1.CreateSnapshotResponse;
import io.quiver.front.grpc.v1.DeleteSnapshotResponse;
import io.quiver.front.grpc.v1.GetSnapshotResponse;
import io.quiver.front.grpc.v1.ListSnapshotsResponse;
import io.quiver.front.grpc.v1.RestoreSnapshotResponse;
import io.quiver.front.grpc.v1.SnapshotMetadata;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.quiver.message.DeleteSnapshot;
import io.quiver.message.DescribeSnapshot;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotName;
import java.util.List;

/** The rpcs of snapshots, one row each. */
final class SnapshotRpcs {
  private SnapshotRpcs() {}

  static List<Rpc<?, ?, ?, ?>> of() {
    return List.of(
        Rpc.of(
            VectorDbGrpcService.CreateSnapshot,
            (request, deadline) -> Requests.collection(request.getCollectionName()),
            QuiverClient::takeSnapshot,
            (asked, info, nanos) ->
                CreateSnapshotResponse.newBuilder().setMetadata(metadata(info)).build()),
        Rpc.of(
            VectorDbGrpcService.ListSnapshots,
            (request, deadline) -> Requests.collection(request.getCollectionName()),
            QuiverClient::snapshots,
            (asked, infos, nanos) ->
                ListSnapshotsResponse.newBuilder()
                    .addAllSnapshots(infos.stream().map(SnapshotRpcs::metadata).toList())
                    .build()),
        Rpc.of(
            VectorDbGrpcService.GetSnapshot,
            (request, deadline) ->
                new DescribeSnapshot(
                    Requests.collection(request.getCollectionName()),
                    name(request.getSnapshotName())),
            QuiverClient::describe,
            (asked, info, nanos) ->
                GetSnapshotResponse.newBuilder().setMetadata(metadata(info)).build()),
        delete(),
        restore());
  }

  private static Rpc<?, ?, ?, ?> delete() {
    return Rpc.of(
        VectorDbGrpcService.DeleteSnapshot,
        (request, deadline) ->
            new DeleteSnapshot(
                Requests.collection(request.getCollectionName()), name(request.getSnapshotName())),
        QuiverClient::delete,
        (asked, done, nanos) ->
            DeleteSnapshotResponse.newBuilder()
                .setSuccess(true)
                .setMessage("Snapshot '" + asked.snapshot() + "' deleted successfully")
                .build());
  }

  private static Rpc<?, ?, ?, ?> restore() {
    return Rpc.of(
        VectorDbGrpcService.RestoreSnapshot,
        (request, deadline) ->
            new RestoreSnapshot(
                Requests.collection(request.getCollectionName()), name(request.getSnapshotName())),
        QuiverClient::restore,
        (asked, info, nanos) ->
            RestoreSnapshotResponse.newBuilder()
                .setSuccess(true)
                .setMessage("Snapshot '" + asked.snapshot() + "' restored successfully")
                .build());
  }

  private static SnapshotName name(String text) {
    try {
      return new SnapshotName(text);
    } catch (QuiverException e) {
      throw QuiverException.invalid(
          "snapshot_name", e.details().get("expected"), e.details().get("got"));
    }
  }

  private static SnapshotMetadata metadata(SnapshotInfo info) {
    return SnapshotMetadata.newBuilder()
        .setName(info.name().value())
        .setCollection(info.collection().value())
        .setCreatedAt(info.createdSeconds())
        .setSizeBytes(info.sizeBytes())
        .setVectorCount(info.vectorCount())
        .setChecksum(info.checksum())
        .build();
  }
}

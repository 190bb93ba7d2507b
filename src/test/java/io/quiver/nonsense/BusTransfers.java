package io.quiver.nonsense;

import io.quiver.bus.QuiverClient;
import io.quiver.core.CollectionName;
import io.quiver.message.CancelUpload;
import io.quiver.message.DescribeUpload;
import io.quiver.message.FileBytes;
import io.quiver.message.PublishSnapshot;
import io.quiver.message.ReadSnapshot;
import io.quiver.message.SnapshotName;
import io.quiver.message.UploadSnapshot;
import java.util.concurrent.Callable;

/** Wrong calls about snapshots that travel, on the bus. */
final class BusTransfers {
  private BusTransfers() {}

  static Callable<Surface.Refusal> translate(QuiverClient client, Case wrong) {
    String collection = wrong.collection();
    String id = wrong.id();
    return switch (wrong.operation()) {
      case "download" ->
          BusSurface.ask(
              () -> new ReadSnapshot(name(collection), new SnapshotName(id), "", 0, 1),
              client::read);
      case "upload" ->
          BusSurface.ask(
              () -> new UploadSnapshot(name(collection), new SnapshotName(id), 1, FileBytes.NONE),
              client::upload);
      case "upload-state" ->
          BusSurface.ask(
              () -> new DescribeUpload(name(collection), new SnapshotName(id)),
              (DescribeUpload one) -> client.describe(one));
      case "upload-cancel" ->
          BusSurface.ask(
              () -> new CancelUpload(name(collection), new SnapshotName(id)), client::cancel);
      default ->
          BusSurface.ask(
              () -> new PublishSnapshot(name(collection), new SnapshotName(id)), client::publish);
    };
  }

  private static CollectionName name(String text) {
    return new CollectionName(text);
  }
}

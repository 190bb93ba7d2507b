package io.quiver.front.grpc;

import static io.quiver.front.grpc.GrpcFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.Quiver;
import io.quiver.bus.QuiverClient;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.front.grpc.v1.CreateSnapshotRequest;
import io.quiver.front.grpc.v1.DeleteSnapshotRequest;
import io.quiver.front.grpc.v1.GetSnapshotRequest;
import io.quiver.front.grpc.v1.ListSnapshotsRequest;
import io.quiver.front.grpc.v1.RestoreSnapshotRequest;
import io.quiver.front.grpc.v1.SnapshotMetadata;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.front.rest.RestServer.Reply;
import io.quiver.message.BackupPath;
import io.quiver.message.CollectionConfig;
import io.quiver.message.OnError;
import io.quiver.message.RestoreCollection;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.Row;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.quiver.node.NodeOptions;
import io.quiver.snapshot.SnapshotOptions;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots and backups over REST, gRPC and the event bus of a real node. */
class SnapshotApiTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final int SNAPSHOTS = 20;

  /** So many may be written from one snapshot to the next, however fast the machine is. */
  private static final int ROWS_EACH = 250;

  @TempDir Path data;
  private Vertx vertx;
  private Quiver quiver;
  private QuiverClient bus;
  private RestServer rest;
  private GrpcClient http;
  private VectorDbGrpcClient grpc;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    quiver =
        await(
            Quiver.start(
                vertx,
                QuiverOptions.embedded(data)
                    .withRest(RestOptions.of("127.0.0.1", 0))
                    .withGrpc(GrpcOptions.of("127.0.0.1", 0))));
    bus = quiver.client();
    rest = RestServer.at(quiver.restPort());
    http = GrpcClient.client(vertx);
    grpc =
        VectorDbGrpcClient.create(
            http, SocketAddress.inetSocketAddress(quiver.grpcPort(), "127.0.0.1"));
    await(bus.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN)));
  }

  @AfterEach
  void stop() {
    await(http.close());
    await(quiver.stop());
    await(vertx.close());
  }

  @Test
  void restTakesListsRestoresAndDeletes() {
    write(0);
    JsonNode taken = ok(rest.post("/collections/c/snapshots", ""));
    String name = taken.get("snapshot_name").asText();
    assertThat(taken.get("message").asText()).isEqualTo("Snapshot created successfully");
    write(1);
    JsonNode listed = ok(rest.get("/collections/c/snapshots")).get(0);
    assertThat(listed.get("name").asText()).isEqualTo(name);
    assertThat(listed.get("vector_count").asInt()).isEqualTo(1);
    assertThat(listed.get("size_bytes")).isEqualTo(taken.get("size_bytes"));
    String path = "/collections/c/snapshots/" + name;
    assertThat(ok(call("POST", path + "/restore")).get("message").asText())
        .isEqualTo("Snapshot '" + name + "' restored successfully");
    assertThat(ids()).containsExactly("0");
    assertThat(ok(rest.get(path)).get("checksum").asText()).matches("[0-9a-f]{8}");
    assertThat(ok(rest.get("/collections/deleted"))).hasSize(1);
    assertThat(ok(call("DELETE", path)).asText())
        .isEqualTo("Snapshot '" + name + "' deleted successfully");
    assertThat(rest.get(path).status()).isEqualTo(404);
  }

  @Test
  void theGeneratedGrpcClientDoesTheSame() {
    write(0);
    SnapshotMetadata taken =
        await(
                grpc.createSnapshot(
                    CreateSnapshotRequest.newBuilder().setCollectionName("c").build()))
            .getMetadata();
    assertThat(taken.getVectorCount()).isEqualTo(1);
    assertThat(taken.getCollection()).isEqualTo("c");
    write(1);
    assertThat(
            await(
                    grpc.listSnapshots(
                        ListSnapshotsRequest.newBuilder().setCollectionName("c").build()))
                .getSnapshotsList())
        .extracting(SnapshotMetadata::getName)
        .containsExactly(taken.getName());
    assertThat(
            await(
                    grpc.restoreSnapshot(
                        RestoreSnapshotRequest.newBuilder()
                            .setCollectionName("c")
                            .setSnapshotName(taken.getName())
                            .build()))
                .getSuccess())
        .isTrue();
    assertThat(ids()).containsExactly("0");
    GetSnapshotRequest get =
        GetSnapshotRequest.newBuilder()
            .setCollectionName("c")
            .setSnapshotName(taken.getName())
            .build();
    assertThat(await(grpc.getSnapshot(get)).getMetadata().getChecksum()).hasSize(8);
    assertThat(
            await(
                    grpc.deleteSnapshot(
                        DeleteSnapshotRequest.newBuilder()
                            .setCollectionName("c")
                            .setSnapshotName(taken.getName())
                            .build()))
                .getSuccess())
        .isTrue();
    assertThat(await(bus.snapshots(NAME))).isEmpty();
  }

  /** One writer, one row at a time: each snapshot is a prefix that has all acknowledged before. */
  @Test
  void snapshotsUnderLoadArePrefixesOfTheLog() throws Exception {
    AtomicBoolean isStopping = new AtomicBoolean();
    AtomicInteger acknowledged = new AtomicInteger();
    Semaphore mayWrite = new Semaphore(0);
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              mayWrite.acquireUninterruptibly();
              while (!isStopping.get()) {
                write(acknowledged.get());
                acknowledged.incrementAndGet();
                mayWrite.acquireUninterruptibly();
              }
            });
    List<SnapshotInfo> taken = new ArrayList<>();
    List<Integer> before = new ArrayList<>();
    for (int i = 0; i < SNAPSHOTS; i++) {
      mayWrite.release(ROWS_EACH);
      before.add(acknowledged.get());
      taken.add(await(bus.takeSnapshot(NAME)));
    }
    isStopping.set(true);
    mayWrite.release();
    writer.join();
    for (int i = 0; i < SNAPSHOTS; i++) {
      await(bus.restore(new RestoreSnapshot(NAME, taken.get(i).name())));
      Set<String> found = Set.copyOf(ids());
      assertThat(found).hasSize((int) taken.get(i).vectorCount());
      assertThat(found.size()).isBetween(before.get(i), acknowledged.get());
      for (int row = 0; row < found.size(); row++) {
        assertThat(found.contains(String.valueOf(row))).as("row %d", row).isTrue();
      }
    }
  }

  /** In the background of a node: nobody asks for it. */
  @Test
  @Timeout(120)
  void theScheduleTakesSnapshotsByItself(@TempDir Path other) {
    Vertx own = Vertx.vertx();
    SnapshotOptions plan = new SnapshotOptions(Duration.ZERO, 1, 2, Duration.ZERO);
    QuiverOptions options =
        QuiverOptions.embedded(other).withNode(NodeOptions.of(other).withSnapshots(plan));
    Quiver node = await(Quiver.start(own, options));
    await(node.client().create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN)));
    Row row = new Row(new VectorId("a"), DenseVector.of(1, 1), Metadata.ABSENT);
    await(node.client().write(WriteVectors.upsert(NAME, List.of(row))));
    List<SnapshotInfo> found = List.of();
    while (found.isEmpty()) {
      found = await(node.client().snapshots(NAME));
    }
    assertThat(found.getFirst().name().value()).startsWith("auto_c_");
    assertThat(found.getFirst().vectorCount()).isEqualTo(1);
    await(node.stop().eventually(own::close));
  }

  @Test
  void aBackupIsRestoredUnderAnotherName() {
    write(0);
    JsonNode backup = ok(rest.post("/collections/c/backup", ""));
    BackupPath path = new BackupPath(backup.get("backup_path").asText());
    assertThat(path.text()).matches("\\.backups/c_\\d{8}_\\d{6}");
    write(1);
    CollectionName other = new CollectionName("other");
    await(bus.restore(new RestoreCollection(path, other)));
    assertThat(await(bus.describe(other)).stats().vectorCount()).isEqualTo(1);
    await(bus.hardDelete(NAME));
    ok(rest.post("/collections/restore", "{\"backup_path\":\"" + path.folder() + "\"}"));
    assertThat(ids()).containsExactly("0");
  }

  private void write(int id) {
    Row row = new Row(new VectorId("" + id), DenseVector.of(id, 1), Metadata.ABSENT);
    await(
        bus.write(
            new WriteVectors(NAME, WriteMode.INSERT, List.of(row), OnError.ABORT, Durability.OS)));
  }

  private List<String> ids() {
    JsonNode hits = ok(rest.post("/collections/c/search", "{\"vector\":[0,0],\"limit\":10000}"));
    List<String> ids = new ArrayList<>();
    hits.forEach(hit -> ids.add(hit.get("id").asText()));
    return ids;
  }

  private Reply call(String method, String path) {
    return rest.call(method, path, java.util.Map.of(), null);
  }

  private static JsonNode ok(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.data();
  }
}

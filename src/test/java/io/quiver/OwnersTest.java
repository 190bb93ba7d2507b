package io.quiver;

import static io.quiver.BusFixture.await;
import static io.quiver.BusFixture.name;
import static io.quiver.BusFixture.row;
import static io.quiver.BusFixture.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.config.QuiverOptions;
import io.quiver.core.Metric;
import io.quiver.core.Owner;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.GetCollectionInfoRequest;
import io.quiver.front.grpc.v1.GetCollectionInfoResponse;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CreateCollection;
import io.quiver.message.DeletedCollections;
import io.quiver.message.ManifestInfo;
import io.quiver.message.RestoreCollection;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.SnapshotInfo;
import io.quiver.node.NodeOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who a collection belongs to and when it was made is told by who creates it, over REST, gRPC and
 * the bus, shown on all three, and stays with it.
 */
class OwnersTest {
  private static final String HOUSE = "the house";

  @TempDir private Path data;
  private BusFixture node;
  private RestServer rest;
  private GrpcClient grpc;
  private VectorDbGrpcClient stub;

  @BeforeEach
  void open() throws Exception {
    NodeOptions options =
        new NodeOptions(data, DatabaseOptions.DEFAULT.withDefaultOwner(new Owner(HOUSE)), 1);
    node =
        new BusFixture(
            QuiverOptions.embedded(data)
                .withNode(options)
                .withRest(RestOptions.of("127.0.0.1", 0))
                .withGrpc(GrpcOptions.of("127.0.0.1", 0)));
    rest = RestServer.at(node.quiver().restPort());
    grpc = GrpcClient.client(node.vertx());
    stub =
        VectorDbGrpcClient.create(
            grpc, SocketAddress.inetSocketAddress(node.quiver().grpcPort(), "127.0.0.1"));
  }

  @AfterEach
  void close() throws Exception {
    await(grpc.close());
    node.close();
  }

  @Test
  void whatTheCreatorSaysIsShownEverywhereAndARestartKeepsIt() throws Exception {
    long before = System.currentTimeMillis();
    rest("r", ",\"owner\":\"ana \\\"é\\\"\"");
    grpc("g", "ben");
    await(
        node.client()
            .create(
                new CreateCollection(
                    CollectionConfig.of("b", 2, Metric.COSINE), new Owner("clara"))));
    rest("rest-none", "");
    rest("rest-null", ",\"owner\":null");
    grpc("grpc-none", "");
    await(node.client().create(CollectionConfig.of("bus-none", 2, Metric.COSINE)));
    long after = System.currentTimeMillis();
    List<ManifestInfo> told = new ArrayList<>();
    for (String[] each :
        new String[][] {
          {"r", "ana \"é\""},
          {"g", "ben"},
          {"b", "clara"},
          {"rest-none", HOUSE},
          {"rest-null", HOUSE},
          {"grpc-none", HOUSE},
          {"bus-none", HOUSE}
        }) {
      ManifestInfo manifest = seen(each[0]);
      assertThat(manifest.owner()).as(each[0]).isEqualTo(new Owner(each[1]));
      assertThat(manifest.createdAtMillis()).isBetween(before, after);
      assertThat(manifest.updatedAtMillis()).isEqualTo(manifest.createdAtMillis());
      assertThat(manifest.schemaVersion()).isEqualTo(2);
      told.add(manifest);
    }
    close();
    open();
    assertThat(seen("r")).isEqualTo(told.get(0));
    assertThat(seen("g")).isEqualTo(told.get(1));
    assertThat(seen("bus-none")).isEqualTo(told.get(6));
  }

  /** d-vecDB's client reads exactly two objects with exactly these fields. */
  @Test
  void theShapesOfDvecdbHaveNoOwner() throws Exception {
    rest("c", ",\"owner\":\"ana\"");
    JsonNode info = rest.get("/collections/c").data();
    assertThat(info).hasSize(2);
    assertThat(info.get(0).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "name", "dimension", "distance_metric", "vector_type", "index_config");
    assertThat(rest.get("/collections/c/stats").data().fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "name", "vector_count", "dimension", "index_size", "memory_usage");
  }

  /** What comes back is still its owner's, whichever way it went. */
  @Test
  void aSnapshotAndADeletedCollectionKeepOwnerAndBirth() throws Exception {
    grpc("kept", "ben");
    ManifestInfo born = seen("kept");
    await(node.client().write(upsert(name("kept"), row("a", 1, 2))));
    SnapshotInfo snapshot = await(node.client().takeSnapshot(name("kept")));
    assertThat(seen("kept").updatedAtMillis()).isGreaterThanOrEqualTo(born.createdAtMillis());
    CollectionInfo restored =
        await(node.client().restore(new RestoreSnapshot(name("kept"), snapshot.name())));
    assertSame(born, restored.manifest());
    await(node.client().drop(name("kept")));
    DeletedCollections deleted = await(node.client().deleted());
    CollectionInfo back =
        await(
            node.client()
                .restore(
                    new RestoreCollection(
                        deleted.entries().getLast().path(), name("under-another-name"))));
    assertSame(born, back.manifest());
    assertSame(born, seen("under-another-name"));
  }

  private static void assertSame(ManifestInfo born, ManifestInfo now) {
    assertThat(now.owner()).isEqualTo(new Owner("ben"));
    assertThat(now.createdAtMillis()).isEqualTo(born.createdAtMillis());
  }

  private void rest(String name, String more) {
    String body =
        "{\"name\":\"%s\",\"dimension\":2,\"distance_metric\":\"Cosine\"%s}".formatted(name, more);
    assertThat(rest.post("/collections", body).status()).isEqualTo(200);
  }

  private void grpc(String name, String owner) throws Exception {
    await(
        stub.createCollection(
            CreateCollectionRequest.newBuilder()
                .setConfig(
                    io.quiver.front.grpc.v1.CollectionConfig.newBuilder()
                        .setName(name)
                        .setDimension(2))
                .setOwner(owner)
                .build()));
  }

  /** What all three say, which is the same. */
  private ManifestInfo seen(String name) throws Exception {
    ManifestInfo onBus = await(node.client().describe(name(name))).manifest();
    JsonNode detail = rest.get("/collections/" + name + "/stats?detail=true").data();
    assertThat(
            new ManifestInfo(
                new Owner(detail.get("owner").asText()),
                Instant.parse(detail.get("created_at").asText()).toEpochMilli(),
                Instant.parse(detail.get("updated_at").asText()).toEpochMilli(),
                detail.get("schema_version").asInt()))
        .isEqualTo(onBus);
    GetCollectionInfoResponse info =
        await(
            stub.getCollectionInfo(
                GetCollectionInfoRequest.newBuilder().setCollectionName(name).build()));
    assertThat(
            new ManifestInfo(
                new Owner(info.getOwner()),
                info.getCreatedAtMillis(),
                info.getUpdatedAtMillis(),
                info.getSchemaVersion()))
        .isEqualTo(onBus);
    return onBus;
  }
}

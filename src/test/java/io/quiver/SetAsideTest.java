package io.quiver;

import static io.quiver.BusFixture.await;
import static io.quiver.BusFixture.failure;
import static io.quiver.BusFixture.name;
import static io.quiver.BusFixture.row;
import static io.quiver.BusFixture.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.bus.QuiverClient;
import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.collection.Collection;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.front.rest.RestOptions;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Command;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Row;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose log and one of whose manifests are damaged serves the rest, and lets these go. */
class SetAsideTest {
  private static final String HOST = "127.0.0.1";
  private static final CollectionName KEPT = name("kept");
  private static final CollectionName HIT = name("hit");
  private static final CollectionName TORN = name("torn");

  @TempDir private Path folder;

  @Test
  void whatIsSetAsideIsRefusedNamedAndCanBeDroppedOverRest() throws Exception {
    Path data = damaged();
    QuiverOptions options = QuiverOptions.embedded(data).withRest(RestOptions.of(HOST, 0));
    try (BusFixture node = new BusFixture(options);
        HttpClient http = HttpClient.newHttpClient()) {
      QuiverClient client = node.client();
      int port = node.quiver().restPort();
      assertThat(failure(get(client, HIT, "hit-1"))).isEqualTo(ErrorCode.COLLECTION_DAMAGED);
      assertThat(failure(get(client, TORN, "torn-1"))).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
      assertThat(await(get(client, KEPT, "kept-1")).rows()).hasSize(1);
      assertThat(await(get(client, KEPT, "kept-2")).rows()).hasSize(1);
      assertThat(call(http, port, "GET", "/health/check").body())
          .contains("2 collections set aside", "lost", ".wal is damaged at offset", "torn");
      for (CollectionName name : List.of(HIT, TORN)) {
        assertThat(call(http, port, "DELETE", "/collections/" + name).statusCode()).isEqualTo(200);
        assertThat(call(http, port, "DELETE", "/collections/" + name).statusCode()).isEqualTo(404);
        await(client.create(CollectionConfig.of(name.value(), 2, Metric.EUCLIDEAN)));
        await(client.write(upsert(name, row("new", 1, 2))));
      }
      await(client.write(upsert(KEPT, row("kept-3", 1, 2))));
    }
    try (BusFixture again = new BusFixture(options)) {
      for (CollectionName name : List.of(HIT, TORN)) {
        assertThat(await(get(again.client(), name, "new")).rows()).hasSize(1);
      }
      assertThat(await(get(again.client(), KEPT, "kept-3")).rows()).hasSize(1);
    }
  }

  /** As a killed server leaves it, and then a flipped bit in a record and one in a manifest. */
  private Path damaged() throws Exception {
    Path live = folder.resolve("live");
    Path copy = folder.resolve("copy");
    DatabaseOptions byHand = new DatabaseOptions(1 << 20, 1 << 30, 0); // No checkpoint in between.
    try (Database database = Database.open(new OsDisk(), live, byHand)) {
      for (CollectionName name : List.of(KEPT, HIT, TORN)) {
        database.create(CollectionConfig.of(name.value(), 2, Metric.EUCLIDEAN));
      }
      for (int i = 1; i <= 2; i++) {
        for (CollectionName name : List.of(HIT, TORN, KEPT)) {
          write(database, database.find(name).orElseThrow(), row(name + "-" + i, 1, 2));
        }
      }
      copy(live, copy);
    }
    try (Stream<Path> segments = Files.list(copy.resolve("wal"))) {
      flip(segments.toList().getFirst(), "hit-1");
    }
    flip(copy.resolve("torn/metadata.json"), "Euclidean");
    return copy;
  }

  private static void write(Database database, Collection collection, Row row) {
    Command command = collection.prepare(upsert(collection.name(), row)).command().orElseThrow();
    long lsn = database.append(collection.uuid(), command);
    database.sync(true);
    collection.apply(lsn, command);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.filter(each -> !each.endsWith("LOCK")).toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static void flip(Path file, String where) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(where);
    assertThat(at).as("%s in %s", where, file).isPositive();
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  private static Future<FoundVectors> get(QuiverClient client, CollectionName name, String id) {
    return client.get(new GetVectors(name, List.of(new VectorId(id)), true, true));
  }

  private static HttpResponse<String> call(HttpClient http, int port, String method, String path)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }
}

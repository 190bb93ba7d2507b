package io.quiver.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.bus.Addresses;
import io.quiver.bus.Codecs;
import io.quiver.bus.Routes;
import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.Metric;
import io.quiver.disk.OsDisk;
import io.quiver.message.ChangeEvent;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CollectionNames;
import io.quiver.message.CreateCollection;
import io.quiver.message.Failure;
import io.quiver.message.ListCollections;
import io.quiver.message.Message;
import io.quiver.message.Request;
import io.quiver.migrate.DvecIntake;
import io.quiver.snapshot.SnapshotOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalog over a real database; whoever serves searches comes when the test lets it. */
class CatalogVerticleTest {
  private static final CollectionName NAME = new CollectionName("points");
  private static final CollectionConfig CONFIG = CollectionConfig.of("points", 2, Metric.EUCLIDEAN);

  @TempDir private Path data;
  private final SearchPool searches = new SearchPool(1);
  private final SearchVerticle searcher = new SearchVerticle(searches);
  private final WorkPool changes = new WorkPool("changes", 1, 10);
  private final WorkPool inspections = new WorkPool("inspections", 1, 10);
  private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
  private Vertx vertx;
  private Database database;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    Codecs.register(vertx);
    Routes.of(vertx).claim();
    database = Database.open(new OsDisk(), data, DatabaseOptions.DEFAULT);
    Placements placements = new Placements(vertx, new WriteBudget(), List.of(searcher));
    Conversions conversions =
        new Conversions(
            vertx,
            database,
            new OsDisk(),
            placements,
            new DvecIntake.Found(List.of(), List.of()),
            new ImportRoots(data, List.of()));
    await(
        vertx.deployVerticle(
            new CatalogVerticle(
                database,
                placements,
                conversions,
                SnapshotOptions.NONE,
                changes,
                inspections,
                changes,
                changes)));
    await(
        vertx
            .eventBus()
            .consumer(Addresses.events(NAME), event -> events.add(event.body()))
            .completion());
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    changes.close();
    inspections.close();
    searches.close();
    database.close();
  }

  /** It is on disk before it can be served: whoever hears that it failed can try it again. */
  @Test
  void aCreateThatCannotBeServedIsUndone() throws Exception {
    assertThat(ask(new CreateCollection(CONFIG))).isInstanceOf(Failure.class);
    assertThat(((CollectionNames) ask(new ListCollections())).names()).isEmpty();
    assertThat(database.find(NAME)).isEmpty();
    assertThat(Files.exists(data.resolve("points"))).as("nor after a restart").isFalse();
    assertThat(events).isEmpty();

    await(vertx.deployVerticle(searcher));
    assertThat(ask(new CreateCollection(CONFIG))).isInstanceOf(CollectionInfo.class);
    assertThat(((CollectionNames) ask(new ListCollections())).names()).containsExactly(NAME);
    assertThat(events.poll(20, TimeUnit.SECONDS)).isInstanceOf(ChangeEvent.class);
  }

  private Message ask(Request request) throws Exception {
    return await(
            vertx.eventBus().<Message>request(Addresses.CATALOG, request, Codecs.request(20_000)))
        .body();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}

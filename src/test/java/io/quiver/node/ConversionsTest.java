package io.quiver.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.bus.Addresses;
import io.quiver.bus.Codecs;
import io.quiver.bus.Replies;
import io.quiver.bus.Routes;
import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.AliasAction;
import io.quiver.message.BackUpCollection;
import io.quiver.message.BackedUp;
import io.quiver.message.BackupPath;
import io.quiver.message.ChangeAliases;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CollectionNames;
import io.quiver.message.CreateCollection;
import io.quiver.message.DeletedCollections;
import io.quiver.message.DescribeCollection;
import io.quiver.message.DropCollection;
import io.quiver.message.Dropped;
import io.quiver.message.Failure;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.quiver.message.ImportCollection;
import io.quiver.message.ListCollections;
import io.quiver.message.ListDeleted;
import io.quiver.message.ListSnapshots;
import io.quiver.message.LogAck;
import io.quiver.message.LogAppend;
import io.quiver.message.Message;
import io.quiver.message.Request;
import io.quiver.message.RestoreCollection;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.Row;
import io.quiver.message.SnapshotName;
import io.quiver.message.TakeSnapshot;
import io.quiver.migrate.DvecIntake;
import io.quiver.migrate.DvecLog;
import io.quiver.snapshot.SnapshotOptions;
import io.quiver.snapshot.SnapshotSchedule;
import io.quiver.snapshot.Snapshots;
import io.quiver.testkit.DvecWriter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A collection of d-vecDB that is not complete yet: who sees it, and how it ends. */
class ConversionsTest {
  private static final CollectionName FILMS = new CollectionName("films");
  private static final int ROWS = 2_500;

  @TempDir private Path data;
  private final OsDisk disk = new OsDisk();
  private final SearchPool searches = new SearchPool(1);
  private final SearchVerticle searcher = new SearchVerticle(searches);
  private final WorkPool changes = new WorkPool("changes", 1, 10);
  private final WorkPool copies = new WorkPool("copies", 1, 10);
  private final WorkPool inspections = new WorkPool("inspections", 1, 10);
  private Vertx vertx;
  private Database database;
  private Conversions conversions;

  @BeforeEach
  void open() throws Exception {
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      records.add(DvecWriter.record(DvecWriter.id(i), new float[] {i, 1}, null));
    }
    DvecWriter.collection(
        data.resolve("films"), DvecWriter.metadata("films", 2, "Euclidean"), records);
    DvecIntake.Found found = DvecIntake.run(disk, data, () -> 0);
    vertx = Vertx.vertx();
    Codecs.register(vertx);
    Routes.of(vertx).claim();
    database = Database.open(disk, data, DatabaseOptions.DEFAULT);
    Placements placements = new Placements(vertx, new WriteBudget(), List.of(searcher));
    conversions =
        new Conversions(vertx, database, disk, placements, found, new ImportRoots(data, List.of()));
    await(vertx.deployVerticle(searcher));
    await(
        vertx.deployVerticle(
            new CatalogVerticle(
                database,
                placements,
                conversions,
                SnapshotOptions.NONE,
                changes,
                inspections,
                copies,
                copies)));
  }

  @AfterEach
  void close() throws Exception {
    conversions.stop();
    await(vertx.close());
    copies.close();
    changes.close();
    inspections.close();
    searches.close();
    database.close();
  }

  @Test
  void whileItWaitsItsNameIsNobodysAndRequestsAreToldToComeAgain() throws Exception {
    assertThat(((CollectionNames) ask(new ListCollections())).names()).isEmpty();
    Failure described = (Failure) ask(new DescribeCollection(FILMS));
    assertThat(described.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(described.message()).contains("films").contains("converted");
    assertThat(Routes.of(vertx).missing(FILMS).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    Failure created =
        (Failure) ask(new CreateCollection(CollectionConfig.of("films", 2, Metric.COSINE)));
    assertThat(created.code()).isEqualTo(ErrorCode.COLLECTION_ALREADY_EXISTS);
    CollectionName other = new CollectionName("other");
    ask(new CreateCollection(CollectionConfig.of("other", 2, Metric.COSINE)));
    ChangeAliases hiding = new ChangeAliases(List.of(new AliasAction.Put(FILMS, other)));
    assertThat(((Failure) ask(hiding)).code()).isEqualTo(ErrorCode.COLLECTION_ALREADY_EXISTS);
    assertThat(conversions.health())
        .hasValue(new Component("imports", Status.DEGRADED, "films: waits to be converted", 0));
  }

  /** The first ones find it waiting, the last half written: of neither is there a snapshot. */
  @Test
  void nothingIsKeptOfItOrPutInItsPlaceUntilItIsComplete() throws Exception {
    DvecIntake.Pending films = DvecIntake.run(disk, data, () -> 0).pending().getFirst();
    for (boolean isHalfWritten : new boolean[] {false, true}) {
      if (isHalfWritten) {
        conversion(films).run(() -> true, outcome -> {});
        assertThat(database.find(FILMS)).isPresent();
      }
      for (Request request :
          List.of(
              new TakeSnapshot(FILMS),
              new ListSnapshots(FILMS),
              new RestoreSnapshot(FILMS, new SnapshotName("s")),
              new BackUpCollection(FILMS))) {
        Failure refused = (Failure) ask(request);
        assertThat(refused.code()).as("%s", request).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refused.message()).contains("films").contains("converted");
      }
      Failure restored =
          (Failure) ask(new RestoreCollection(new BackupPath(".backups/x_20260101_000000"), FILMS));
      assertThat(restored.code()).isEqualTo(ErrorCode.COLLECTION_ALREADY_EXISTS);
    }
    Snapshots snapshots = new Snapshots(database);
    SnapshotOptions atOnce = new SnapshotOptions(Duration.ofNanos(1), 1, 0, Duration.ZERO);
    new SnapshotSchedule(database, snapshots, atOnce, name -> !conversions.holds(name)).run();
    assertThat(snapshots.list(FILMS)).isEmpty();
  }

  @Test
  void whoDeletesItMeanwhileIsRidOfItForGood() throws Exception {
    assertThat(ask(new DropCollection(FILMS))).isEqualTo(new Dropped(FILMS));
    assertThat(conversions.health()).isEmpty();
    assertThat(DvecIntake.run(disk, data, () -> 0).pending()).isEmpty();
    Message made = ask(new CreateCollection(CollectionConfig.of("films", 3, Metric.COSINE)));
    assertThat(made).isNotInstanceOf(Failure.class);
    assertThat(ask(new DropCollection(FILMS))).isEqualTo(new Dropped(FILMS));
    assertThat(((Failure) ask(new DropCollection(FILMS))).code())
        .isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
  }

  /** What is restored under its name would get the vectors that are converted, too. */
  @Test
  void nothingIsRestoredUnderItsNameNorIsWhatIsHalfMadeCopied() throws Exception {
    CollectionName other = new CollectionName("other");
    ask(new CreateCollection(CollectionConfig.of("other", 2, Metric.COSINE)));
    BackUpCollection backUp = new BackUpCollection(other);
    BackupPath backup = ((BackedUp) ask(backUp)).path();
    assertThat(ask(new DropCollection(other))).isEqualTo(new Dropped(other));
    DeletedCollections deleted = (DeletedCollections) ask(new ListDeleted());
    BackupPath kept = deleted.entries().getFirst().path();
    for (BackupPath path : List.of(backup, kept)) {
      Failure refused = (Failure) ask(new RestoreCollection(path, FILMS));
      assertThat(refused.code()).as("%s", path).isEqualTo(ErrorCode.COLLECTION_ALREADY_EXISTS);
      assertThat(ask(new RestoreCollection(path, other))).isInstanceOf(CollectionInfo.class);
      ask(new DropCollection(other));
    }
    for (Request copy : List.of(new TakeSnapshot(FILMS), new BackUpCollection(FILMS))) {
      assertThat(((Failure) ask(copy)).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
    assertThat(database.find(FILMS)).isEmpty();
  }

  /** It waits behind another one, whose first batch the log has not taken yet. */
  @Test
  void anImportThatIsDroppedBeforeItsTurnDoesNotComeBack() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    vertx
        .eventBus()
        .<Message>localConsumer(
            Addresses.LOG, append -> vertx.executeBlocking(() -> logged(goOn, append), false));
    conversions.start();
    CollectionName late = new CollectionName("late");
    Path source = data.resolve("elsewhere");
    DvecWriter.collection(
        source,
        DvecWriter.metadata("late", 2, "Euclidean"),
        List.of(DvecWriter.record(DvecWriter.id(1), new float[] {1, 1}, null)));
    Future<Message> imported =
        send(
            new ImportCollection(
                source.toString(), CollectionConfig.of("late", 2, Metric.EUCLIDEAN)));
    assertThat(ask(new DropCollection(late))).isEqualTo(new Dropped(late));
    goOn.countDown();
    assertThat(((Failure) await(imported)).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(((CollectionNames) ask(new ListCollections())).names()).containsExactly(FILMS);
    assertThat(conversions.holds(late)).isFalse();
    assertThat(conversions.health()).isEmpty();
  }

  private boolean logged(CountDownLatch goOn, io.vertx.core.eventbus.Message<Message> request)
      throws InterruptedException {
    assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
    LogAppend append = (LogAppend) request.body();
    long lsn = database.append(append.collection(), append.command());
    database.sync(true);
    Replies.send(request, new LogAck(lsn));
    return true;
  }

  /** No log writer answers here, which is no refusal that may pass. */
  @Test
  void whatCouldNotBeWrittenWaitsForTheNextStartAndIsShown() throws Exception {
    conversions.start();
    long deadlineNanos = System.nanoTime() + 20_000_000_000L;
    while (!conversions.health().orElseThrow().message().contains("cannot")) {
      assertThat(System.nanoTime()).isLessThan(deadlineNanos);
      Thread.onSpinWait();
    }
    conversions.stop();
    assertThat(conversions.health().orElseThrow().message())
        .startsWith("films: cannot be converted, the next start tries again: ");
    assertThat(conversions.holds(FILMS)).isTrue();
    assertThat(DvecIntake.run(disk, data, () -> 0).pending()).hasSize(1);
  }

  @Test
  void progressIsToldAndARunThatWasBrokenOffIsDoneAgainToTheSameRows() throws Exception {
    DvecIntake.Pending films = DvecIntake.run(disk, data, () -> 0).pending().getFirst();
    Conversion first = conversion(films);
    List<String> told = new ArrayList<>();
    assertThat(
            first.run(
                () -> {
                  told.add(ConversionStates.progress(first));
                  return told.size() == 3;
                },
                outcome -> films.settle(disk, outcome)))
        .isEmpty();
    assertThat(told)
        .containsExactly(
            "films: converting 0 of 2500 vectors",
            "films: converting 1000 of 2500 vectors",
            "films: converting 2000 of 2500 vectors");
    assertThat(DvecIntake.run(disk, data, () -> 0).pending()).hasSize(1);
    assertThat(database.find(FILMS)).as("half made").isPresent();
    assertThat(((CollectionNames) ask(new ListCollections())).names()).isEmpty();
    assertThat(((Failure) ask(new DescribeCollection(FILMS))).code())
        .isEqualTo(ErrorCode.UNAVAILABLE);
    Collection made =
        conversion(films).run(() -> false, outcome -> films.settle(disk, outcome)).orElseThrow();
    assertThat(made.stats().vectorCount()).isEqualTo(ROWS);
    assertThat(DvecIntake.run(disk, data, () -> 0).pending()).isEmpty();
    VectorId last = new VectorId(DvecWriter.id(ROWS - 1).toString());
    assertThat(made.get(new io.quiver.message.GetVectors(FILMS, List.of(last), true, true)).rows())
        .containsExactly(new Row(last, DenseVector.of(ROWS - 1, 1), Metadata.ABSENT));
  }

  /** A full disk ends without a restart; a log that failed does not. */
  @Test
  void aRefusalThatMayPassIsWaitedForAndAnotherEndsIt() throws Exception {
    DvecIntake.Pending films = DvecIntake.run(disk, data, () -> 0).pending().getFirst();
    List<ErrorCode> refusals =
        new ArrayList<>(
            List.of(ErrorCode.STORAGE_FULL, ErrorCode.UNAVAILABLE, ErrorCode.OVERLOADED));
    List<ErrorCode> waited = new ArrayList<>();
    Conversion patient =
        new Conversion(
            database,
            disk,
            films.config(),
            films.source(),
            DvecLog.NONE,
            (collection, command) -> {
              if (!refusals.isEmpty()) {
                throw new QuiverException(refusals.removeFirst(), "not now");
              }
              long lsn = database.append(collection, command);
              database.sync(true);
              return lsn;
            },
            refusal -> waited.add(refusal.code()) && waited.size() < 9);
    Collection made =
        patient.run(() -> false, outcome -> films.settle(disk, outcome)).orElseThrow();
    assertThat(made.stats().vectorCount()).isEqualTo(ROWS);
    assertThat(waited)
        .containsExactly(ErrorCode.STORAGE_FULL, ErrorCode.UNAVAILABLE, ErrorCode.OVERLOADED);
    Conversion readOnly =
        new Conversion(
            database,
            disk,
            films.config(),
            films.source(),
            DvecLog.NONE,
            (collection, command) -> {
              throw new QuiverException(ErrorCode.READ_ONLY, "the log failed");
            },
            refusal -> waited.add(refusal.code()) && waited.size() < 9);
    assertThatThrownBy(() -> readOnly.run(() -> false, outcome -> {}))
        .hasMessageContaining("the log failed");
    assertThat(waited).hasSize(3);
  }

  private Conversion conversion(DvecIntake.Pending each) {
    return new Conversion(
        database,
        disk,
        each.config(),
        each.source(),
        DvecLog.NONE,
        (collection, command) -> {
          long lsn = database.append(collection, command);
          database.sync(true);
          return lsn;
        },
        Conversion.Patience.NONE);
  }

  private Message ask(Request request) throws Exception {
    return await(send(request));
  }

  private Future<Message> send(Request request) {
    return vertx
        .eventBus()
        .<Message>request(Addresses.CATALOG, request, Codecs.request(20_000))
        .map(io.vertx.core.eventbus.Message::body);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}

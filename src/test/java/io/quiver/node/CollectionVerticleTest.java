package io.quiver.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.bus.Addresses;
import io.quiver.bus.Codecs;
import io.quiver.bus.Gate;
import io.quiver.bus.Replies;
import io.quiver.bus.Routes;
import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Failure;
import io.quiver.message.LogAck;
import io.quiver.message.Message;
import io.quiver.message.OnError;
import io.quiver.message.Request;
import io.quiver.message.Row;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The writer of a real collection in front of a log that the test plays by hand. */
class CollectionVerticleTest {
  private static final CollectionName NAME = new CollectionName("points");

  @TempDir private Path data;
  private final BlockingQueue<io.vertx.core.eventbus.Message<Message>> logged =
      new LinkedBlockingQueue<>();
  private final WriteBudget budget = new WriteBudget();
  private Vertx vertx;
  private Database database;
  private Collection collection;
  private MessageConsumer<Message> log;
  private String deployment;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    Codecs.register(vertx);
    Routes.of(vertx).claim();
    Routes.of(vertx).add(NAME, 1, new Gate());
    database = Database.open(new OsDisk(), data, DatabaseOptions.DEFAULT);
    collection = database.create(CollectionConfig.of("points", 2, Metric.EUCLIDEAN));
    log = vertx.eventBus().localConsumer(Addresses.LOG, logged::add);
    deployment =
        await(
            vertx.deployVerticle(
                new CollectionVerticle(collection, budget),
                new DeploymentOptions()
                    .setThreadingModel(ThreadingModel.WORKER)
                    .setWorkerPoolName("writer")
                    .setWorkerPoolSize(2)));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    database.close();
  }

  @Test
  void writesEndInTheOrderOfTheirPreparationWhateverTheLogsOrder() throws Exception {
    List<String> ended = Collections.synchronizedList(new ArrayList<>());
    List<Future<?>> writes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String id = "r" + i;
      writes.add(ask(upsert(id)).onSuccess(ack -> ended.add(id)));
    }
    List<io.vertx.core.eventbus.Message<Message>> appends = takeLogged(10);
    for (int i = 9; i >= 1; i--) {
      Replies.send(appends.get(i), new LogAck(i + 1));
    }
    assertThat(collection.stats().appliedLsn()).as("the first is not logged yet").isZero();
    assertThat(ended).isEmpty();
    Replies.send(appends.get(0), new LogAck(1));
    await(Future.all(writes));
    assertThat(ended).containsExactly("r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9");
    assertThat(collection.stats().vectorCount()).isEqualTo(10);
    assertThat(budget.writesWaiting()).isZero();
  }

  @Test
  void aWriteThatTheLogRefusesChangesNothingAndFreesItsId() throws Exception {
    Future<Message> refused = ask(upsert("a"));
    Replies.send(takeLogged(1).getFirst(), Replies.failure(ErrorCode.STORAGE_FULL, "disk full"));
    assertThat(((Failure) await(refused)).code()).isEqualTo(ErrorCode.STORAGE_FULL);
    assertThat(collection.stats().vectorCount()).isZero();
    Future<Message> again = ask(upsert("a"));
    Replies.send(takeLogged(1).getFirst(), new LogAck(1));
    assertThat(((WriteAck) await(again)).written()).isEqualTo(1);
    assertThat(budget.writesWaiting()).isZero();
  }

  /** Neither may be decided by a delete that the log has not. What comes behind keeps its place. */
  @Test
  void aDeleteAndWhatIsBehindItWaitForTheDeleteBefore() throws Exception {
    write("a");
    Future<Message> first = ask(delete("a"));
    Future<Message> second = ask(delete("a"));
    Future<Message> third = ask(upsert("b"));
    answerNext(new LogAck(2));
    assertThat(((DeleteAck) await(first)).deleted()).isEqualTo(1);
    assertThat(((DeleteAck) await(second)).deleted()).isZero();
    answerNext(new LogAck(3));
    await(third);
    assertThat(budget.writesWaiting()).isZero();
  }

  /** Who was told that an id is there must find it, and who was told that it is not must not. */
  @Test
  void aRefusalWaitsForWhatItSaw() throws Exception {
    Future<Message> first = ask(insert("a"));
    Future<Message> second = ask(insert("a"));
    Future<Message> third = ask(delete("a"));
    Future<Message> fourth = ask(update("a"));
    io.vertx.core.eventbus.Message<Message> append = takeLogged(1).getFirst();
    assertThat(second.isComplete()).isFalse();
    Replies.send(append, new LogAck(1));
    await(first);
    assertThat(((Failure) await(second)).code()).isEqualTo(ErrorCode.VECTOR_ALREADY_EXISTS);
    assertThat(fourth.isComplete()).isFalse();
    answerNext(new LogAck(2));
    await(third);
    assertThat(((Failure) await(fourth)).code()).isEqualTo(ErrorCode.VECTOR_NOT_FOUND);
    assertThat(budget.writesWaiting()).isZero();
  }

  /** An update of a row that never came to be is none, nor is an insert over one that stayed. */
  @Test
  void whatDependsOnAWriteThatTheLogRefusesIsDecidedWithoutIt() throws Exception {
    write("there");
    Future<Message> insert = ask(insert("a"));
    Future<Message> update = ask(update("a"));
    Future<Message> delete = ask(delete("a"));
    answerNext(Replies.failure(ErrorCode.STORAGE_FULL, "disk full"));
    assertThat(((Failure) await(insert)).code()).isEqualTo(ErrorCode.STORAGE_FULL);
    assertThat(((Failure) await(update)).code()).isEqualTo(ErrorCode.VECTOR_NOT_FOUND);
    assertThat(((DeleteAck) await(delete)).deleted()).isZero();
    Future<Message> gone = ask(delete("there"));
    Future<Message> over = ask(insert("there"));
    answerNext(Replies.failure(ErrorCode.STORAGE_FULL, "disk full"));
    assertThat(((Failure) await(gone)).code()).isEqualTo(ErrorCode.STORAGE_FULL);
    assertThat(((Failure) await(over)).code()).isEqualTo(ErrorCode.VECTOR_ALREADY_EXISTS);
    assertThat(logged).as("nothing else was logged").isEmpty();
    assertThat(collection.stats().vectorCount()).isEqualTo(1);
    assertThat(budget.writesWaiting()).isZero();
  }

  /** What was held is decided before the writer ends. */
  @Test
  void stoppingAnswersWhatIsHeld() throws Exception {
    Future<Message> insert = ask(insert("a"));
    io.vertx.core.eventbus.Message<Message> append = takeLogged(1).getFirst();
    Promise<Future<Message>> update = Promise.promise();
    Promise<Void> stopped = Promise.promise();
    vertx.runOnContext(then -> {
      update.complete(ask(update("a")));
      vertx.undeploy(deployment).onComplete(stopped);
    });
    await(update.future());
    Replies.send(append, new LogAck(1));
    await(insert);
    answerNext(new LogAck(2));
    assertThat(await(await(update.future()))).isInstanceOf(WriteAck.class);
    await(stopped.future());
  }

  /** The threads that answer must not end before the last request that stands in the mailbox. */
  @Test
  void everyWriteBehindAStopIsAnswered() throws Exception {
    Promise<List<Future<Message>>> asked = Promise.promise();
    Promise<Void> stopped = Promise.promise();
    vertx.runOnContext(then -> {
      List<Future<Message>> late = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        if (i == 100) {
          vertx.undeploy(deployment).onComplete(stopped);
        }
        late.add(ask(update("r" + i)).otherwiseEmpty());
      }
      asked.complete(late);
    });
    await(Future.all(await(asked.future())));
    await(stopped.future());
  }

  @Test
  void stoppingWaitsForTheWritesInTheLogAndRefusesNewOnes() throws Exception {
    Future<Message> write = ask(upsert("a"));
    io.vertx.core.eventbus.Message<Message> append = takeLogged(1).getFirst();
    Promise<Void> stopped = Promise.promise();
    Promise<Message> answered = Promise.promise();
    // From one event loop, so that the write stands behind the stop in the writer's mailbox.
    vertx.runOnContext(then -> {
      vertx.undeploy(deployment).onComplete(stopped);
      ask(upsert("b")).onComplete(answered);
    });
    Failure late = (Failure) await(answered.future());
    assertThat(late.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    Routes.of(vertx).remove(NAME);
    Failure dropped = (Failure) await(ask(upsert("b")));
    assertThat(dropped.code()).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    assertThat(stopped.future().isComplete()).isFalse();
    Replies.send(append, new LogAck(1));
    assertThat(await(write)).isInstanceOf(WriteAck.class);
    await(stopped.future());
  }

  @Test
  void withoutALogTheCollectionStopsTakingWrites() throws Exception {
    await(log.unregister());
    assertThat(((Failure) await(ask(upsert("a")))).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    log = vertx.eventBus().localConsumer(Addresses.LOG, logged::add);
    assertThat(((Failure) await(ask(upsert("a")))).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(logged).as("nothing is sent to a log whose state is unknown").isEmpty();
  }

  @Test
  void soManyWritesWaitForTheLogAndOneMoreIsRefusedAtOnce() throws Exception {
    List<Future<Message>> waiting = new ArrayList<>();
    for (int i = 0; i < Limits.IN_FLIGHT_WRITES_MAX; i++) {
      waiting.add(ask(upsert("r" + i)));
    }
    List<io.vertx.core.eventbus.Message<Message>> appends = takeLogged(waiting.size());
    assertThat(((Failure) await(ask(upsert("one-more")))).code()).isEqualTo(ErrorCode.OVERLOADED);
    for (int i = 0; i < appends.size(); i++) {
      Replies.send(appends.get(i), new LogAck(i + 1));
    }
    for (Future<Message> each : waiting) {
      assertThat(await(each)).isInstanceOf(WriteAck.class);
    }
    assertThat(logged).as("the refused one was not logged").isEmpty();
    assertThat(collection.stats().vectorCount()).isEqualTo(Limits.IN_FLIGHT_WRITES_MAX);
    assertThat(budget.writesWaiting()).isZero();
  }

  @Test
  void writesBeyondTheCommonBudgetAreRefusedAndLeaveNoTrace() throws Exception {
    WriteBudget.Share others = budget.share();
    IntStream.range(0, WriteBudget.WRITES_MAX).forEach(i -> others.take(0));
    assertThat(((Failure) await(ask(upsert("a")))).code()).isEqualTo(ErrorCode.OVERLOADED);
    IntStream.range(0, WriteBudget.WRITES_MAX).forEach(i -> others.give(0));
    Future<Message> again = ask(upsert("a"));
    Replies.send(takeLogged(1).getFirst(), new LogAck(1));
    assertThat(await(again)).isInstanceOf(WriteAck.class);
    assertThat(budget.writesWaiting()).isZero();
  }

  private void write(String id) throws Exception {
    Future<Message> write = ask(upsert(id));
    answerNext(new LogAck(1));
    await(write);
  }

  private void answerNext(Message answer) throws Exception {
    Replies.send(takeLogged(1).getFirst(), answer);
  }

  private List<io.vertx.core.eventbus.Message<Message>> takeLogged(int count) throws Exception {
    List<io.vertx.core.eventbus.Message<Message>> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(logged.poll(20, TimeUnit.SECONDS));
    }
    assertThat(taken).doesNotContainNull();
    return taken;
  }

  private Future<Message> ask(Request request) {
    return vertx
        .eventBus()
        .<Message>request(Addresses.write(NAME), request, Codecs.request(20_000))
        .map(io.vertx.core.eventbus.Message::body);
  }

  private static WriteVectors upsert(String id) {
    return WriteVectors.upsert(
        NAME, List.of(new Row(new VectorId(id), DenseVector.of(1, 2), Metadata.ABSENT)));
  }

  private static WriteVectors insert(String id) {
    return new WriteVectors(
        NAME, WriteMode.INSERT, upsert(id).rows(), OnError.ABORT, Durability.FSYNC);
  }

  private static WriteVectors update(String id) {
    return new WriteVectors(
        NAME, WriteMode.UPDATE, upsert(id).rows(), OnError.ABORT, Durability.FSYNC);
  }

  private static DeleteVectors delete(String id) {
    return new DeleteVectors(NAME, List.of(new VectorId(id)), Durability.FSYNC);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}

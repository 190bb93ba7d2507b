package io.quiver.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.bus.Addresses;
import io.quiver.bus.Codecs;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.Command;
import io.quiver.message.DeleteRows;
import io.quiver.message.Failure;
import io.quiver.message.LogAck;
import io.quiver.message.LogAppend;
import io.quiver.message.Message;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log verticle in front of a log whose syncs wait until the test lets them go on. */
class WalVerticleTest {
  private static final UUID COLLECTION = new UUID(1, 2);
  private static final Command COMMAND = new DeleteRows(List.of(new VectorId("a")));

  private Vertx vertx;
  private SlowLog log;
  private String deployment;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    Codecs.register(vertx);
    log = new SlowLog();
    deployment =
        await(
            vertx.deployVerticle(
                new WalVerticle(log),
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
  }

  @AfterEach
  void close() throws Exception {
    log.mayGoOn.release(1_000_000);
    await(vertx.close());
  }

  @Test
  void whatArrivesDuringASyncIsOneGroupAnsweredInOrder() throws Exception {
    List<Long> answered = new ArrayList<>();
    List<Future<Long>> acks = new ArrayList<>();
    acks.add(append(Durability.FSYNC, answered));
    assertThat(log.syncs.poll(10, TimeUnit.SECONDS)).isEqualTo("force of 1");
    for (int i = 0; i < 500; i++) {
      acks.add(append(Durability.FSYNC, answered));
    }
    assertThat(answered).isEmpty();
    log.mayGoOn.release(1_000);
    await(Future.all(acks));
    assertThat(answered).containsExactlyElementsOf(LongStream.rangeClosed(1, 501).boxed().toList());
    assertThat(log.syncs).hasSizeLessThan(5);
  }

  @Test
  void aGroupInWhichNobodyAsksForStableStorageIsNotForced() throws Exception {
    log.mayGoOn.release(1_000);
    await(append(Durability.OS, new ArrayList<>()));
    assertThat(log.syncs.poll(10, TimeUnit.SECONDS)).isEqualTo("write of 1");
    assertThat(log.syncs.poll(20, TimeUnit.SECONDS))
        .as("put on stable storage before long")
        .isEqualTo("force of 0");
    assertThat(log.syncs.poll(700, TimeUnit.MILLISECONDS)).as("once").isNull();
  }

  @Test
  void anOsWriteRidesAlongWithAForcedOne() throws Exception {
    List<Future<Long>> acks = new ArrayList<>();
    acks.add(append(Durability.OS, new ArrayList<>()));
    assertThat(log.syncs.poll(10, TimeUnit.SECONDS)).isEqualTo("write of 1");
    acks.add(append(Durability.FSYNC, new ArrayList<>())); // Waits behind the write that is held.
    log.mayGoOn.release(1_000);
    await(Future.all(acks));
    assertThat(log.syncs.poll(10, TimeUnit.SECONDS)).isEqualTo("force of 1");
    assertThat(log.syncs.poll(700, TimeUnit.MILLISECONDS)).as("no lazy sync is left").isNull();
  }

  @Test
  void aRefusedGroupFailsAsAWholeAndTheNextMaySucceed() throws Exception {
    Future<Message> first = ask(Durability.FSYNC);
    assertThat(log.syncs.poll(10, TimeUnit.SECONDS)).isEqualTo("force of 1");
    log.nextSyncFails = new QuiverException(ErrorCode.STORAGE_FULL, "disk full");
    List<Future<Message>> group = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      group.add(ask(Durability.FSYNC));
    }
    log.mayGoOn.release(1_000);
    assertThat(await(first)).isInstanceOf(LogAck.class);
    for (Future<Message> one : group) {
      assertThat(((Failure) await(one)).code()).isEqualTo(ErrorCode.STORAGE_FULL);
    }
    assertThat(await(ask(Durability.FSYNC))).isInstanceOf(LogAck.class);
  }

  /** An Error in a consumer would otherwise send no reply at all. */
  @Test
  void afterAnUnknownErrorTheLogTakesNothingMore() throws Exception {
    log.mayGoOn.release(1_000);
    log.nextSyncFails = new AssertionError("a bug");
    Failure failure = (Failure) await(ask(Durability.FSYNC));
    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(failure.message()).doesNotContain("a bug");
    assertThat(((Failure) await(ask(Durability.FSYNC))).code()).isEqualTo(ErrorCode.READ_ONLY);
  }

  @Test
  void stoppingPutsWhatIsWrittenOnStableStorage() throws Exception {
    log.mayGoOn.release(1_000);
    await(append(Durability.OS, new ArrayList<>()));
    await(vertx.undeploy(deployment));
    assertThat(log.syncs).containsExactly("write of 1", "force of 0");
  }

  private Future<Long> append(Durability durability, List<Long> answered) {
    return ask(durability)
        .map(reply -> {
          long lsn = ((LogAck) reply).lsn();
          synchronized (answered) {
            answered.add(lsn);
          }
          return lsn;
        });
  }

  private Future<Message> ask(Durability durability) {
    return vertx
        .eventBus()
        .<Message>request(
            Addresses.LOG, new LogAppend(COLLECTION, COMMAND, durability), Codecs.request(20_000))
        .map(io.vertx.core.eventbus.Message::body);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static final class SlowLog implements LogWriter {
    final BlockingQueue<String> syncs = new LinkedBlockingQueue<>();
    final Semaphore mayGoOn = new Semaphore(0);
    volatile Throwable nextSyncFails;
    private long lsn;
    private int unwritten;

    @Override
    public long append(UUID collection, Command command) {
      unwritten++;
      return ++lsn;
    }

    @Override
    public void sync(boolean force) {
      Throwable failure = nextSyncFails;
      syncs.add((force ? "force of " : "write of ") + unwritten);
      unwritten = 0;
      mayGoOn.acquireUninterruptibly();
      if (failure != null) {
        nextSyncFails = null;
        switch (failure) {
          case RuntimeException refused -> throw refused;
          case Error bug -> throw bug;
          default -> throw new IllegalStateException(failure);
        }
      }
    }
  }
}

package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Snapshots that are taken while a client writes, and restores that SIGKILL ends at any moment, of
 * the real process: what is served afterwards is, bit by bit, either what was served before or the
 * snapshot, and the snapshot is the collection after a prefix of its writes, with all that were
 * acknowledged before it was asked for. And it can still be restored.
 *
 * <p>More of them: {@code mvn verify -Dit.test=RestoreKillIT -Dquiver.restores=1000}; the same ones
 * again: {@code -Dquiver.seed=…}.
 */
class RestoreKillIT {
  private static final int RESTORES = Integer.getInteger("quiver.restores", 20);
  private static final long SEED = Long.getLong("quiver.seed", System.nanoTime());
  private static final int KEPT = 3;
  private static final int WRITES_BETWEEN = 10;
  private static final int TOLD_EVERY = 50;
  private static final int CLEANED_EVERY = 20;
  private static final String SNAPSHOTS = "/collections/c/snapshots";

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Snapshotted history = new Snapshotted("c", SEED);

  /** What each snapshot may hold, by digest. */
  private final Map<String, Map<String, Snapshotted.State>> kept = new TreeMap<>();

  private long restoreNanos = 50_000_000;
  private int unanswered;
  private int old;
  private int fresh;

  @Test
  void whatIsServedIsTheOldOrTheSnapshotAndBothArePrefixesOfTheLog() throws IOException {
    Path data = folder.resolve("data");
    ServerProcess server = ServerProcess.serve(data);
    try {
      try (RestCaller rest = new RestCaller(server.restPort())) {
        rest.create("c", Snapshotted.DIMENSION, "Euclidean", 2);
      }
      for (int round = 1; round <= RESTORES; round++) {
        String taken;
        boolean isAnswered;
        try (RestCaller rest = new RestCaller(server.restPort())) {
          takeUnderLoad(rest);
          taken = any();
          isAnswered = killMidway(server, rest, taken);
        }
        server = ServerProcess.serve(data);
        try (RestCaller rest = new RestCaller(server.restPort())) {
          verify(rest, taken, isAnswered);
          restoreWhole(rest, taken);
          forgetOne(rest, round);
        }
        if (round % TOLD_EVERY == 0) {
          tell(round);
        }
      }
    } catch (AssertionError | IOException e) {
      throw new AssertionError(
          "seed " + SEED + ": " + e.getMessage() + "\n" + String.join("\n", server.log()), e);
    } finally {
      server.close();
    }
    tell(RESTORES);
  }

  /** One client writes while another takes snapshots. */
  private void takeUnderLoad(RestCaller rest) throws IOException {
    AtomicBoolean isStopping = new AtomicBoolean();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> {
          while (!isStopping.get()) {
            write(rest);
          }
        });
    try {
      for (int i = 0; i < 2; i++) {
        awaitWrites(writer, history.acknowledged() + WRITES_BETWEEN);
        int before = history.acknowledged();
        String name = rest.ok("POST", SNAPSHOTS).path("snapshot_name").asText();
        kept.put(name, history.since(before));
      }
      // So that what is served is none of what a snapshot may hold.
      awaitWrites(writer, history.acknowledged() + 2);
    } finally {
      isStopping.set(true);
      writer.join();
    }
    assertThat(Snapshotted.digest(rest, "c")).isEqualTo(history.last().digest());
  }

  private void write(RestCaller rest) {
    try {
      history.write(rest);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private void awaitWrites(CompletableFuture<Void> writer, int writes) {
    while (history.acknowledged() < writes) {
      if (writer.isCompletedExceptionally()) {
        writer.join();
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Ends the process somewhere in a restore; true if it was answered before. */
  private boolean killMidway(ServerProcess server, RestCaller rest, String taken) {
    CompletableFuture<Boolean> answer =
        CompletableFuture.supplyAsync(() -> {
          try {
            return rest.call("POST", restore(taken)).status() == 200;
          } catch (IOException e) {
            return false; // Nobody knows.
          }
        });
    LockSupport.parkNanos(random.nextLong(restoreNanos + restoreNanos / 5));
    server.kill9();
    return answer.join();
  }

  private void verify(RestCaller rest, String taken, boolean isAnswered) throws IOException {
    String found = Snapshotted.digest(rest, "c");
    if (!isAnswered && found.equals(history.last().digest())) {
      old++;
    } else {
      assertThat(kept.get(taken)).as("%s, answered: %s", taken, isAnswered).containsKey(found);
      settle(taken, found);
      fresh++;
    }
    unanswered += isAnswered ? 0 : 1;
  }

  /** The killed restore left a snapshot that is as whole as before, and nothing in its way. */
  private void restoreWhole(RestCaller rest, String taken) throws IOException {
    long startNanos = System.nanoTime();
    rest.ok("POST", restore(taken));
    restoreNanos = System.nanoTime() - startNanos;
    String found = Snapshotted.digest(rest, "c");
    assertThat(kept.get(taken)).as("after the whole restore").containsKey(found);
    history.continueFrom(settle(taken, found));
  }

  /** From now on a snapshot holds just what it was found to hold. */
  private Snapshotted.State settle(String taken, String digest) {
    Snapshotted.State state = kept.get(taken).get(digest);
    kept.put(taken, Map.of(digest, state));
    return state;
  }

  private String any() {
    return List.copyOf(kept.keySet()).get(random.nextInt(kept.size()));
  }

  private static String restore(String snapshot) {
    return SNAPSHOTS + "/" + snapshot + "/restore";
  }

  private void forgetOne(RestCaller rest, int round) throws IOException {
    while (kept.size() > KEPT) {
      String gone = any();
      kept.remove(gone);
      rest.ok("DELETE", SNAPSHOTS + "/" + gone);
    }
    if (round % CLEANED_EVERY == 0) {
      rest.ok("POST", "/collections/cleanup", RestCaller.object().put("retention_hours", 0));
    }
  }

  private void tell(int rounds) {
    System.out.printf(
        "%d restores killed, %d of them unanswered; then served: %d times the old, %d times the"
            + " snapshot; a whole restore took %d ms; seed %d%n",
        rounds, unanswered, old, fresh, restoreNanos / 1_000_000, SEED);
  }
}

package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL under concurrent writers over REST, gRPC and the bus, again and again on one directory:
 * what was acknowledged is there, what is there was sent, a batch is there as a whole or not at
 * all, a dropped collection stays away, over each interface the same. The process is an application
 * that embeds Quiver, every fourth time {@code ./quiver serve}, which has no bus to the outside.
 *
 * <p>More kills: {@code mvn verify -Dit.test=KillNineIT -Dquiver.kills=1000}; the same ones again:
 * {@code -Dquiver.seed=…}.
 */
class KillNineIT {
  private static final int KILLS = Integer.getInteger("quiver.kills", 20);
  private static final long SEED = Long.getLong("quiver.seed", System.nanoTime());
  private static final int LOAD_MILLIS_MIN = 50;
  private static final int LOAD_MILLIS_MAX = 1_000;
  private static final Duration RESTART_MAX = Duration.ofSeconds(60); // Of a machine that is busy.
  private static final int SERVE_EVERY = 4;
  private static final int TOLD_EVERY = 50;

  /** Small ones, so that kills fall into new segments, checkpoints and compactions too. */
  private static final String[] FLAGS = {
    "--wal-segment-bytes=1048576", "--checkpoint-log-bytes=1048576"
  };

  @TempDir Path folder;

  @Test
  void nothingAcknowledgedIsLostAndNothingIsInvented() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    Path data = folder.resolve("data");
    long acknowledged = 0;
    long rows = 0;
    Duration slowest = Duration.ZERO;
    try (Load load = new Load(random.nextLong())) {
      ServerProcess server = serve(data, 1);
      try {
        load.prepare(server);
        for (int kill = 1; kill <= KILLS; kill++) {
          Load.Running running = load.start(server);
          running.during(random.nextInt(LOAD_MILLIS_MIN, LOAD_MILLIS_MAX));
          running.assertAllAtWork();
          server.kill9();
          running.end();
          acknowledged += running.acknowledged();
          server = serve(data, kill + 1);
          slowest = server.startTook().compareTo(slowest) > 0 ? server.startTook() : slowest;
          rows = load.verify(server);
          if (kill % TOLD_EVERY == 0) {
            tell(kill, acknowledged, rows, slowest);
          }
        }
      } catch (AssertionError | IOException e) {
        throw new AssertionError(
            "seed " + SEED + ": " + e.getMessage() + "\n" + String.join("\n", server.log()), e);
      } finally {
        server.close();
      }
    }
    tell(KILLS, acknowledged, rows, slowest);
    assertThat(acknowledged).isGreaterThan(KILLS);
    assertThat(slowest).as("seed %d", SEED).isLessThan(RESTART_MAX);
  }

  private static ServerProcess serve(Path data, int number) {
    return number % SERVE_EVERY == 0
        ? ServerProcess.serve(data, FLAGS)
        : ServerProcess.host(data, BusHost.class, FLAGS);
  }

  private static void tell(int kills, long acknowledged, long rows, Duration slowest) {
    System.out.printf(
        "%d kills, %d requests acknowledged, %d rows at the end, slowest restart %d ms, seed %d%n",
        kills, acknowledged, rows, slowest.toMillis(), SEED);
  }
}

package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The wall clock of a server jumps by hours and decades, back and forth, while clients write: no
 * request is lost or late for it, and a restart in the past finds everything. The clock is shifted
 * by a library that is compiled here; without a C compiler the test is skipped. {@code
 * catalog.ClockJumpTest} shows the same of the engine alone.
 */
class ClockIT {
  private static final long SEED = 20_271;
  private static final long YEAR = 365L * 24 * 3600;
  private static final List<Long> JUMPS =
      List.of(10 * YEAR, -30 * YEAR, 3_600L, -1L, -70 * YEAR, 0L);

  @TempDir Path folder;
  private Map<String, String> environment;
  private Path shift;

  @BeforeEach
  void compile() throws Exception {
    Path source = folder.resolve("shift.c");
    try (InputStream in = ClockIT.class.getResourceAsStream("/clock/shift.c")) {
      Files.copy(in, source);
    }
    Path library = folder.resolve("shift.so");
    assumeTrue(compiled(source, library), "no C compiler");
    shift = folder.resolve("shift");
    Files.write(shift, new byte[Long.BYTES]);
    environment = Map.of("LD_PRELOAD", library.toString(), "CLOCK_SHIFT", shift.toString());
  }

  private static boolean compiled(Path source, Path library) throws InterruptedException {
    try {
      return new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library + "", source + "", "-ldl")
              .redirectErrorStream(true)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aClockThatJumpsHarmsNothing() throws IOException {
    Path data = folder.resolve("data");
    try (Load load = new Load(SEED)) {
      try (ServerProcess server = ServerProcess.serve(data, environment);
          RestCaller rest = new RestCaller(server.restPort())) {
        load.prepare(server);
        Load.Running running = load.start(server);
        for (long seconds : JUMPS) {
          jump(seconds);
          assertThat(serverTime(rest)).isCloseTo(now() + seconds, within(Duration.ofMinutes(1)));
          ObjectNode hurried = RestCaller.object().put("deadline_ms", 20_000);
          rest.search("over-rest", new float[Ledger.DIMENSION], hurried);
          running.during(250);
          running.assertAllAtWork();
        }
        assertThat(running.end()).as("clients without an answer").isZero();
        jump(10 * YEAR);
        load.verify(server);
        server.kill9();
      }
      jump(-20 * YEAR);
      try (ServerProcess server = ServerProcess.serve(data, environment)) {
        load.verify(server);
        Load.Running running = load.start(server);
        running.during(250);
        assertThat(running.end()).as("clients without an answer").isZero();
        assertThat(server.terminate().status()).as("%s", server.log()).isZero();
      }
      try (ServerProcess server = ServerProcess.serve(data)) {
        assertThat(load.verify(server)).isPositive();
      }
    }
  }

  private static org.assertj.core.data.Offset<Long> within(Duration duration) {
    return org.assertj.core.data.Offset.offset(duration.toSeconds());
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  private static long serverTime(RestCaller rest) throws IOException {
    return rest.call("GET", "/health/live").body().path("timestamp").asLong();
  }

  /** In place: the server has the file mapped. */
  private void jump(long seconds) throws IOException {
    try (FileChannel file = FileChannel.open(shift, StandardOpenOption.WRITE)) {
      ByteBuffer value = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      file.write(value.putLong(0, seconds), 0);
    }
  }
}

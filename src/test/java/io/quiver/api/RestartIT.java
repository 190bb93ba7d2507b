package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the process ends, what it refuses, and that a pause does it no harm. */
class RestartIT {
  private static final long SEED = 20_251;

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void nameData() {
    data = folder.resolve("data");
  }

  @Test
  void aSignalUnderLoadEndsItInOrderAndNothingIsMissing() throws IOException {
    try (Load load = new Load(SEED)) {
      try (ServerProcess server = ServerProcess.serve(data)) {
        load.prepare(server);
        Load.Running running = load.start(server);
        running.during(1_500);
        ServerProcess.Exit exit = server.terminate();
        running.end();
        assertThat(running.acknowledged()).isGreaterThan(20);
        assertThat(exit.status()).as("%s", server.log()).isZero();
        assertThat(exit.took()).isLessThan(Duration.ofSeconds(10));
        assertThat(server.log()).as("the ready line and nothing else").hasSize(1);
      }
      try (ServerProcess server = ServerProcess.serve(data)) {
        assertThat(load.verify(server)).isPositive();
        assertThat(server.log()).as("the ready line and nothing else").hasSize(1);
      }
    }
  }

  @Test
  void aPauseInTheMiddleOfLoadLosesNothing() throws IOException {
    try (Load load = new Load(SEED + 1);
        ServerProcess server = ServerProcess.serve(data)) {
      load.prepare(server);
      Load.Running running = load.start(server);
      running.during(400);
      server.signal("STOP");
      running.during(1_500);
      server.signal("CONT");
      running.during(400);
      assertThat(running.end()).as("clients without an answer").isZero();
      load.verify(server);
      server.kill9();
      try (ServerProcess next = ServerProcess.serve(data)) {
        load.verify(next);
      }
    }
  }

  @Test
  void aSecondProcessIsRefusedAndTheFirstServesOn() throws IOException {
    try (ServerProcess first = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(first.restPort())) {
      rest.create("c", 2, "Euclidean", 1);
      try (ServerProcess second = ServerProcess.launch(data)) {
        assertThat(second.exit(Duration.ofSeconds(60)).status()).isEqualTo(1);
        assertThat(second.log())
            .singleElement()
            .asString()
            .startsWith("quiver: ")
            .contains(data.toString())
            .contains("in use by another process");
      }
      rest.ok("GET", "/collections/c");
    }
  }

  @Test
  void aPortInUseIsToldInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (String flag : new String[] {"--rest-port", "--grpc-port", "--metrics-port"}) {
        try (ServerProcess server = ServerProcess.launch(data, flag + "=" + taken.getLocalPort())) {
          assertThat(server.exit(Duration.ofSeconds(60)).status()).isEqualTo(1);
          assertThat(server.log())
              .singleElement()
              .asString()
              .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
              .contains(flag);
        }
      }
    }
  }
}

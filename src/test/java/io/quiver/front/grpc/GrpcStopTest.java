package io.quiver.front.grpc;

import static io.quiver.front.grpc.GrpcFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.testkit.RawHttp2;
import io.quiver.testkit.RawHttp2.Frame;
import io.vertx.core.Future;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stop takes no more calls, answers those in flight, and closes only then. */
class GrpcStopTest {
  private static final String INSERT = "/vectordb.v1.VectorDb/Insert";
  private static final String UNAVAILABLE = "14";
  private static final String UNIMPLEMENTED = "12";
  private static final int WRITERS = 12;

  private GrpcFixture server;

  @BeforeEach
  void start() {
    server = new GrpcFixture();
    server.createCollection("c", 1);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whatWasTakenIsAnsweredWhatComesLaterIsRefusedAndOnlyThenTheConnectionCloses()
      throws IOException {
    try (RawHttp2 caller = new RawHttp2(server.port())) {
      server.node.holdAnswers();
      int whole = caller.call(INSERT, row("whole"));
      int begun = caller.begin(INSERT);
      awaitHeld(1);
      Future<Void> stopped = server.undeploy();
      awaitRefusal(caller);
      int late = caller.call(INSERT, row("late"));
      assertThat(caller.answer(late).status()).contains(UNAVAILABLE);
      caller.finish(begun, row("begun"));
      awaitHeld(2);
      assertThat(stopped.isComplete()).as("the stop waits").isFalse();
      server.node.releaseAnswers();
      assertThat(endsBeforeTheFarewell(caller))
          .containsExactlyInAnyOrderEntriesOf(Map.of(whole, "0", begun, "0"));
      await(stopped);
      assertThat(server.node.rows("c")).containsExactlyInAnyOrder("whole", "begun");
      assertThatThrownBy(() -> new RawHttp2(server.port())).isInstanceOf(ConnectException.class);
    }
  }

  /** Calls of no service, which no node is asked for, are told so until the stop begins. */
  private static void awaitRefusal(RawHttp2 caller) throws IOException {
    Optional<String> status = Optional.of(UNIMPLEMENTED);
    while (status.equals(Optional.of(UNIMPLEMENTED))) {
      status = caller.answer(caller.call("/no.Service/Call", new byte[0])).status();
    }
    assertThat(status).contains(UNAVAILABLE);
  }

  /** Nobody asks how long they would like to go on. */
  @Test
  void whoOnlyListensDoesNotHoldTheStopUp() throws IOException {
    byte[] known = HealthCheckRequest.getDefaultInstance().toByteArray();
    byte[] unknown = HealthCheckRequest.newBuilder().setService("no").build().toByteArray();
    byte[] question =
        ServerReflectionRequest.newBuilder().setListServices("").build().toByteArray();
    String reflect = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    try (RawHttp2 caller = new RawHttp2(server.port())) {
      List<Integer> open = new ArrayList<>();
      for (byte[] watched : List.of(known, unknown)) {
        open.add(caller.begin("/grpc.health.v1.Health/Watch"));
        caller.message(open.getLast(), watched);
        awaitData(caller, open.getLast());
      }
      open.add(caller.begin(reflect));
      caller.message(open.getLast(), question);
      awaitData(caller, open.getLast());
      long start = System.nanoTime();
      await(server.undeploy());
      assertThat((System.nanoTime() - start) / 1_000_000).as("milliseconds").isLessThan(5_000);
    }
  }

  /**
   * Twelve writers, each with four rows under way, while the server stops: each hears the truth.
   */
  @Test
  void everyWriterHearsWhatBecameOfItsRow() throws InterruptedException {
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      String writer = "w" + i;
      writers.add(
          Thread.ofVirtual()
              .uncaughtExceptionHandler((thread, error) -> failures.add(error))
              .start(() -> writeUntilTheEnd(writer, acknowledged)));
    }
    while (acknowledged.size() < 200) {
      assertThat(failures).isEmpty();
      Thread.onSpinWait();
    }
    await(server.undeploy());
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(failures).isEmpty();
    assertThat(server.node.rows("c")).containsExactlyInAnyOrderElementsOf(acknowledged);
  }

  /** Always four rows under way, until the connection takes no more; then what it still has. */
  private void writeUntilTheEnd(String writer, Set<String> acknowledged) {
    Map<Integer, String> underWay = new HashMap<>();
    try (RawHttp2 caller = new RawHttp2(server.port())) {
      Optional<Frame> frame = Optional.empty();
      for (int i = 0; i < 4 || frame.isPresent(); i++) {
        String id = writer + "-" + i;
        if (!caller.tryCall(INSERT, row(id), stream -> underWay.put(stream, id)) || i >= 3) {
          frame = nextEnd(caller, underWay, acknowledged);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Frame> nextEnd(
      RawHttp2 caller, Map<Integer, String> underWay, Set<String> acknowledged) throws IOException {
    Optional<Frame> frame = caller.next();
    while (frame.isPresent() && !frame.get().isLast()) {
      frame = caller.next();
    }
    frame.ifPresent(end -> {
      String id = underWay.remove(end.stream());
      if (end.headers().get("grpc-status").equals("0")) {
        acknowledged.add(id);
      }
    });
    return frame;
  }

  /** Status by stream, up to the farewell, behind which nothing comes but the end. */
  private static Map<Integer, String> endsBeforeTheFarewell(RawHttp2 caller) throws IOException {
    Map<Integer, String> ends = new TreeMap<>();
    Frame frame = caller.next().orElseThrow();
    while (frame.type() != RawHttp2.GOAWAY) {
      if (frame.isLast()) {
        ends.put(frame.stream(), frame.headers().get("grpc-status"));
      }
      frame = caller.next().orElseThrow();
    }
    assertThat(caller.next()).isEmpty();
    return ends;
  }

  private static void awaitData(RawHttp2 caller, int stream) throws IOException {
    Frame frame = caller.next().orElseThrow();
    while (frame.stream() != stream || frame.type() != RawHttp2.DATA) {
      frame = caller.next().orElseThrow();
    }
  }

  private void awaitHeld(int answers) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (server.node.heldAnswers() < answers) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static byte[] row(String id) {
    return InsertRequest.newBuilder()
        .setCollectionName("c")
        .setVector(Vector.newBuilder().setId(id).addData(1))
        .build()
        .toByteArray();
  }
}

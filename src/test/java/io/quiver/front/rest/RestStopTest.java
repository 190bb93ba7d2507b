package io.quiver.front.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.ops.EdgeLoad;
import io.quiver.testkit.FakeNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** A stop takes no more requests and finishes those in flight. */
class RestStopTest {
  private static final long DEADLINE_MILLIS = 700;

  @Test
  void whatIsInFlightIsAnsweredAndIdleConnectionsDoNotHoldTheStopUp() throws IOException {
    Vertx vertx = Vertx.vertx();
    FakeNode node = new FakeNode(vertx);
    RestServer server = RestServer.before(vertx, node, RestOptions.of("127.0.0.1", 0));
    server.post("/collections", "{\"name\":\"c\",\"dimension\":2,\"distance_metric\":\"Cosine\"}");
    try (Socket idle = server.connect();
        Socket waiting = server.connect()) {
      idle.getOutputStream().write(request("GET /health/live", ""));
      assertThat(RestServer.read(idle.getInputStream()).status()).isEqualTo(200);
      waiting.getOutputStream().write(request("GET /health/live", ""));
      assertThat(RestServer.read(waiting.getInputStream()).status()).isEqualTo(200);
      node.fallSilent();
      awaitRoom(vertx, true); // What the answers before took is given back after they are read.
      String search = "{\"vector\":[1,2],\"deadline_ms\":" + DEADLINE_MILLIS + "}";
      waiting.getOutputStream().write(request("POST /collections/c/search", search));
      awaitRoom(vertx, false);
      Future<Void> stopped = vertx.undeploy(vertx.deploymentIDs().iterator().next());
      assertThat(RestServer.read(waiting.getInputStream()).status()).isEqualTo(504);
      long start = System.nanoTime();
      RestServer.await(stopped);
      assertThat((System.nanoTime() - start) / 1_000_000).as("milliseconds").isLessThan(3_000);
      assertThatThrownBy(() -> server.get("/health/live")).isInstanceOf(Exception.class);
    } finally {
      server.close();
    }
  }

  /** Bytes are in flight from when a request's head is read until its answer is written. */
  private static void awaitRoom(Vertx vertx, boolean isAllFree) {
    EdgeLoad load = EdgeLoad.loads(vertx).values().iterator().next();
    long max = RestOptions.of("127.0.0.1", 0).bytesInFlightMax();
    long giveUpNanos = System.nanoTime() + DEADLINE_MILLIS * 1_000_000;
    while (load.hasRoom(max) != isAllFree) {
      assertThat(System.nanoTime()).as("answered too early").isLessThan(giveUpNanos);
      Thread.onSpinWait();
    }
  }

  private static byte[] request(String line, String body) {
    String head = line + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    return (head + "Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(US_ASCII);
  }
}

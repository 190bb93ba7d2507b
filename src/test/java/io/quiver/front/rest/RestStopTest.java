package io.quiver.front.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.testkit.FakeNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** A stop takes no more requests and finishes those in flight. */
class RestStopTest {
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
      node.holdAnswers();
      waiting.getOutputStream().write(request("POST /collections/c/search", "{\"vector\":[1,2]}"));
      awaitHeld(node);
      Future<Void> stopped = vertx.undeploy(vertx.deploymentIDs().iterator().next());
      assertThat(idle.getInputStream().read()).as("the idle one is closed").isEqualTo(-1);
      assertThat(stopped.isComplete()).as("the stop waits").isFalse();
      node.releaseAnswers();
      assertThat(RestServer.read(waiting.getInputStream()).status()).isEqualTo(200);
      RestServer.await(stopped);
      assertThatThrownBy(() -> server.get("/health/live")).isInstanceOf(Exception.class);
    } finally {
      server.close();
    }
  }

  private static void awaitHeld(FakeNode node) {
    long endNanos = System.nanoTime() + 20_000_000_000L;
    while (node.heldAnswers() == 0) {
      assertThat(System.nanoTime()).as("in time").isLessThan(endNanos);
      Thread.onSpinWait();
    }
  }

  private static byte[] request(String line, String body) {
    String head = line + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    return (head + "Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(US_ASCII);
  }
}

package io.quiver.front.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Ticket;
import io.quiver.testkit.FakeNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While a collection is flooded, its searches are refused before anybody reads them. */
class TurnedAwayTest {
  private static final String BODY = "{\"vector\":[1,2]}";

  private static Vertx vertx;
  private static FakeNode node;
  private static RestServer server;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    node = new FakeNode(vertx);
    server = RestServer.before(vertx, node, RestOptions.of("127.0.0.1", 0));
    server.post("/collections", "{\"name\":\"c\",\"dimension\":2,\"distance_metric\":\"Cosine\"}");
    server.post("/collections", "{\"name\":\"d\",\"dimension\":2,\"distance_metric\":\"Cosine\"}");
  }

  @AfterEach
  void heal() {
    node.setFlooded("c", false);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The body of the search is never sent as long as there is no answer. */
  @ParameterizedTest
  @ValueSource(strings = {"search", "search/batch", "points/search/batch"})
  void aSearchIsAnsweredBeforeItsBodyCame(String operation) throws IOException {
    node.setFlooded("c", true);
    Ticket before = node.lastTicket();
    try (Socket socket = server.connect()) {
      socket.getOutputStream().write(head("POST", "/collections/c/" + operation, BODY.length()));
      RestServer.Reply refused = RestServer.read(socket.getInputStream());
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.headers().get("retry-after")).isEqualTo("1");
      assertThat(refused.body()).contains("\"code\":\"OVERLOADED\"");
      assertThat(node.lastTicket()).as("the node was not asked").isSameAs(before);
      // What was refused may still come, and then the connection is as good as new.
      socket.getOutputStream().write(BODY.getBytes(US_ASCII));
      assertThat(search(socket, "d")).as("of another collection").isEqualTo(200);
      assertThat(ask(socket, "GET", "/collections/c/vectors/a", "")).as("a read").isEqualTo(404);
      node.setFlooded("c", false);
      assertThat(search(socket, "c")).as("when it is over").isEqualTo(200);
    }
  }

  private static int search(Socket socket, String collection) throws IOException {
    return ask(socket, "POST", "/collections/" + collection + "/search", BODY);
  }

  private static int ask(Socket socket, String method, String path, String body)
      throws IOException {
    socket.getOutputStream().write(head(method, path, body.length()));
    socket.getOutputStream().write(body.getBytes(US_ASCII));
    return RestServer.read(socket.getInputStream()).status();
  }

  private static byte[] head(String method, String path, int bodyBytes) {
    return "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        .formatted(method, path, bodyBytes)
        .getBytes(US_ASCII);
  }
}

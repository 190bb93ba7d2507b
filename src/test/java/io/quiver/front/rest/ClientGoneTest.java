package io.quiver.front.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Ticket;
import io.quiver.testkit.FakeNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** When the client of a request goes away, its ticket says so to whoever works on it. */
class ClientGoneTest {
  private static final String SEARCH = "{\"vector\":[1,2]}";
  private static final String LINE = "POST /collections/c/search HTTP/1.1\r\n";
  private static final String HEAD = LINE + "Host: localhost\r\nContent-Type: application/json\r\n";

  private static Vertx vertx;
  private static FakeNode node;
  private static RestServer server;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    node = new FakeNode(vertx);
    server = RestServer.before(vertx, node, RestOptions.of("127.0.0.1", 0));
    server.post("/collections", "{\"name\":\"c\",\"dimension\":2,\"distance_metric\":\"Cosine\"}");
  }

  @AfterEach
  void heal() {
    node.heal();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aClosedConnectionGivesItsSearchUp() throws IOException {
    Ticket before = node.lastTicket();
    node.fallSilent();
    Ticket ticket;
    try (Socket socket = server.connect()) {
      socket.getOutputStream().write(search());
      ticket = ticketAfter(before);
      assertThat(ticket.isCancelled()).isFalse();
    }
    awaitCancelled(ticket);
  }

  /** It said that it will send no more, and so nobody can tell it from one that is gone. */
  @Test
  void aConnectionThatTheClientHalfClosedGivesItsSearchUp() throws IOException {
    Ticket before = node.lastTicket();
    node.fallSilent();
    try (Socket socket = server.connect()) {
      socket.getOutputStream().write(search());
      Ticket ticket = ticketAfter(before);
      socket.shutdownOutput();
      awaitCancelled(ticket);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aStreamThatIsResetGivesItsSearchUpAndTheConnectionStays() {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    Ticket before = node.lastTicket();
    node.fallSilent();
    HttpClientRequest request = RestServer.await(request(client));
    request.send(SEARCH).otherwiseEmpty();
    Ticket ticket = ticketAfter(before);
    RestServer.await(request.reset(8).otherwiseEmpty());
    awaitCancelled(ticket);
    node.heal();
    HttpClientRequest next = RestServer.await(request(client));
    assertThat(next.connection()).isSameAs(request.connection());
    assertThat(RestServer.await(next.send(SEARCH)).statusCode()).isEqualTo(200);
    RestServer.await(client.close());
  }

  @Test
  void anAnsweredRequestWasNotGivenUp() throws IOException {
    try (Socket socket = server.connect()) {
      for (int i = 0; i < 3; i++) {
        Ticket before = node.lastTicket();
        socket.getOutputStream().write(search());
        assertThat(RestServer.read(socket.getInputStream()).status()).isEqualTo(200);
        assertThat(ticketAfter(before).isCancelled()).isFalse();
      }
    }
  }

  private static io.vertx.core.Future<HttpClientRequest> request(HttpClient client) {
    return client
        .request(HttpMethod.POST, server.port(), "127.0.0.1", "/collections/c/search")
        .map(request -> request.putHeader("Content-Type", "application/json"));
  }

  private static byte[] search() {
    return (HEAD + "Content-Length: " + SEARCH.length() + "\r\n\r\n" + SEARCH).getBytes(US_ASCII);
  }

  private static Ticket ticketAfter(Ticket before) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (node.lastTicket() == before && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(node.lastTicket()).isNotSameAs(before);
    return node.lastTicket();
  }

  private static void awaitCancelled(Ticket ticket) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!ticket.isCancelled() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(ticket.isCancelled()).as("given up").isTrue();
  }
}

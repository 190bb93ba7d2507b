package io.quiver.front.grpc;

import static io.quiver.front.grpc.GrpcFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Ticket;
import io.quiver.front.grpc.GrpcFixture.Outcome;
import io.quiver.front.grpc.v1.CollectionConfig;
import io.quiver.front.grpc.v1.CreateCollectionRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** When the caller of an rpc goes away or its deadline passes, the ticket of the call says so. */
class CallerGoneTest {
  private static final String QUERY = "/vectordb.v1.VectorDb/Query";

  private static GrpcFixture server;

  @BeforeAll
  static void start() {
    server = new GrpcFixture();
    Outcome created =
        server.call(
            "CreateCollection",
            CreateCollectionRequest.newBuilder()
                .setConfig(CollectionConfig.newBuilder().setName("c").setDimension(1))
                .build());
    assertThat(created.status()).isZero();
  }

  @AfterEach
  void heal() {
    server.node.heal();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aResetCallGivesItsSearchUp() {
    Ticket before = server.node.lastTicket();
    server.node.fallSilent();
    HttpClientRequest call = await(server.request(QUERY, Map.of()));
    call.end(query());
    Ticket ticket = ticketAfter(before);
    assertThat(ticket.isCancelled()).isFalse();
    await(call.reset(8).mapEmpty());
    awaitCancelled(ticket);
  }

  @Test
  void aClosedConnectionGivesItsCallsUp() {
    Ticket before = server.node.lastTicket();
    server.node.fallSilent();
    HttpClientRequest call = await(server.request(QUERY, Map.of()));
    call.end(query());
    Ticket ticket = ticketAfter(before);
    await(call.connection().close());
    awaitCancelled(ticket);
  }

  /** On a busy machine it may pass before the node was asked; then the next one is longer. */
  @Test
  void aDeadlineThatPassesGivesTheSearchUp() {
    Ticket before = server.node.lastTicket();
    server.node.fallSilent();
    for (int millis = 50; server.node.lastTicket() == before && millis < 10_000; millis *= 4) {
      Outcome outcome = server.send(QUERY, Map.of("grpc-timeout", millis + "m"), query());
      assertThat(outcome.status()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
    }
    awaitCancelled(ticketAfter(before));
  }

  @Test
  void anAnsweredCallWasNotGivenUp() {
    Ticket before = server.node.lastTicket();
    assertThat(server.send(QUERY, Map.of(), query()).status()).isZero();
    assertThat(ticketAfter(before).isCancelled()).isFalse();
  }

  private static Buffer query() {
    QueryRequest query = QueryRequest.newBuilder().setCollectionName("c").addQueryVector(1).build();
    return GrpcFixture.frame(0, query.toByteArray());
  }

  private static Ticket ticketAfter(Ticket before) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (server.node.lastTicket() == before && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(server.node.lastTicket()).isNotSameAs(before);
    return server.node.lastTicket();
  }

  private static void awaitCancelled(Ticket ticket) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!ticket.isCancelled() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(ticket.isCancelled()).as("given up").isTrue();
  }
}

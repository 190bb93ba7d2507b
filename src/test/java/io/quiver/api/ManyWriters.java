package io.quiver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.testkit.ServerProcess;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.InvalidStatusException;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writers over REST and as many over gRPC, each inserting one row after the other into the
 * collection "c" until its server is gone; and what each heard of each row.
 */
final class ManyWriters implements AutoCloseable {
  /** What a writer heard. */
  enum Heard {
    ACKNOWLEDGED,
    REFUSED,
    NOTHING
  }

  private final Vertx vertx = Vertx.vertx();
  private final RestCaller rest;
  private final List<VectorDbGrpcClient> channels = new ArrayList<>();
  private final Map<String, Map<Heard, Set<String>>> heard = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /** Sends one row. */
  @FunctionalInterface
  private interface Insert {
    Heard insert(String id) throws InterruptedException;
  }

  ManyWriters(ServerProcess server, int ofEach) {
    rest = new RestCaller(server.restPort());
    for (int i = 0; i < 4; i++) {
      channels.add(
          VectorDbGrpcClient.create(
              GrpcClient.client(vertx),
              SocketAddress.inetSocketAddress(server.grpcPort(), "127.0.0.1")));
    }
    for (String over : List.of("rest", "grpc")) {
      Map<Heard, Set<String>> sets = new EnumMap<>(Heard.class);
      for (Heard each : Heard.values()) {
        sets.put(each, ConcurrentHashMap.newKeySet());
      }
      heard.put(over, sets);
    }
    for (int i = 0; i < ofEach; i++) {
      VectorDbGrpcClient channel = channels.get(i % channels.size());
      start("rest", i, this::overRest);
      start("grpc", i, id -> overGrpc(channel, id));
    }
  }

  /** Rows of which the writers over this interface heard this. */
  Set<String> rows(String over, Heard what) {
    return heard.get(over).get(what);
  }

  /** Returns when all writers have found their server gone. */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(60_000);
      if (thread.isAlive()) {
        throw new AssertionError("a writer does not end");
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("a writer failed", failures.peek());
    }
  }

  private void start(String over, int writer, Insert insert) {
    threads.add(
        Thread.ofVirtual()
            .start(() -> {
              try {
                Heard last = Heard.ACKNOWLEDGED;
                for (int i = 0; last != Heard.NOTHING; i++) {
                  String id = over + "-" + writer + "-" + i;
                  last = insert.insert(id);
                  rows(over, last).add(id);
                }
              } catch (InterruptedException | RuntimeException | Error e) {
                failures.add(e);
              }
            }));
  }

  private Heard overRest(String id) {
    ObjectNode row = RestCaller.object().put("id", id);
    row.set("data", RestCaller.numbers(new float[] {1, 2}));
    try {
      int status = rest.call("POST", "/collections/c/vectors", row).status();
      return switch (status) {
        case 200 -> Heard.ACKNOWLEDGED;
        case 503, 429 -> Heard.REFUSED;
        default -> throw new AssertionError("status " + status);
      };
    } catch (IOException gone) {
      return Heard.NOTHING;
    }
  }

  private static Heard overGrpc(VectorDbGrpcClient channel, String id) throws InterruptedException {
    InsertRequest insert =
        InsertRequest.newBuilder()
            .setCollectionName("c")
            .setVector(Vector.newBuilder().setId(id).addData(1).addData(2))
            .build();
    try {
      boolean done =
          channel
              .insert(insert)
              .toCompletionStage()
              .toCompletableFuture()
              .get(60, TimeUnit.SECONDS)
              .getSuccess();
      if (!done) {
        throw new AssertionError("OK without success");
      }
      return Heard.ACKNOWLEDGED;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InvalidStatusException told) {
        GrpcStatus status = told.actualStatus();
        if (status == GrpcStatus.UNAVAILABLE || status == GrpcStatus.RESOURCE_EXHAUSTED) {
          return Heard.REFUSED;
        }
        throw new AssertionError("status " + status);
      }
      return Heard.NOTHING;
    } catch (TimeoutException e) {
      throw new AssertionError("no answer, and no end", e);
    }
  }

  @Override
  public void close() {
    rest.close();
    vertx.close();
  }
}

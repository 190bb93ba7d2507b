package io.quiver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.front.grpc.v1.InsertRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.testkit.RawHttp2;
import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

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

  private static final String INSERT = "/vectordb.v1.VectorDb/Insert";
  private static final String UNAVAILABLE = "14";
  private static final String RESOURCE_EXHAUSTED = "8";

  private final RestCaller rest;
  private final Map<String, Map<Heard, Set<String>>> heard = new ConcurrentHashMap<>();
  private final List<RawHttp2> connections = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /** Sends one row. */
  @FunctionalInterface
  private interface Insert {
    Heard insert(String id) throws InterruptedException;
  }

  ManyWriters(ServerProcess server, int ofEach) throws IOException {
    rest = new RestCaller(server.restPort());
    for (String over : List.of("rest", "grpc")) {
      Map<Heard, Set<String>> sets = new EnumMap<>(Heard.class);
      for (Heard each : Heard.values()) {
        sets.put(each, ConcurrentHashMap.newKeySet());
      }
      heard.put(over, sets);
    }
    for (int i = 0; i < ofEach; i++) {
      start("rest", i, this::overRest);
      RawHttp2 connection = new RawHttp2(server.grpcPort());
      connections.add(connection);
      start("grpc", i, id -> overGrpc(connection, id));
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

  /** Frame by frame: Vert.x' client takes an answer that comes after a farewell for lost. */
  private static Heard overGrpc(RawHttp2 connection, String id) {
    InsertRequest insert =
        InsertRequest.newBuilder()
            .setCollectionName("c")
            .setVector(Vector.newBuilder().setId(id).addData(1).addData(2))
            .build();
    try {
      Optional<String> status =
          connection.answer(connection.call(INSERT, insert.toByteArray())).status();
      if (status.isEmpty()) {
        return Heard.NOTHING;
      }
      return switch (status.get()) {
        case "0" -> Heard.ACKNOWLEDGED;
        case UNAVAILABLE, RESOURCE_EXHAUSTED -> Heard.REFUSED;
        default -> throw new AssertionError("status " + status);
      };
    } catch (SocketException gone) {
      return Heard.NOTHING;
    } catch (IOException e) {
      throw new AssertionError("no answer, and no end", e);
    }
  }

  @Override
  public void close() throws IOException {
    rest.close();
    for (RawHttp2 connection : connections) {
      connection.close();
    }
  }
}

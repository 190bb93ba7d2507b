package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.testkit.ServerProcess;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.InvalidStatusException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Four clients, two over REST and two over gRPC, that insert batches of new rows whatever the
 * server answers, and what they know of each batch: done, refused, or unknown.
 */
final class Inserts implements AutoCloseable {
  static final String COLLECTION = "rows";
  private static final int DIMENSION = 1_024;

  /**
   * Between two batches of a client: refusals are quick and would take the processor, and a fast
   * machine would fill a disk again that was made larger before the server has looked at it.
   */
  private static final long PAUSE_NANOS = 20_000_000;

  private static final int BATCH_ROWS = 10;
  private static final int CLIENTS = 4;

  private enum Fate {
    DONE,
    REFUSED,
    UNKNOWN
  }

  private final Map<String, Fate> batches = new ConcurrentHashMap<>();
  private final Map<String, Long> answers = new ConcurrentSkipListMap<>();
  private final ConcurrentLinkedDeque<String> acknowledged = new ConcurrentLinkedDeque<>();
  private final AtomicLong numbers = new AtomicLong();
  private final Vertx vertx = Vertx.vertx();
  private final GrpcClient grpc = GrpcClient.client(vertx);
  private List<Thread> threads = List.of();
  private volatile boolean stopped;

  static void prepare(RestCaller rest) throws IOException {
    rest.create(COLLECTION, DIMENSION, "Euclidean", 1);
  }

  void start(ServerProcess server) {
    stopped = false;
    threads = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      boolean isRest = client % 2 == 0;
      Thread thread =
          Thread.ofPlatform()
              .name("insert-" + client)
              .start(() -> {
                if (isRest) {
                  overRest(server.restPort());
                } else {
                  overGrpc(server.grpcPort());
                }
              });
      threads.add(thread);
    }
  }

  /** Returns when every request was answered. */
  void stop() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join(90_000);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      assertThat(thread.isAlive()).as("%s ended", thread.getName()).isFalse();
    }
  }

  long done() {
    return batches.values().stream().filter(fate -> fate == Fate.DONE).count();
  }

  /** How often each answer came: {@code 507 STORAGE_FULL disk_full}, … */
  Map<String, Long> answers() {
    return new TreeMap<>(answers);
  }

  private void overRest(int port) {
    try (RestCaller rest = new RestCaller(port)) {
      while (!stopped) {
        String batch = next();
        try {
          RestCaller.Reply reply =
              rest.call("POST", "/collections/" + COLLECTION + "/vectors/batch", json(batch));
          JsonNode details = reply.body().path("details");
          String code = reply.body().path("code").asText("");
          settle(
              batch,
              reply.status() == 200,
              details.path("outcome").asText(),
              (reply.status() + " " + code + " " + details.path("reason").asText()).strip());
        } catch (IOException e) {
          settle(batch, false, "unknown", "no answer over REST");
        }
      }
    }
  }

  private void overGrpc(int port) {
    VectorDbGrpcClient client =
        VectorDbGrpcClient.create(grpc, SocketAddress.inetSocketAddress(port, "127.0.0.1"));
    while (!stopped) {
      String batch = next();
      BatchInsertRequest.Builder request =
          BatchInsertRequest.newBuilder().setCollectionName(COLLECTION);
      for (String id : ids(batch)) {
        Vector.Builder vector = Vector.newBuilder().setId(id);
        for (float component : vector(id)) {
          vector.addData(component);
        }
        request.addVectors(vector);
      }
      try {
        client
            .batchInsert(request.build())
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
        settle(batch, true, "", "OK");
      } catch (ExecutionException e) {
        boolean isAnswer = e.getCause() instanceof InvalidStatusException;
        String status =
            isAnswer ? ((InvalidStatusException) e.getCause()).actualStatus().name() : "no answer";
        // The trailer with the outcome is not handed out by this client.
        boolean isSettled = status.equals("RESOURCE_EXHAUSTED");
        settle(batch, false, isSettled ? "" : "unknown", status);
      } catch (TimeoutException e) {
        settle(batch, false, "unknown", "no answer over gRPC");
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private String next() {
    return "b" + numbers.incrementAndGet();
  }

  private void settle(String batch, boolean isDone, String outcome, String answer) {
    Fate refused = outcome.equals("unknown") ? Fate.UNKNOWN : Fate.REFUSED;
    batches.put(batch, isDone ? Fate.DONE : refused);
    if (isDone) {
      acknowledged.add(batch);
    }
    answers.merge(answer, 1L, Long::sum);
    LockSupport.parkNanos(PAUSE_NANOS);
  }

  /**
   * The last batch of each client that was acknowledged may be there or not: they may have been in
   * one sync.
   */
  void doubtLast() {
    for (int client = 0; client < CLIENTS && !acknowledged.isEmpty(); client++) {
      batches.put(acknowledged.removeLast(), Fate.UNKNOWN);
    }
  }

  /**
   * What was done is there, what was refused is not, a batch as a whole, each row with its own
   * vector. Of each batch the first and last row are read; the count tells of the others.
   */
  void verify(RestCaller rest) throws IOException {
    long found = 0;
    SplittableRandom random = new SplittableRandom(batches.size());
    for (Map.Entry<String, Fate> batch : batches.entrySet()) {
      boolean isDone = batch.getValue() == Fate.DONE;
      if (batch.getValue() == Fate.REFUSED && random.nextInt(20) > 0) {
        continue; // There may be very many; the count tells of them, too.
      }
      List<String> ids = ids(batch.getKey());
      boolean isThere = has(rest, ids.getLast(), isDone && random.nextInt(10) == 0);
      assertThat(has(rest, ids.getFirst(), false)).as("%s as a whole", batch).isEqualTo(isThere);
      if (batch.getValue() != Fate.UNKNOWN) {
        assertThat(isThere).as("%s is there", batch).isEqualTo(isDone);
      }
      found += isThere ? BATCH_ROWS : 0;
    }
    assertThat(rest.count(COLLECTION)).as("rows that somebody sent").isEqualTo(found);
  }

  /** Some rows of batches that were done, read by id and by search. */
  void verifyReads(RestCaller rest) throws IOException {
    List<String> done =
        batches.entrySet().stream()
            .filter(batch -> batch.getValue() == Fate.DONE)
            .map(Map.Entry::getKey)
            .limit(20)
            .toList();
    assertThat(done).isNotEmpty();
    for (String batch : done) {
      assertThat(has(rest, ids(batch).getFirst(), true)).isTrue();
    }
  }

  private static boolean has(RestCaller rest, String id, boolean thorough) throws IOException {
    RestCaller.Reply reply = rest.call("GET", "/collections/" + COLLECTION + "/vectors/" + id);
    assertThat(reply.status()).as("%s", reply).isIn(200, 404);
    if (reply.status() == 200) {
      assertThat(RestCaller.floats(reply.data().path("data"))).containsExactly(vector(id));
      if (thorough) {
        ObjectNode more = RestCaller.object().put("limit", 1).put("exact", true);
        JsonNode hits = rest.search(COLLECTION, vector(id), more);
        assertThat(hits.path(0).path("id").asText()).isEqualTo(id);
      }
    }
    return reply.status() == 200;
  }

  private static List<String> ids(String batch) {
    List<String> ids = new ArrayList<>(BATCH_ROWS);
    for (int row = 0; row < BATCH_ROWS; row++) {
      ids.add(batch + "-" + row);
    }
    return ids;
  }

  private static float[] vector(String id) {
    SplittableRandom random = new SplittableRandom(id.hashCode());
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = random.nextInt(1 << 20) / (float) (1 << 20);
    }
    return vector;
  }

  private static ObjectNode json(String batch) {
    ObjectNode body = RestCaller.object();
    ArrayNode vectors = body.putArray("vectors");
    for (String id : ids(batch)) {
      vectors.addObject().put("id", id).set("data", RestCaller.numbers(vector(id)));
    }
    return body;
  }

  @Override
  public void close() {
    stopped = true;
    vertx.close();
  }
}

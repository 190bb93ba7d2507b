package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody shortens the files of a collection while they are searched. Touching what is gone is a
 * SIGBUS, of which a JVM dies unless every access is one that it knows how to survive.
 */
class ShortenedFilesIT {
  private static final long SEED = 4_711;
  private static final int ROWS = 1_300;
  private static final int DIMENSION = 40;
  private static final List<String> FILES =
      List.of("vectors.bin", "ordinals.bin", "payload.bin", "ids.bin", "index.bin");
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final float[][] rows = new float[ROWS][DIMENSION];

  /** How much of a file is left. */
  private enum Cut {
    EMPTY,
    HALF,
    ODD,
    FIRST_PAGE;

    long length(long size) {
      return switch (this) {
        case EMPTY -> 0;
        case HALF -> size / 2 / 4096 * 4096;
        case ODD -> size / 2 / 4096 * 4096 + 1_001;
        case FIRST_PAGE -> Math.min(4096, size / 2);
      };
    }
  }

  @Test
  void filesShortenedWhileTheyAreSearchedAreAnErrorAndNeverTheEndOfTheProcess() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    for (float[] row : rows) {
      for (int i = 0; i < DIMENSION; i++) {
        row[i] = (float) random.nextDouble(-1, 1);
      }
    }
    Path data = folder.resolve("data");
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      fill(rest, "whole");
      for (String file : FILES) {
        for (Cut cut : Cut.values()) {
          fill(rest, name(file, cut));
        }
      }
      for (Cut cut : Cut.values()) {
        awaitGraph(rest, name("index.bin", cut));
      }
      assertThat(server.terminate().status()).as("%s", server.log()).isZero();
    }
    List<String> aside = new ArrayList<>();
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort());
        Searches whole = new Searches(rest, "whole", false)) {
      whole.answered(50);
      for (Cut cut : Cut.values()) {
        for (String file : FILES) {
          String name = name(file, cut);
          shorten(server, rest, name, data.resolve(name).resolve("0").resolve(file), cut);
          if (!file.equals("index.bin")) {
            aside.add(name);
          }
        }
      }
      whole.answered(50);
      assertThat(whole.failure.get()).isNull();
      String health = rest.call("GET", "/health/check").body().toString();
      assertThat(aside).allSatisfy(name -> assertThat(health).contains("collection " + name));
      assertThat(server.isAlive()).as("%s", server.log()).isTrue();
      assertThat(server.terminate().status()).as("%s", server.log()).isZero();
    }
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      assertThat(first(rest, "whole", 7)).isEqualTo("7");
      for (Cut cut : Cut.values()) {
        assertThat(first(rest, name("index.bin", cut), 7)).isEqualTo("7");
      }
      for (String name : aside) {
        assertThat(search(rest, name, 7).status()).as(name).isEqualTo(500);
      }
    }
  }

  private void shorten(ServerProcess server, RestCaller rest, String name, Path file, Cut cut)
      throws Exception {
    boolean isDerived = file.endsWith("index.bin");
    try (Searches searches = new Searches(rest, name, !isDerived)) {
      searches.answered(20);
      try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
        open.truncate(cut.length(Files.size(file)));
      }
      long end = System.nanoTime() + SETTLED_WITHIN.toNanos();
      while (isDerived
          ? !String.join("\n", server.log()).contains("anew: " + file)
          : !searches.isAside()) {
        assertThat(server.isAlive()).as("%s of %s: %s", cut, file, server.log()).isTrue();
        assertThat(System.nanoTime() - end).as("%s of %s", cut, file).isNegative();
        searches.answered(1);
      }
      searches.answered(20);
      assertThat(searches.failure.get()).as("%s of %s", cut, file).isNull();
      if (!isDerived) {
        assertThat(searches.told.get())
            .contains(file.toString(), "is damaged at offset ", "expected ", "found ");
        assertThat(String.join("\n", server.log())).contains(file + " is damaged at offset ");
      }
    }
  }

  private static String name(String file, Cut cut) {
    return file.replace(".bin", "") + "-" + cut;
  }

  private void fill(RestCaller rest, String name) throws IOException {
    rest.create(name, DIMENSION, "Euclidean", 1);
    ObjectNode body = RestCaller.object();
    ArrayNode vectors = body.putArray("vectors");
    for (int i = 0; i < ROWS; i++) {
      ObjectNode row = vectors.addObject().put("id", Integer.toString(i));
      row.set("data", RestCaller.numbers(rows[i]));
      row.putObject("metadata").put("n", i);
    }
    rest.ok("POST", "/collections/" + name + "/vectors/batch", body);
  }

  private static void awaitGraph(RestCaller rest, String name) throws IOException {
    String path = "/collections/" + name + "/stats?detail=true";
    while (rest.ok("GET", path).path("unindexed_rows").asInt(-1) != 0) {
      Thread.onSpinWait();
    }
  }

  private RestCaller.Reply search(RestCaller rest, String name, int row) throws IOException {
    // So many that a row finds itself in whichever graph the threads made, but not all of them.
    ObjectNode body = RestCaller.object().put("limit", 3).put("ef_search", 80);
    body.set("vector", RestCaller.numbers(rows[row]));
    return rest.call("POST", "/collections/" + name + "/search", body);
  }

  private String first(RestCaller rest, String name, int row) throws IOException {
    RestCaller.Reply reply = search(rest, name, row);
    assertThat(reply.status()).as("%s", reply).isEqualTo(200);
    return reply.data().path(0).path("id").asText();
  }

  /** Two clients that search one collection for its own rows until they are closed. */
  private final class Searches implements AutoCloseable {
    final AtomicReference<Throwable> failure = new AtomicReference<>();
    final AtomicReference<String> told = new AtomicReference<>("");
    private final RestCaller rest;
    private final String name;
    private final boolean mayFail;
    private final AtomicInteger answers = new AtomicInteger();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean done;

    Searches(RestCaller rest, String name, boolean mayFail) {
      this.rest = rest;
      this.name = name;
      this.mayFail = mayFail;
      for (int client = 0; client < 2; client++) {
        SplittableRandom random = new SplittableRandom(SEED + client);
        Thread thread = new Thread(() -> run(random), "searches-" + name + client);
        clients.add(thread);
        thread.start();
      }
    }

    private void run(SplittableRandom random) {
      try {
        while (!done) {
          search(random.nextInt(ROWS));
        }
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      }
    }

    private void search(int row) throws IOException {
      RestCaller.Reply reply = ShortenedFilesIT.this.search(rest, name, row);
      answers.incrementAndGet();
      if (reply.status() == 200) {
        // Until it was noticed, a row of zeros may be missing; what is there is right.
        if (!mayFail) {
          assertThat(reply.data().path(0).path("id").asText()).isEqualTo(Integer.toString(row));
        }
        for (JsonNode hit : reply.data()) {
          check(hit, rows[row]);
        }
      } else {
        assertThat(mayFail).as("%s: %s", name, reply).isTrue();
        assertThat(reply.status()).isEqualTo(500);
        if (reply.body().path("code").asText().equals("COLLECTION_DAMAGED")) {
          told.set(reply.body().path("message").asText());
        }
      }
    }

    private void check(JsonNode hit, float[] query) {
      int id = hit.path("id").asInt();
      double sum = 0;
      for (int i = 0; i < DIMENSION; i++) {
        sum += Math.pow((double) query[i] - rows[id][i], 2);
      }
      assertThat(hit.path("distance").asDouble()).isCloseTo(Math.sqrt(sum), within(1e-3));
      assertThat(hit.path("metadata").path("n").asInt()).isEqualTo(id);
    }

    boolean isAside() {
      return !told.get().isEmpty();
    }

    /** Waits for so many more answers; ends early if a client ended. */
    void answered(int more) {
      int wanted = answers.get() + more;
      while (answers.get() < wanted && failure.get() == null) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() {
      done = true;
      try {
        for (Thread client : clients) {
          client.join();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}

package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.quiver.testkit.DvecWriter;
import io.quiver.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A directory of d-vecDB under the real process, which is killed while it converts: the next start
 * goes on, and at the end every vector is there once.
 */
class DvecKillIT {
  private static final int ROWS = 300_000;
  private static final int DIMENSION = 64;
  private static final int KILLS = 3;
  private static final long WAIT_NANOS = 120_000_000_000L;

  @TempDir Path folder;

  @Test
  void everyVectorIsThereOnceHoweverOftenItIsKilled() throws IOException {
    Path data = folder.resolve("data");
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      records.add(DvecWriter.record(DvecWriter.id(i), vector(i), "{\"i\":" + i + "}"));
    }
    DvecWriter.collection(
        data.resolve("big"), DvecWriter.metadata("big", DIMENSION, "Euclidean"), records);
    Files.write(
        data.resolve("wal"), DvecWriter.entry(DvecWriter.opDelete("big", DvecWriter.id(5))));
    int midway = 0;
    for (int kill = 1; kill <= KILLS; kill++) {
      try (ServerProcess server = ServerProcess.serve(data);
          RestCaller rest = new RestCaller(server.restPort())) {
        midway += until(rest, kill * 1_000) ? 0 : 1;
        server.kill9();
      }
    }
    assertThat(midway).as("kills in the middle of it").isPositive();
    try (ServerProcess server = ServerProcess.serve(data);
        RestCaller rest = new RestCaller(server.restPort())) {
      assertThat(until(rest, ROWS)).isTrue();
      JsonNode stats = rest.call("GET", "/collections/big/stats", MissingNode.getInstance()).data();
      assertThat(stats.path("vector_count").asInt()).isEqualTo(ROWS - 1);
      for (int i = 0; i < ROWS; i += 4_999) {
        JsonNode hits =
            rest.call(
                    "POST",
                    "/collections/big/search",
                    RestCaller.object()
                        .put("limit", 1)
                        .put("exact", true)
                        .set("vector", RestCaller.numbers(vector(i))))
                .data();
        assertThat(hits.path(0).path("id").asText()).isEqualTo(DvecWriter.id(i).toString());
        assertThat(hits.path(0).path("metadata").path("i").asInt()).isEqualTo(i);
      }
      assertThat(
              rest.call(
                      "GET",
                      "/collections/big/vectors/" + DvecWriter.id(5),
                      MissingNode.getInstance())
                  .status())
          .isEqualTo(404);
    }
  }

  /** Waits until so many vectors are written, or all of them are: then true. */
  private static boolean until(RestCaller rest, int rows) throws IOException {
    long deadline = System.nanoTime() + WAIT_NANOS;
    while (true) {
      RestCaller.Reply reply = rest.call("GET", "/collections/big", MissingNode.getInstance());
      if (reply.status() == 200) {
        return true;
      }
      assertThat(reply.status()).isEqualTo(503);
      if (rows < ROWS && written(rest) >= rows) {
        return false;
      }
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
    }
  }

  /** From health: {@code big: converting 1000 of 40000 vectors}. */
  private static int written(RestCaller rest) throws IOException {
    JsonNode health = rest.call("GET", "/health/ready", MissingNode.getInstance()).body();
    for (JsonNode check : health.path("checks")) {
      String message = check.path("message").asText();
      if (message.startsWith("big: converting ")) {
        return Integer.parseInt(message.split(" ", -1)[2]);
      }
    }
    return 0;
  }

  private static float[] vector(int i) {
    float[] vector = new float[DIMENSION];
    vector[i % DIMENSION] = 1 + i;
    return vector;
  }
}

package io.quiver.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Upserts rows in batches, several of them under way at once. A batch that met an overloaded or
 * absent server is sent again until the patience ends: an upsert that was applied already changes
 * nothing. Two rows of the same id are never under way together, so the later one wins.
 *
 * <p>Belongs to one thread.
 */
final class BulkLoader {
  /** A batch also ends here, in bytes of vectors: well under the server's largest body. */
  private static final long BATCH_BYTES_MAX = 4 << 20;

  private static final long PAUSE_MILLIS_MAX = 2_000;

  /** How it loads: rows a batch, batches under way, and how long it waits for a server. */
  record Pace(int batchRows, int batchesInFlight, Duration patience) {
    static final Pace DEFAULT = new Pace(1_000, 4, Duration.ofMinutes(1));
  }

  /** A batch on its way, and how to send it again. */
  private record Sent(
      CompletableFuture<JsonNode> answer,
      Supplier<CompletableFuture<JsonNode>> again,
      long rowsAfter) {}

  private final RestApi api;
  private final String path;
  private final Pace pace;
  private final List<Row> batch = new ArrayList<>();
  private final Deque<Sent> underWay = new ArrayDeque<>();
  private final Set<VectorId> idsUnderWay = new HashSet<>();
  private long batchBytes;
  private long added;
  private long acknowledged;

  BulkLoader(RestApi api, String collection, Pace pace) {
    this.api = api;
    this.path = RestApi.path("collections", collection, "vectors", "upsert");
    this.pace = pace;
  }

  /**
   * Takes one row; waits while enough batches are under way.
   *
   * @throws ServerException if the server refuses a batch, or is gone for too long
   */
  void add(Row row) {
    if (!idsUnderWay.add(row.id())) {
      finish();
      idsUnderWay.add(row.id());
    }
    batch.add(row);
    batchBytes += (long) row.vector().dimension() * Float.BYTES + row.metadata().bytes();
    added++;
    if (batch.size() >= pace.batchRows() || batchBytes >= BATCH_BYTES_MAX) {
      send();
      while (underWay.size() >= pace.batchesInFlight()) {
        awaitOldest();
      }
    }
  }

  /** Sends what is left and waits until all rows are acknowledged. */
  void finish() {
    send();
    while (!underWay.isEmpty()) {
      awaitOldest();
    }
    idsUnderWay.clear();
  }

  /** Rows, counted from the first one added, that are acknowledged without a gap. */
  long acknowledged() {
    return acknowledged;
  }

  private void send() {
    if (batch.isEmpty()) {
      return;
    }
    byte[] body = encode(batch);
    underWay.add(new Sent(api.post(path, body), () -> api.post(path, body), added));
    batch.clear();
    batchBytes = 0;
  }

  private void awaitOldest() {
    Sent oldest = underWay.remove();
    CompletableFuture<JsonNode> answer = oldest.answer();
    long deadlineNanos = System.nanoTime() + pace.patience().toNanos();
    long pauseMillis = 50;
    while (true) {
      try {
        answer.join();
        break;
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof ServerException problem)) {
          throw e;
        }
        if (!problem.isTransient()) {
          throw new CommandException(
              "rows %d to %d: %s"
                  .formatted(acknowledged, oldest.rowsAfter() - 1, problem.getMessage()),
              problem);
        }
        if (System.nanoTime() > deadlineNanos) {
          throw problem;
        }
      }
      Pause.millis(pauseMillis);
      pauseMillis = Math.min(PAUSE_MILLIS_MAX, 2 * pauseMillis);
      answer = oldest.again().get();
    }
    acknowledged = oldest.rowsAfter();
    if (underWay.isEmpty() && batch.isEmpty()) {
      idsUnderWay.clear();
    }
  }

  /** {@code {"vectors":[{"id":…,"data":"base64",…},…]}}. */
  static byte[] encode(List<Row> rows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 20);
    try (JsonGenerator json = RestApi.JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeArrayFieldStart("vectors");
      for (Row row : rows) {
        json.writeStartObject();
        json.writeStringField("id", row.id().value());
        json.writeStringField("data", Base64Vectors.encode(row.vector()));
        if (!row.metadata().isAbsent()) {
          json.writeFieldName("metadata");
          json.writeRawValue(row.metadata().json());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a byte array does not fail
    }
    return bytes.toByteArray();
  }
}

package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.core.DenseVector;
import io.quiver.message.Row;
import io.quiver.migrate.VectorReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;

/**
 * Loads rows into a collection and keeps a journal of what was acknowledged, so that the same
 * import goes on after it. Belongs to one thread.
 */
final class ResumableImport {
  private static final int SAMPLES = 16;

  /** Opens the source; each time its first row comes first. */
  interface Opener<R extends VectorReader> {
    R open() throws IOException;
  }

  private final RestApi api;
  private final String collection;
  private final ImportJournal journal;
  private final BulkLoader.Pace pace;
  private final PrintWriter out;

  ResumableImport(
      RestApi api,
      String collection,
      ImportJournal journal,
      BulkLoader.Pace pace,
      PrintWriter out) {
    this.api = api;
    this.collection = collection;
    this.journal = journal;
    this.pace = pace;
    this.out = out;
  }

  /**
   * Loads what is not loaded yet.
   *
   * @param resume whether to go on after what an earlier import did
   * @return the reader that came to its end, closed
   */
  <R extends VectorReader> R run(Opener<R> source, boolean resume) throws IOException {
    if (!resume) {
      journal.delete();
    }
    long from = journal.rows();
    try (R reader = source.open()) {
      if (from == 0 || holdsFirst(from, reader)) {
        load(reader, from);
        return reader;
      }
    }
    out.println("The collection does not hold what was imported before: begins anew.");
    journal.delete();
    try (R reader = source.open()) {
      load(reader, 0);
      return reader;
    }
  }

  /** Reads past the first rows and looks some of them up: a collection may have been made anew. */
  private boolean holdsFirst(long rows, VectorReader reader) throws IOException {
    long step = Math.max(1, rows / SAMPLES);
    for (long i = 0; i < rows; i++) {
      Optional<Row> row = reader.next();
      if (row.isEmpty() || ((i % step == 0 || i == rows - 1) && !holds(row.get()))) {
        return false;
      }
    }
    out.printf("%,d rows were imported before: goes on after them.%n", rows);
    return true;
  }

  private boolean holds(Row row) {
    try {
      JsonNode data =
          api.get(RestApi.path("collections", collection, "vectors", row.id().value()))
              .path("data");
      DenseVector want = row.vector();
      boolean isEqual = data.size() == want.dimension();
      for (int i = 0; isEqual && i < want.dimension(); i++) {
        // Which row it is, is the question, not its last digit.
        double difference = Math.abs(data.get(i).asDouble() - want.get(i));
        isEqual = difference <= 1e-4 * Math.max(1, Math.abs(want.get(i)));
      }
      return isEqual;
    } catch (ServerException e) {
      if (e.isNotFound()) {
        return false;
      }
      throw e;
    }
  }

  private void load(VectorReader reader, long from) throws IOException {
    BulkLoader loader = new BulkLoader(api, collection, pace);
    ProgressLine progress = new ProgressLine(out, Terminal.find().isPresent(), System::nanoTime);
    long recorded = 0;
    try {
      Optional<Row> row = reader.next();
      while (row.isPresent()) {
        loader.add(row.get());
        if (loader.acknowledged() > recorded) {
          recorded = loader.acknowledged();
          journal.record(from + recorded);
        }
        progress.update(recorded, reader.fraction());
        row = reader.next();
      }
      loader.finish();
    } catch (CommandException | ServerException | IOException e) {
      out.printf(
          "%n%,d rows are in %s; the same command goes on after them.%n",
          from + loader.acknowledged(), collection);
      out.flush();
      throw e;
    }
    journal.delete();
    progress.done(loader.acknowledged());
  }
}

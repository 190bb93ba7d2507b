package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.Quantization;
import io.quiver.disk.Disk;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import io.quiver.migrate.DvecDirectory;
import io.quiver.migrate.DvecRows;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code quiver import --from dvecdb}: a directory of d-vecDB into a running server. */
final class DvecImport {
  private final Disk disk = new OsDisk();
  private final RestApi api;
  private final BulkLoader.Pace pace;
  private final PrintWriter out;

  DvecImport(RestApi api, BulkLoader.Pace pace, PrintWriter out) {
    this.api = api;
    this.pace = pace;
    this.out = out;
  }

  /**
   * Loads all collections of the directory, or the one whose folder it is.
   *
   * @param into another name for it, if it is one
   * @return the exit status: 1 if something was left out
   */
  int run(Path folder, Optional<String> into) throws IOException {
    DvecDirectory directory = DvecDirectory.read(disk, folder);
    List<DvecDirectory.Entry> entries = directory.entries();
    if (into.isPresent() && entries.size() != 1) {
      throw new CommandException(
          "--collection: expected a directory of one collection, got " + entries.size());
    }
    if (entries.isEmpty() && directory.faults().isEmpty()) {
      throw new CommandException(folder + ": no collection of d-vecDB");
    }
    directory.faults().forEach(fault -> out.println("left out: " + fault));
    boolean isWhole = directory.faults().isEmpty();
    for (int i = 0; i < entries.size(); i++) {
      DvecDirectory.Entry entry = entries.get(i);
      String name = into.orElse(entry.config().name().value());
      out.printf("%s (%d of %d)%n", name, i + 1, entries.size());
      isWhole &= load(entry, name);
    }
    out.flush();
    return isWhole ? 0 : 1;
  }

  private boolean load(DvecDirectory.Entry entry, String name) throws IOException {
    CollectionConfig config = entry.config();
    prepare(name, config);
    try (DvecRows rows = DvecRows.open(disk, entry.folder(), config, entry.deleted())) {
      BulkLoader loader = new BulkLoader(api, name, pace);
      ProgressLine progress = new ProgressLine(out, Terminal.find().isPresent(), System::nanoTime);
      for (Optional<Row> row = rows.next(); row.isPresent(); row = rows.next()) {
        loader.add(row.get());
        progress.update(loader.acknowledged(), rows.fraction());
      }
      loader.finish();
      progress.done(loader.acknowledged());
      rows.problems().forEach(problem -> out.println("left out: " + problem));
      if (rows.refused() > rows.problems().size()) {
        out.printf("left out: %,d records in all%n", rows.refused());
      }
      return rows.refused() == 0;
    }
  }

  /** Makes the collection, or sees that the one there fits. */
  private void prepare(String name, CollectionConfig config) {
    try {
      JsonNode found = api.get(RestApi.path("collections", name)).path(0);
      expect(name, "dimension", String.valueOf(config.dimension()), found);
      expect(name, "distance_metric", config.metric().word(), found);
    } catch (ServerException e) {
      if (!e.isNotFound()) {
        throw e;
      }
      create(name, config);
    }
  }

  private void create(String name, CollectionConfig config) {
    ObjectNode request =
        CollectionsCommand.Shape.request(name, config.dimension(), config.metric());
    request.put("vector_type", config.vectorType().word());
    request
        .putObject("index_config")
        .put("max_connections", config.index().maxConnections())
        .put("ef_construction", config.index().efConstruction())
        .put("ef_search", config.index().efSearch())
        .put("max_layer", config.index().maxLayer());
    if (!(config.quantization() instanceof Quantization.Auto)) {
      ObjectNode codes =
          request.putObject("quantization").put("type", config.quantization().word());
      if (config.quantization() instanceof Quantization.Product(int segments, int centroids)) {
        codes.put("num_segments", segments).put("num_centroids", centroids);
      }
    }
    api.post(RestApi.path("collections"), request);
  }

  private static void expect(String name, String field, String wanted, JsonNode found) {
    String got = found.path(field).asText();
    if (!got.equals(wanted)) {
      throw new CommandException(
          "collection %s is there with another %s: want=%s got=%s"
              .formatted(name, field, wanted, got));
    }
  }
}

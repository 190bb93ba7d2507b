package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.Owner;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Makes the data directory that is kept under {@code src/test/resources/fixtures} for each released
 * format version; see {@link StoredFormatTest}. A kept directory is never made again: it is the
 * proof that what users have on disk stays readable.
 */
final class StoredFormat {
  static final CollectionName NAME = new CollectionName("colors");

  /** Of the collection; nobody in version 1. */
  static final Owner OWNER = new Owner("ana, atelier gr\u00fcn");

  /** Two rows that a checkpoint holds, graph included, and a third that only the log holds. */
  static final List<Row> ROWS =
      List.of(
          row("red", "{\"mood\": \"warm\", \"rank\": 1.0}", 1, 0, 0, 0.5f),
          row("gr\u00fcn", "", 0.1f, 0.9f, 0, -2),
          row("blue", "{\"tags\":[\"cold\",null]}", 0, 0, 3e-3f, 1));

  private static final DatabaseOptions GRAPH_FROM_TWO_ROWS =
      new DatabaseOptions(1 << 20, 1 << 20, 0, new Tuning(2, 1_000));

  /** With milliseconds that are written in as many characters whatever they are. */
  private static final Surroundings CLOCK =
      new Surroundings(() -> System.currentTimeMillis() / 1_000 * 1_000 + 7, UUID::randomUUID);

  private StoredFormat() {}

  /** The argument is the folder to make. */
  public static void main(String[] args) throws IOException {
    make(Files.createTempDirectory("stored-format"), Path.of(args[0]));
  }

  /**
   * @param work an empty folder to work in
   * @param kept gets what a killed process would leave in it
   */
  static void make(Path work, Path kept) throws IOException {
    try (Database database = Database.open(new OsDisk(), work, GRAPH_FROM_TWO_ROWS, CLOCK)) {
      Collection colors =
          database.create(CollectionConfig.of(NAME.value(), 4, Metric.COSINE), OWNER);
      write(database, colors, ROWS.subList(0, 2));
      database.runMaintenance();
    }
    try (Database database = Database.open(new OsDisk(), work, GRAPH_FROM_TWO_ROWS, CLOCK)) {
      write(database, database.find(NAME).orElseThrow(), ROWS.subList(2, 3));
      copy(work, kept);
    }
    Files.delete(kept.resolve("LOCK"));
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static void write(Database database, Collection collection, List<Row> rows) {
    PreparedWrite write = collection.prepare(WriteVectors.upsert(NAME, rows));
    long lsn = database.append(collection.uuid(), write.command().orElseThrow());
    database.sync(true);
    collection.apply(lsn, write.command().orElseThrow());
  }

  private static Row row(String id, String metadata, float... components) {
    return new Row(
        new VectorId(id),
        DenseVector.of(components),
        metadata.isEmpty() ? Metadata.ABSENT : Metadata.ofJson(metadata));
  }
}

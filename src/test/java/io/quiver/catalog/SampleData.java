package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.FileFault;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A small data directory that has a bit of everything: two collections, updated and deleted rows, a
 * graph, a checkpoint, and log records behind it, as kill -9 leaves it.
 */
final class SampleData {
  static final DatabaseOptions BY_HAND =
      new DatabaseOptions(4 << 10, 1 << 30, 0, new Tuning(50, 1_000));
  static final int ROWS = 200;
  static final int DIMENSION = 24;
  static final List<String> NAMES = List.of("one", "two");

  /** By collection and id: what there is at the checkpoint, and at the end. */
  final Map<String, Map<String, Row>> checkpointed = new TreeMap<>();

  final Map<String, Map<String, Row>> last = new TreeMap<>();

  private final SplittableRandom random;

  private SampleData(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Writes the directory. */
  static SampleData write(Path folder, long seed, boolean stopsCleanly) throws IOException {
    SampleData data = new SampleData(seed);
    Path work = stopsCleanly ? folder : folder.resolveSibling(folder.getFileName() + ".live");
    try (Database database = Database.open(new OsDisk(), work, BY_HAND)) {
      for (String name : NAMES) {
        Metric metric = name.equals("one") ? Metric.COSINE : Metric.EUCLIDEAN;
        data.fill(database, database.create(CollectionConfig.of(name, DIMENSION, metric)));
      }
      database.runMaintenance();
      data.last.forEach((name, rows) -> data.checkpointed.put(name, new TreeMap<>(rows)));
      for (Collection collection : database.collections()) {
        for (int i = 0; i < 30; i++) {
          data.put(database, collection, "id-" + (ROWS - 10 + i));
        }
      }
      if (!stopsCleanly) {
        copy(work, folder);
      }
    }
    return data;
  }

  private void fill(Database database, Collection collection) {
    for (int i = 0; i < ROWS; i++) {
      put(database, collection, "id-" + i);
    }
    for (int i = 0; i < ROWS / 10; i++) {
      put(database, collection, "id-" + random.nextInt(ROWS));
      VectorId gone = new VectorId("id-" + i * 7);
      DeleteVectors delete = new DeleteVectors(collection.name(), List.of(gone), Durability.FSYNC);
      commit(database, collection, collection.prepare(delete));
      rowsOf(collection).remove(gone.value());
    }
  }

  private void put(Database database, Collection collection, String id) {
    float[] components = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      components[i] = (float) random.nextGaussian();
    }
    Row row =
        new Row(
            new VectorId(id),
            DenseVector.of(components),
            Metadata.ofJson("{\"n\":" + random.nextInt() + "}"));
    commit(
        database,
        collection,
        collection.prepare(WriteVectors.upsert(collection.name(), List.of(row))));
    rowsOf(collection).put(id, row);
  }

  private Map<String, Row> rowsOf(Collection collection) {
    return last.computeIfAbsent(collection.name().value(), name -> new TreeMap<>());
  }

  private static void commit(Database database, Collection collection, PreparedWrite prepared) {
    if (prepared.command().isPresent()) {
      long lsn = database.append(collection.uuid(), prepared.command().get());
      database.sync(true);
      collection.apply(lsn, prepared.command().get());
    }
  }

  static Collection find(Database database, String name) {
    return database.find(new CollectionName(name)).orElseThrow();
  }

  /** All files but the lock, sorted. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("LOCK"))
          .sorted()
          .toList();
    }
  }

  static Map<Path, byte[]> contents(Path folder) throws IOException {
    Map<Path, byte[]> contents = new TreeMap<>();
    for (Path file : files(folder)) {
      contents.put(folder.relativize(file), Files.readAllBytes(file));
    }
    return contents;
  }

  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file));
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
  }

  static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, IOException problem)
              throws IOException {
            Files.delete(done);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** What {@link Check} told, as lines. */
  static final class Told implements Check.Listener {
    final List<String> faults = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    final List<String> notes = new ArrayList<>();

    static Told of(Path folder) throws IOException {
      Told told = new Told();
      Check.Summary summary = Check.run(new OsDisk(), folder, told);
      if (summary.faults() != told.faults.size() + told.warnings.size()) {
        throw new AssertionError(summary + " but " + told.faults + told.warnings);
      }
      return told;
    }

    @Override
    public void fault(String collection, FileFault fault, boolean isDerived) {
      (isDerived ? warnings : faults).add(collection + ": " + fault);
    }

    @Override
    public void note(Path file, String what) {
      notes.add(file + ": " + what);
    }

    @Override
    public void progress(long bytes) {
      if (bytes <= 0) {
        throw new AssertionError(bytes);
      }
    }
  }
}

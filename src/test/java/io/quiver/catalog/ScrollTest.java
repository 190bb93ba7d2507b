package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.RowReads;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CountRows;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Row;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrolledRows;
import io.quiver.message.WriteVectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A row that is there from the begin of a scroll to its end comes exactly once, and no id comes
 * twice, whatever is written, compacted or restarted between the pages.
 */
class ScrollTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(1 << 20, 1 << 30, 0, new Tuning(1_000, 20));

  @TempDir Path folder;

  /** What the ids and their rows are now, kept beside the collection. */
  private final Map<String, Row> model = new TreeMap<>();

  /** Ids that were there at every moment of the present scroll. */
  private final Set<String> throughout = new HashSet<>();

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyRowThatStaysComesOnceWhateverIsWrittenMeanwhile(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    int shards = random.nextInt(1, 4);
    Database database = Database.open(new OsDisk(), folder, OPTIONS);
    database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN).withShards(shards));
    try {
      change(database, random, 300);
      for (int scroll = 0; scroll < 6; scroll++) {
        throughout.clear();
        throughout.addAll(model.keySet());
        Set<String> seen = new HashSet<>();
        Optional<VectorId> next = Optional.empty();
        do {
          int limit = random.nextInt(1, 60);
          ScrolledRows page = page(database, next, limit);
          assertThat(page.rows()).hasSizeLessThanOrEqualTo(limit);
          for (Row row : page.rows()) {
            assertThat(seen.add(row.id().value())).as("twice: %s", row.id()).isTrue();
            assertThat(row).isEqualTo(model.get(row.id().value()));
          }
          next = page.next();
          if (next.isPresent()) {
            change(database, random, random.nextInt(60));
          }
          if (random.nextInt(10) == 0) {
            database.close();
            database = Database.open(new OsDisk(), folder, OPTIONS);
          }
        } while (next.isPresent());
        assertThat(seen).containsAll(throughout);
        assertThat(
                RowReads.count(collection(database), new CountRows(NAME), Deadline.NEVER).count())
            .isEqualTo(model.size());
      }
    } finally {
      database.close();
    }
  }

  /** Pages are read on one thread while another one writes as fast as it can. */
  @Test
  void aWriterBesideItChangesNothing() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, OPTIONS)) {
      database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN).withShards(2));
      SplittableRandom random = new SplittableRandom(9);
      List<Row> staying = IntStream.range(0, 500).mapToObj(i -> row("stays-" + i, i)).toList();
      write(database, collection(database).prepare(WriteVectors.upsert(NAME, staying)));
      AtomicReference<Throwable> fault = new AtomicReference<>();
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int round = 0; round < 150; round++) {
                    change(database, random, 60); // Ids come, go, and make the table grow.
                    WriteVectors again =
                        WriteVectors.upsert(NAME, staying.subList(0, random.nextInt(1, 500)));
                    write(database, collection(database).prepare(again));
                  }
                } catch (Throwable e) {
                  fault.set(e);
                }
              });
      int scrolls = 0;
      while (writer.isAlive() || scrolls == 0) {
        Set<String> seen = new HashSet<>();
        Optional<VectorId> next = Optional.empty();
        do {
          ScrolledRows page = page(database, next, 37);
          page.rows().forEach(row -> assertThat(seen.add(row.id().value())).isTrue());
          next = page.next();
        } while (next.isPresent());
        assertThat(seen).containsAll(staying.stream().map(row -> row.id().value()).toList());
        scrolls++;
      }
      writer.join();
      assertThat(fault.get()).isNull();
    }
  }

  /** A page of large rows ends early, has at least one, and says where to go on. */
  @Test
  void aPageIsBoundedByItsBytesToo() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, OPTIONS)) {
      database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      String text = "x".repeat(1 << 20).substring(20);
      Metadata large = Metadata.ofJson("{\"text\":\"" + text + "\"}");
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        rows.add(new Row(new VectorId("r" + i), DenseVector.of(i, 1), large));
      }
      write(database, collection(database).prepare(WriteVectors.upsert(NAME, rows)));
      ScrolledRows first = page(database, Optional.empty(), 1_000);
      assertThat(first.rows().size()).isBetween(60, 70);
      ScrolledRows second = page(database, first.next(), 1_000);
      assertThat(first.rows().size() + second.rows().size()).isEqualTo(80);
      assertThat(second.next()).isEmpty();
    }
  }

  private void change(Database database, SplittableRandom random, int steps) throws Exception {
    Collection collection = collection(database);
    for (int step = 0; step < steps; step++) {
      String id = "id-" + random.nextInt(600);
      if (random.nextInt(3) == 0 && model.remove(id) != null) {
        throughout.remove(id);
        List<VectorId> ids = List.of(new VectorId(id));
        write(database, collection.prepare(new DeleteVectors(NAME, ids, Durability.OS)));
      } else {
        Row row = row(id, random.nextInt());
        model.put(id, row);
        write(database, collection.prepare(WriteVectors.upsert(NAME, List.of(row))));
      }
    }
    if (random.nextInt(3) == 0) {
      collection.maintain(Long.MAX_VALUE); // Compacts once a third is dead.
    }
  }

  private static ScrolledRows page(Database database, Optional<VectorId> after, int limit) {
    return RowReads.scroll(
        collection(database), new ScrollRows(NAME, after, limit, true, true), Deadline.NEVER);
  }

  private static Row row(String id, int number) {
    return new Row(
        new VectorId(id), DenseVector.of(number, 1), Metadata.ofJson("{\"n\":" + number + "}"));
  }

  private static Collection collection(Database database) {
    return database.find(NAME).orElseThrow();
  }

  private static void write(Database database, PreparedWrite write) {
    if (write.command().isPresent()) {
      Collection collection = collection(database);
      long lsn = database.append(collection.uuid(), write.command().get());
      database.sync(false);
      collection.apply(lsn, write.command().get());
    }
  }
}

package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
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
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Readers beside the one writer, while graphs are built and repaired, shards compacted and
 * checkpointed. Every row says in its vector and its metadata whose it is and which version, so a
 * reader that saw half a row, a foreign row or freed memory would notice.
 */
class ReadersBesideWriterTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final int IDS = 600;
  private static final int ROUNDS = 400;

  /** Of each reader, whatever the writer takes for its rounds. */
  private static final int READS_MIN = 50;

  /** Segments roll, graphs grow, shards are rewritten and checkpointed many times in a run. */
  private static final DatabaseOptions BUSY =
      new DatabaseOptions(1 << 18, 1 << 17, 2, new Tuning(100, 50));

  @TempDir Path folder;

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2})
  void aReaderSeesWholeRowsAndNothingOlderThanWhatWasAcknowledged(long seed) throws Exception {
    AtomicIntegerArray acknowledged = new AtomicIntegerArray(IDS);
    try (Database database = Database.open(new OsDisk(), folder, BUSY);
        ExecutorService readers = Executors.newFixedThreadPool(3)) {
      Collection collection = database.create(CollectionConfig.of("c", 4, Metric.EUCLIDEAN));
      write(database, collection, all(0));
      Writing writing = new Writing();
      List<Future<Integer>> running = new ArrayList<>();
      running.add(readers.submit(() -> search(collection, writing, seed)));
      running.add(readers.submit(() -> search(collection, writing, seed + 1)));
      running.add(readers.submit(() -> get(collection, writing, acknowledged)));
      try {
        SplittableRandom random = new SplittableRandom(seed);
        int last = 0;
        while (last < ROUNDS || (writing.wanted.getCount() > 0 && allRun(running))) {
          writeRound(++last, database, collection, acknowledged, random);
        }
      } finally {
        writing.isOver = true;
      }
      for (Future<Integer> reader : running) {
        assertThat(reader.get()).as("reads of one reader").isGreaterThanOrEqualTo(READS_MIN);
      }
      assertThat(collection.stats().vectorCount()).isEqualTo(IDS);
    }
  }

  private static final class Writing {
    /** Readers that have not read enough yet. */
    final CountDownLatch wanted = new CountDownLatch(3);

    volatile boolean isOver;

    void hasRead(int times) {
      if (times == READS_MIN) {
        wanted.countDown();
      }
    }
  }

  private static boolean allRun(List<Future<Integer>> readers) {
    return readers.stream().noneMatch(Future::isDone);
  }

  /** Even ids are only ever updated; odd ones are deleted and come back in the same round. */
  private static void writeRound(
      int version,
      Database database,
      Collection collection,
      AtomicIntegerArray acknowledged,
      SplittableRandom random) {
    List<Row> rows = new ArrayList<>();
    List<VectorId> deleted = new ArrayList<>();
    int first = random.nextInt(IDS);
    for (int i = 0; i < 40; i++) {
      int id = (first + i * 7) % IDS;
      rows.add(row(id, version));
      if (id % 2 == 1) {
        deleted.add(id(id));
      }
    }
    commit(
        database, collection, collection.prepare(new DeleteVectors(NAME, deleted, Durability.OS)));
    write(database, collection, rows);
    for (int i = 0; i < 40; i++) {
      acknowledged.set((first + i * 7) % IDS, version);
    }
  }

  private static int search(Collection collection, Writing writing, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int searches = 0;
    while (!writing.isOver) {
      float[] query = {random.nextInt(IDS), random.nextInt(ROUNDS), 0, 0};
      SearchVectors search =
          new SearchVectors(
              NAME,
              DenseVector.of(query),
              20,
              0,
              0,
              random.nextInt(4) == 0,
              true,
              true,
              Float.MAX_VALUE,
              0);
      List<Hit> hits = collection.search(0, search, Deadline.NEVER).hits();
      Set<VectorId> seen = new HashSet<>();
      for (Hit hit : hits) {
        checkWhole(hit.id(), hit.vector(), hit.metadata());
        assertThat(seen.add(hit.id())).as("two versions of %s in one answer", hit.id()).isTrue();
      }
      assertThat(hits).hasSize(20);
      writing.hasRead(++searches);
    }
    return searches;
  }

  private static int get(Collection collection, Writing writing, AtomicIntegerArray acknowledged) {
    int gets = 0;
    for (int id = 0; !writing.isOver; id = (id + 2) % IDS) {
      int before = acknowledged.get(id);
      List<Row> rows = collection.get(new GetVectors(NAME, List.of(id(id)), true, true)).rows();
      assertThat(rows).as("an id that is only ever updated").hasSize(1);
      Row row = rows.getFirst();
      checkWhole(row.id(), row.vector(), row.metadata());
      assertThat((int) row.vector().get(1)).isGreaterThanOrEqualTo(before);
      writing.hasRead(++gets);
    }
    return gets;
  }

  private static void checkWhole(VectorId id, DenseVector vector, Metadata metadata) {
    int number = (int) vector.get(0);
    int version = (int) vector.get(1);
    assertThat(id).isEqualTo(id(number));
    assertThat(metadata.json()).isEqualTo("{\"id\":%d,\"v\":%d}".formatted(number, version));
  }

  private static List<Row> all(int version) {
    List<Row> rows = new ArrayList<>();
    for (int id = 0; id < IDS; id++) {
      rows.add(row(id, version));
    }
    return rows;
  }

  private static Row row(int id, int version) {
    return new Row(
        id(id),
        DenseVector.of(id, version, 1, 2),
        Metadata.ofJson("{\"id\":%d,\"v\":%d}".formatted(id, version)));
  }

  private static VectorId id(int number) {
    return new VectorId("id-" + number);
  }

  private static void write(Database database, Collection collection, List<Row> rows) {
    commit(database, collection, collection.prepare(WriteVectors.upsert(NAME, rows)));
  }

  private static void commit(Database database, Collection collection, PreparedWrite prepared) {
    long lsn = database.append(collection.uuid(), prepared.command().orElseThrow());
    database.sync(false);
    collection.apply(lsn, prepared.command().orElseThrow());
  }
}

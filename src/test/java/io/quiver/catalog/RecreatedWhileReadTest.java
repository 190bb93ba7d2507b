package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.collection.HeldShard;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One name, dropped and made again sixty times while it is searched, read, written, indexed,
 * compacted and checkpointed. Every row carries the life of the name it was written in, its id and
 * its version, each in two ways: a row of a former life, half a row or freed memory shows.
 */
class RecreatedWhileReadTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final int LIVES = 60;
  private static final int BATCHES_MAX = 60;
  private static final int ROUNDS_MIN = 10;

  /** So many operations on one collection, on average, before the name is asked for again. */
  private static final int STALE = 20;

  private static final int IDS = 200;
  private static final int BATCH = 25;
  private static final int DIMENSION = 8;

  private static final DatabaseOptions BUSY =
      new DatabaseOptions(1 << 17, 1 << 14, 2, new Tuning(40, 30));

  @TempDir Path folder;

  /** By the collection's uuid; there before the first row is. */
  private final Map<UUID, Integer> lives = new ConcurrentHashMap<>();

  private volatile boolean isOver;

  /** Threads that have done nothing yet. */
  private final CountDownLatch idle = new CountDownLatch(4);

  /** Rounds of maintenance. */
  private final AtomicInteger rounds = new AtomicInteger();

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2})
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aReaderSeesWholeRowsOfTheLifeItAsked(long seed) throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, BUSY);
        ExecutorService others = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> running = new ArrayList<>();
      running.add(others.submit(() -> repeat(database, seed + 1, this::search)));
      running.add(others.submit(() -> repeat(database, seed + 2, this::search)));
      running.add(others.submit(() -> repeat(database, seed + 3, this::get)));
      running.add(others.submit(() -> repeat(database, seed + 4, this::maintain)));
      try {
        liveAndDie(database, new SplittableRandom(seed), running);
      } finally {
        isOver = true;
      }
      for (Future<Integer> other : running) {
        assertThat(other.get()).as("what one thread did").isPositive();
      }
    }
    try (Database database = Database.open(new OsDisk(), folder, BUSY)) {
      assertThat(database.collections()).as("after a restart").isEmpty();
    }
  }

  private void liveAndDie(
      Database database, SplittableRandom random, List<Future<Integer>> others) {
    // On a fast disk the lives end long before the others did much.
    for (int life = 1; life <= LIVES || isMoreWanted(others); life++) {
      Collection collection =
          database.create(CollectionConfig.of(NAME.value(), DIMENSION, Metric.EUCLIDEAN));
      lives.put(collection.uuid(), life);
      Map<Integer, Integer> versions = new TreeMap<>();
      int batches = random.nextInt(4, BATCHES_MAX);
      for (int version = 1; version <= batches; version++) {
        write(database, collection, life, version, versions, random);
      }
      for (int id = 0; id < IDS; id += 7) {
        assertThat(version(collection, id)).isEqualTo(Optional.ofNullable(versions.get(id)));
      }
      assertThat(collection.stats().vectorCount()).isEqualTo(versions.size());
      database.drop(NAME);
      assertThat(database.find(NAME)).isEmpty();
    }
  }

  private boolean isMoreWanted(List<Future<Integer>> others) {
    return (rounds.get() < ROUNDS_MIN || idle.getCount() > 0)
        && others.stream().noneMatch(Future::isDone);
  }

  private static Optional<Integer> version(Collection collection, int id) {
    return collection.get(new GetVectors(NAME, List.of(id(id)), true, true)).rows().stream()
        .findFirst()
        .map(row -> (int) row.vector().get(2));
  }

  private static void write(
      Database database,
      Collection collection,
      int life,
      int version,
      Map<Integer, Integer> versions,
      SplittableRandom random) {
    int first = random.nextInt(IDS);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      int id = (first + 3 * i) % IDS;
      rows.add(row(life, id, version));
      versions.put(id, version);
    }
    commit(database, collection, collection.prepare(WriteVectors.upsert(NAME, rows)));
    int gone = random.nextInt(IDS);
    versions.remove(gone);
    commit(
        database,
        collection,
        collection.prepare(new DeleteVectors(NAME, List.of(id(gone)), Durability.OS)));
  }

  private static void commit(Database database, Collection collection, PreparedWrite prepared) {
    if (prepared.command().isPresent()) {
      long lsn = database.append(collection.uuid(), prepared.command().get());
      database.sync(false);
      collection.apply(lsn, prepared.command().get());
    }
  }

  private interface Deed {
    void run(Database database, Collection collection, SplittableRandom random);
  }

  /** Does it until all is over; returns how often it was not told that the collection is gone. */
  private int repeat(Database database, long seed, Deed deed) {
    SplittableRandom random = new SplittableRandom(seed);
    int done = 0;
    Optional<Collection> found = Optional.empty();
    while (!isOver) {
      if (found.isEmpty() || random.nextInt(STALE) == 0) {
        found = database.find(NAME); // Until then whoever asked keeps what may be dropped by now.
        continue;
      }
      try {
        deed.run(database, found.get(), random);
        if (++done == 1) {
          idle.countDown();
        }
      } catch (QuiverException e) {
        assertThat(e.code())
            .as(e.getMessage())
            .isIn(ErrorCode.COLLECTION_NOT_FOUND, ErrorCode.UNAVAILABLE);
        found = Optional.empty();
      }
    }
    return done;
  }

  private void search(Database database, Collection collection, SplittableRandom random) {
    float life = random.nextInt(LIVES);
    DenseVector query = DenseVector.of(life, random.nextInt(IDS), 1, 0, 0, 0, 0, 0);
    boolean isExact = random.nextInt(3) == 0;
    SearchVectors search =
        new SearchVectors(NAME, query, 20, 0, 40, isExact, true, true, Float.MAX_VALUE, 0);
    List<Hit> hits =
        random.nextInt(8) == 0
            ? searchSlowly(collection, search)
            : collection.search(0, search, Deadline.NEVER).hits();
    for (Hit hit : hits) {
      checkWhole(hit.id(), hit.vector(), hit.metadata(), collection);
    }
    assertThat(hits.stream().map(Hit::id).distinct().count())
        .as("ids in one answer")
        .isEqualTo(hits.size());
  }

  /** A search that lasts for three rounds of maintenance: compaction, checkpoint and drop pass. */
  private List<Hit> searchSlowly(Collection collection, SearchVectors search) {
    try (HeldShard held = HeldShard.of(collection, 0)) {
      int until = rounds.get() + 3;
      while (rounds.get() < until && !isOver) {
        Thread.onSpinWait();
      }
      return held.search(search).hits();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void get(Database database, Collection collection, SplittableRandom random) {
    VectorId id = id(random.nextInt(IDS));
    for (Row row : collection.get(new GetVectors(NAME, List.of(id), true, true)).rows()) {
      assertThat(row.id()).isEqualTo(id);
      checkWhole(row.id(), row.vector(), row.metadata(), collection);
    }
  }

  private void checkWhole(
      VectorId id, DenseVector vector, Metadata metadata, Collection collection) {
    Row wanted = row((int) vector.get(0), (int) vector.get(1), (int) vector.get(2));
    assertThat((int) vector.get(0)).as("life of the row").isEqualTo(lives.get(collection.uuid()));
    assertThat(id).isEqualTo(wanted.id());
    assertThat(vector).isEqualTo(wanted.vector());
    assertThat(metadata).isEqualTo(wanted.metadata());
  }

  private static Row row(int life, int id, int version) {
    SplittableRandom sum = new SplittableRandom((life * 1_000L + id) * 1_000 + version);
    DenseVector vector =
        DenseVector.of(
            life, id, version, sum.nextInt(9), sum.nextInt(9), sum.nextInt(9), life, version);
    String metadata = "{\"life\":%d,\"id\":%d,\"version\":%d}".formatted(life, id, version);
    return new Row(id(id), vector, Metadata.ofJson(metadata));
  }

  private static VectorId id(int number) {
    return new VectorId("id-" + number);
  }

  private void maintain(Database database, Collection collection, SplittableRandom random) {
    database.runMaintenanceRound();
    rounds.incrementAndGet();
  }
}

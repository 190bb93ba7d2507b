package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Command;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the scrub goes about some megabytes: evenly, in bounded steps, and in nobody's way. Time
 * passes when the test says so; what is read is counted where the disk is asked.
 */
class ScrubPaceTest {
  private static final Duration PERIOD = Duration.ofHours(100);
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(64 << 20, 1 << 30, 0, new Tuning(1_000_000, 1_000_000))
          .withScrubPeriod(PERIOD);
  private static final CollectionName LARGE = new CollectionName("large");
  private static final CollectionName SMALL = new CollectionName("small");
  private static final int DIMENSION = 1_000;
  private static final int ROWS = 3_000;
  private static final int BATCH = 50;

  /** More than two windows of a reader, and the row that ends a step. */
  private static final long SLACK_BYTES = 3L << 20;

  @TempDir(factory = RotTest.InMemory.class)
  Path folder;

  private final AtomicLong nanos = new AtomicLong(77);
  private final AtomicLong readBytes = new AtomicLong();
  private volatile Hook beforeRead = path -> {};
  private Database database;

  private interface Hook {
    void run(Path path) throws IOException;
  }

  @BeforeEach
  void open() throws IOException {
    write();
    Surroundings surroundings =
        new Surroundings(() -> 1_700_000_000_000L, nanos::get, UUID::randomUUID);
    database = Database.open(watched(), folder, OPTIONS, surroundings);
    database.runMaintenanceRound();
    readBytes.set(0);
  }

  @AfterEach
  void close() throws IOException {
    database.close();
  }

  private void write() throws IOException {
    try (Database written = Database.open(new OsDisk(), folder, OPTIONS)) {
      for (CollectionName name : List.of(LARGE, SMALL)) {
        Collection made =
            written.create(CollectionConfig.of(name.value(), DIMENSION, Metric.EUCLIDEAN));
        for (int i = 0; i < (name.equals(LARGE) ? ROWS : BATCH); i += BATCH) {
          write(written, made, i);
        }
      }
    }
  }

  private static void write(Database into, Collection collection, int first) {
    List<Row> rows = new ArrayList<>();
    for (int i = first; i < first + BATCH; i++) {
      float[] components = new float[DIMENSION];
      components[i % DIMENSION] = i;
      Metadata metadata = Metadata.ofJson("{\"n\":" + i + "}");
      rows.add(new Row(new VectorId("row-" + i), DenseVector.of(components), metadata));
    }
    Command command =
        collection.prepare(WriteVectors.upsert(collection.name(), rows)).command().orElseThrow();
    long lsn = into.append(collection.uuid(), command);
    into.sync(true);
    collection.apply(lsn, command);
  }

  /** Real files; every read is counted, after {@link #beforeRead}. */
  private Disk watched() {
    Disk real = new OsDisk();
    return proxy(
        Disk.class,
        (method, arguments) -> {
          Object result = invoke(real, method, arguments);
          return result instanceof DiskFile file ? watched(file, (Path) arguments[0]) : result;
        });
  }

  private DiskFile watched(DiskFile file, Path path) {
    return proxy(
        DiskFile.class,
        (method, arguments) -> {
          if (method.getName().equals("read")) {
            beforeRead.run(path);
            readBytes.addAndGet(((MemorySegment) arguments[1]).byteSize());
          }
          return invoke(file, method, arguments);
        });
  }

  private interface Call {
    Object run(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call.run(method, arguments)));
  }

  private static Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private long round(long elapsedNanos) {
    nanos.addAndGet(elapsedNanos);
    long before = readBytes.get();
    database.runMaintenanceRound();
    return readBytes.get() - before;
  }

  private Component health() {
    return database.health().stream()
        .filter(each -> each.name().equals("scrub"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void stepsAreBoundedAndSpreadEvenlyOverThePeriod() throws Exception {
    long wholeBytes = 0;
    for (Path file : SampleData.files(folder)) {
      wholeBytes += Files.size(file);
    }
    assertThat(wholeBytes).isGreaterThan(12_000_000);
    int rounds = 400;
    int steps = 0;
    for (int i = 1; i <= rounds; i++) {
      long read = round(PERIOD.toNanos() / rounds);
      assertThat(read).isLessThan(Scrubber.STEP_BYTES_MIN + SLACK_BYTES);
      steps += read > 4_096 ? 1 : 0;
      long even = wholeBytes * i / rounds;
      assertThat(database.scrub().bytes())
          .as("after %d of %d", i, rounds)
          .isBetween(even - 3 * Scrubber.STEP_BYTES_MIN, even + Scrubber.STEP_BYTES_MIN);
    }
    assertThat(steps).isGreaterThan(9);
    for (int i = 0; i < 3; i++) {
      round(0);
    }
    assertThat(database.scrub().passes()).isEqualTo(1);
    assertThat(readBytes.get())
        .as("little is read twice")
        .isBetween(12_000_000L, database.scrub().bytes() * 3 / 2);
  }

  /** A machine that slept, or a period that is too short: the rest is not read at once. */
  @Test
  void noStepIsLongerThanItsBoundHoweverLateItIs() {
    int rounds = 0;
    while (database.scrub().passes() == 0) {
      assertThat(round(PERIOD.toNanos())).isLessThan(Scrubber.STEP_BYTES_MAX + SLACK_BYTES);
      rounds++;
    }
    assertThat(rounds).isBetween(3, 10);
  }

  /** The drop comes while rows are being read, and waits until that step is over. */
  @Test
  void aDropDuringAStepIsNoDamageAndTheOthersAreReadOn() throws Exception {
    Thread drop = Thread.ofPlatform().unstarted(() -> database.drop(LARGE));
    beforeRead =
        path -> {
          if (path.endsWith("large/0/vectors.bin") && drop.getState() == Thread.State.NEW) {
            drop.start();
            while (drop.getState() == Thread.State.RUNNABLE
                || drop.getState() == Thread.State.NEW) {
              Thread.onSpinWait(); // Until it waits, or is done.
            }
          }
        };
    while (drop.getState() == Thread.State.NEW) {
      round(PERIOD.toNanos() / 4);
    }
    drop.join();
    assertThat(database.find(LARGE)).isEmpty();
    while (database.scrub().passes() == 0) {
      round(PERIOD.toNanos() / 4);
    }
    assertThat(database.scrub().damaged() + database.scrub().unread()).isZero();
    assertThat(database.find(SMALL).orElseThrow().fault()).isEmpty();
  }

  @Test
  void whatTheDiskRefusesToReadIsToldAndThePassGoesOn() {
    beforeRead =
        path -> {
          if (path.endsWith("large/0/vectors.bin")) {
            throw new IOException("Input/output error");
          }
        };
    while (database.scrub().passes() == 0) {
      round(PERIOD.toNanos());
    }
    assertThat(database.scrub().unread()).isEqualTo(1);
    assertThat(database.scrub().damaged()).isZero();
    assertThat(health().status()).isEqualTo(Status.DEGRADED);
    assertThat(health().message())
        .contains("large could not be read: java.io.IOException: Input/output error");
    assertThat(database.find(LARGE).orElseThrow().fault()).as("it may be whole").isEmpty();
    long bytes = database.scrub().bytes();
    beforeRead = path -> {};
    while (database.scrub().passes() == 1) {
      round(PERIOD.toNanos());
    }
    assertThat(database.scrub().bytes() - bytes).isGreaterThan(12_000_000);
    assertThat(health().status()).isEqualTo(Status.HEALTHY);
  }

  /** Too many open files says nothing of the file that could not be opened. */
  @Test
  void withoutFileHandlesItWaitsAndMissesNothing() {
    beforeRead =
        path -> {
          if (path.endsWith("large/0/vectors.bin")) {
            throw new IOException("Too many open files");
          }
        };
    for (int i = 0; i < 10; i++) {
      round(PERIOD.toNanos());
    }
    assertThat(database.scrub().passes()).isZero();
    assertThat(database.scrub().unread()).isZero();
    beforeRead = path -> {};
    while (database.scrub().passes() == 0) {
      round(PERIOD.toNanos());
    }
    assertThat(readBytes.get()).isGreaterThan(12_000_000);
  }
}

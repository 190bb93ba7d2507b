package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.GetVectors;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SimulatedCrash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A power cut at each call of a checkpoint, and another at each call of the life after it, which
 * opens, writes and checkpoints again: what the first cut left half done must not become part of
 * what the second one may take.
 */
class TwoCrashesTest {
  private static final Path ROOT = Path.of("/data");
  private static final CollectionName NAME = new CollectionName("c");
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(1 << 16, 1, 0, new Tuning(1_000, 1_000));

  /** Ids whose writes were acknowledged. */
  private final Set<String> acknowledged = new TreeSet<>();

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = 1)
  void whatWasAcknowledgedIsThereAfterBoth(long seed) throws IOException {
    FaultyDisk whole = new FaultyDisk(seed);
    long from = 0;
    try (Database database = Database.open(whole, ROOT, OPTIONS)) {
      database.create(CollectionConfig.of("c", 3, Metric.EUCLIDEAN));
      write(database, "a");
      database.runMaintenance();
      write(database, "b");
      from = whole.calls();
      database.runMaintenance();
    }
    long to = whole.calls();
    assertThat(to - from).as("calls of a checkpoint").isGreaterThan(10);
    for (long first = from + 1; first <= to; first++) {
      FaultyDisk disk = new FaultyDisk(seed);
      disk.crashAt(first);
      firstLife(disk);
      Set<String> before = Set.copyOf(acknowledged);
      long calls = secondLife(disk.afterCrash(seed), Long.MAX_VALUE);
      for (long second = 1; second <= calls; second++) {
        acknowledged.clear();
        acknowledged.addAll(before);
        FaultyDisk again = disk.afterCrash(seed);
        secondLife(again, second);
        verify(again.afterCrash(seed), "seed=%d calls %d and %d".formatted(seed, first, second));
      }
    }
  }

  private void firstLife(FaultyDisk disk) throws IOException {
    acknowledged.clear();
    try (Database database = Database.open(disk, ROOT, OPTIONS)) {
      database.create(CollectionConfig.of("c", 3, Metric.EUCLIDEAN));
      write(database, "a");
      database.runMaintenance();
      write(database, "b");
      database.runMaintenance();
    } catch (SimulatedCrash crash) {
      assertThat(acknowledged).containsExactly("a", "b");
    }
  }

  /** Returns how many calls it made. */
  private long secondLife(FaultyDisk disk, long crashAt) throws IOException {
    disk.crashAt(crashAt);
    try (Database database = Database.open(disk, ROOT, OPTIONS)) {
      write(database, "c");
      database.runMaintenance();
      write(database, "d");
    } catch (SimulatedCrash crash) {
      assertThat(crashAt).isLessThan(Long.MAX_VALUE);
    }
    return disk.calls();
  }

  private void verify(FaultyDisk disk, String when) throws IOException {
    try (Database database = Database.open(disk, ROOT, OPTIONS)) {
      Collection collection = database.find(NAME).orElseThrow(() -> new AssertionError(when));
      for (String id : acknowledged) {
        GetVectors get = new GetVectors(NAME, List.of(new VectorId(id)), true, false);
        assertThat(collection.get(get).rows()).as("%s: %s", when, id).hasSize(1);
      }
      assertThat(collection.stats().vectorCount())
          .as(when)
          .isBetween((long) acknowledged.size(), acknowledged.size() + 1L);
    }
  }

  private void write(Database database, String id) {
    Collection collection = database.find(NAME).orElseThrow();
    Row row = new Row(new VectorId(id), DenseVector.of(1, 2, 3), Metadata.ABSENT);
    PreparedWrite prepared = collection.prepare(WriteVectors.upsert(NAME, List.of(row)));
    long lsn = database.append(collection.uuid(), prepared.command().orElseThrow());
    database.sync(true);
    acknowledged.add(id);
    collection.apply(lsn, prepared.command().orElseThrow());
  }
}

package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Command;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.HookedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was opened is closed, also past a failure. */
class ClosingTest {
  private static final Path ROOT = Path.of("/data");
  private static final DatabaseOptions BY_HAND = new DatabaseOptions(1 << 20, 1 << 20, 0);

  private final FaultyDisk disk = new FaultyDisk(1);
  private long closesRefused;

  @Test
  void aFileThatCannotBeClosedKeepsNeitherTheLogNorTheLockOpen() throws IOException {
    HookedDisk refusing =
        new HookedDisk(
            disk,
            call -> {
              if (call.equals("close") && closesRefused-- > 0) {
                throw new IOException("Input/output error");
              }
            });
    Database database = Database.open(refusing, ROOT, BY_HAND);
    write(database, "a");
    write(database, "b");
    database.runMaintenance();
    closesRefused = 3; // Of the first collection's files.
    assertThatThrownBy(database::close).isInstanceOf(IOException.class);
    assertThat(disk.filesOpen()).as("only the files that could not be closed").isEqualTo(3);
    try (Database again = Database.open(disk, ROOT, BY_HAND)) {
      assertThat(again.collections()).hasSize(2);
    }
  }

  @Test
  void aStartThatFailsLeavesNoFileOpen() throws IOException {
    Database crashed = Database.open(disk, ROOT, BY_HAND);
    write(crashed, "a");
    write(crashed, "b");
    crashed.halt();
    int failed = 0;
    for (int call = 1; call <= 60; call++) {
      FaultyDisk left = disk.afterCrash(call);
      left.failAt(call, new IOException("Input/output error"));
      try {
        Database.open(left, ROOT, BY_HAND).close();
      } catch (IOException | RuntimeException e) {
        failed++;
        assertThat(left.filesOpen()).as("files open after %s", e).isZero();
      }
    }
    assertThat(failed).isGreaterThan(5);
  }

  private static void write(Database database, String name) {
    Collection made = database.create(CollectionConfig.of(name, 2, Metric.EUCLIDEAN));
    Row row = new Row(new VectorId("x"), DenseVector.of(1, 2), Metadata.ABSENT);
    Command command =
        made.prepare(WriteVectors.upsert(new CollectionName(name), List.of(row)))
            .command()
            .orElseThrow();
    long lsn = database.append(made.uuid(), command);
    database.sync(true);
    made.apply(lsn, command);
  }
}

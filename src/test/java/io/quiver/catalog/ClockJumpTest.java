package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.GetVectors;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Time goes back and forth between any two looks at the clock, and the data is as it should be. */
class ClockJumpTest {
  private static final long[] CLOCK = {
    1_700_000_000_000L, -1, 4_000_000_000_000L, 0, 1_700_000_000_000L, Long.MIN_VALUE, 1
  };
  private static final CollectionName NAME = new CollectionName("c");
  private static final int ROUNDS = 14;

  @TempDir Path folder;

  @Test
  void whatAClockSaysChangesNothingButTheTimesThatAreShown() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Surroundings jumping =
        new Surroundings(() -> CLOCK[looks.getAndIncrement() % CLOCK.length], UUID::randomUUID);
    DatabaseOptions options = new DatabaseOptions(1 << 20, 1 << 20, 0);
    for (int round = 0; round < ROUNDS; round++) {
      try (Database database = Database.open(new OsDisk(), folder, options, jumping)) {
        if (round == 0) {
          database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
        }
        Collection collection = database.find(NAME).orElseThrow();
        assertThat(collection.stats().vectorCount()).isEqualTo(round);
        for (int before = 0; before < round; before++) {
          assertThat(found(collection, before)).containsExactly(row(before));
        }
        write(database, collection, row(round));
        write(database, collection, row(round)); // Replaces it.
      } // Closing is a checkpoint, which looks at the clock.
    }
    assertThat(looks).hasValueGreaterThan(ROUNDS);
  }

  private static Row row(int number) {
    return new Row(new VectorId("id-" + number), DenseVector.of(number, -number), Metadata.ABSENT);
  }

  private static List<Row> found(Collection collection, int number) {
    return collection.get(new GetVectors(NAME, List.of(row(number).id()), true, true)).rows();
  }

  private static void write(Database database, Collection collection, Row row) {
    PreparedWrite write = collection.prepare(WriteVectors.upsert(NAME, List.of(row)));
    long lsn = database.append(collection.uuid(), write.command().orElseThrow());
    database.sync(true);
    collection.apply(lsn, write.command().orElseThrow());
  }
}

package io.quiver.vectors;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.fuzz.MemoryFiles;
import io.quiver.message.Row;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A few rows in files on a disk in memory, and their id table; two of them are dead. */
final class RowsFixture {
  static final Path FOLDER = Path.of("/s");
  static final Path IDS = FOLDER.resolve("ids.bin");
  static final UUID COLLECTION = new UUID(1, 2);
  static final int DIMENSION = 3;
  static final Metric METRIC = Metric.COSINE;
  static final int ROWS = 6;
  static final int DEAD = 2;
  static final long LSN = 9;

  final FaultyDisk disk;
  final RowStore rows;

  RowsFixture(Arena arena) throws IOException {
    disk = MemoryFiles.disk(FOLDER);
    rows = RowStore.create(disk, FOLDER, COLLECTION, DIMENSION, METRIC, arena);
    List<Row> written = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      written.add(
          new Row(
              id(i),
              DenseVector.of(i + 1, -2, 0.5f),
              i == 3 ? Metadata.ABSENT : Metadata.ofJson("{\"n\":" + i + "}")));
    }
    rows.stage(written);
    rows.publish(ROWS);
    IdTable table = IdTable.empty();
    for (int i = DEAD; i < ROWS; i++) {
      table.put(id(i), i, rows);
    }
    Tombstones dead = Tombstones.NONE.with(new int[] {0, 1}, DEAD);
    IdsFile.write(
        disk, IDS, COLLECTION, IdsFile.Snapshot.of(LSN, ROWS, table, dead, RowVersions.none()));
  }

  static VectorId id(int row) {
    return new VectorId("é" + row);
  }
}

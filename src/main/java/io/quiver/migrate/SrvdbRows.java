package io.quiver.migrate;

import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import io.quiver.message.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a directory of SrvDB (docs/formats/srvdb.md), in the order of their numbers: ids and
 * metadata from {@code metadata.db}, vectors from the file beside it, decoded if they are coded.
 * Releases before 0.3 kept no deletions: what was deleted comes back, as it did there, and of an id
 * that was deleted and added again the later row is the row.
 */
public final class SrvdbRows implements LibraryRows {
  static final Metric METRIC = Metric.COSINE;

  private final SrvdbDatabase database;
  private final SrvdbVectors vectors;
  private final Optional<RedbTable> metadata;
  private final Optional<RedbCursor> position;
  private final BitSet deleted;
  private final long rows;
  private final LeftOut leftOut = new LeftOut();
  private final List<String> notes = new ArrayList<>();
  private long entries;
  private long nextRow;
  private boolean isAtEnd;

  private SrvdbRows(SrvdbDatabase database, SrvdbVectors vectors, long rows) throws IOException {
    this.database = database;
    this.vectors = vectors;
    this.rows = rows;
    this.metadata = database.metadata();
    this.position = metadata.map(database::rows);
    this.deleted = database.deleted(rows);
    if (!vectors.isExact()) {
      notes.add(vectors.name() + " holds codes: the vectors are what they stand for, not exact");
    }
  }

  /**
   * Opens a directory.
   *
   * @throws MalformedFileException if a file of it is none of SrvDB's, or of a release that is not
   *     known
   * @throws java.nio.file.NoSuchFileException if one is not there
   */
  public static SrvdbRows open(Disk disk, Path folder) throws IOException {
    SrvdbDatabase database = SrvdbDatabase.open(disk, folder);
    Optional<SrvdbVectors> vectors = Optional.empty();
    try {
      var committed = database.committed();
      vectors = Optional.of(SrvdbVectors.open(disk, folder, committed));
      long rows = committed.orElse(vectors.get().count());
      return new SrvdbRows(database, vectors.get(), rows);
    } catch (IOException | RuntimeException e) {
      database.close();
      if (vectors.isPresent()) {
        vectors.get().close();
      }
      throw e;
    }
  }

  @Override
  public Optional<Row> next() throws IOException {
    while (position.isPresent() && position.get().advance()) {
      entries++;
      long row = position.get().key().getLong(0);
      countMissing(row);
      nextRow = row < 0 ? rows : row + 1;
      if (row >= 0 && row < rows && deleted.get((int) row)) {
        continue;
      }
      try {
        return Optional.of(read(row));
      } catch (MalformedFileException e) {
        leftOut.add(e);
      }
    }
    finish();
    return Optional.empty();
  }

  private Row read(long row) throws IOException {
    RedbCursor at = position.orElseThrow();
    SrvdbMetadata entry;
    try {
      entry = SrvdbMetadata.parse(at.value());
    } catch (QuiverException e) {
      throw at.malformed("row " + Long.toUnsignedString(row) + ": " + e.getMessage());
    }
    if (row < 0 || row >= rows) {
      throw at.malformed(
          "row %s (id %s): there are %d vectors"
              .formatted(Long.toUnsignedString(row), entry.id(), rows));
    }
    DenseVector vector = vectors.read(row, entry.id().value());
    return new Row(entry.id(), vector, entry.metadata());
  }

  /** Rows without an entry have no id; those that were deleted need none. */
  private void countMissing(long until) {
    long end = until < 0 ? rows : Math.min(until, rows);
    if (nextRow < 0 || nextRow >= end) {
      return;
    }
    long missing = end - nextRow - deleted.get((int) nextRow, (int) end).cardinality();
    if (missing > 0) {
      leftOut.add(
          missing,
          "%s: rows %d to %d: %,d of them have no entry in %s, so nobody knows their ids"
              .formatted(vectors.name(), nextRow, end - 1, missing, SrvdbDatabase.FILE));
    }
  }

  private void finish() throws MalformedFileException {
    if (isAtEnd) {
      return;
    }
    isAtEnd = true;
    countMissing(rows);
    nextRow = rows;
    long expected = metadata.map(RedbTable::rows).orElse(0L);
    if (entries != expected) {
      throw database.malformed(
          "table metadata", "expected %d entries, got %d".formatted(expected, entries));
    }
  }

  @Override
  public double fraction() {
    long expected = metadata.map(RedbTable::rows).orElse(0L);
    return expected <= 0 || isAtEnd ? 1 : Math.min(1, (double) entries / expected);
  }

  @Override
  public int dimension() {
    return vectors.dimension();
  }

  @Override
  public Metric metric() {
    return METRIC;
  }

  @Override
  public long refused() {
    return leftOut.count();
  }

  @Override
  public List<String> problems() {
    return leftOut.problems();
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public void close() throws IOException {
    try (database) {
      vectors.close();
    }
  }
}

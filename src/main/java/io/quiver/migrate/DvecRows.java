package io.quiver.migrate;

import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The living vectors of a d-vecDB collection: of each id the last record in {@code vectors.bin},
 * unless its log says that it was deleted. The whole file is read once when it is opened, to check
 * it and to find the last records, and once more for the rows.
 *
 * <p>A record that is no vector of the collection is left out and told; the rest goes on. If the
 * file has more than {@link LastRecords#IDS_MAX} ids, a row of a later id may come more than once:
 * in the order of the file, so the last one wins.
 */
public final class DvecRows implements VectorReader {
  static final String VECTORS = "vectors.bin";

  private static final int PROBLEMS_MAX = 10;

  private final CollectionConfig config;
  private final Set<UUID> deleted;
  private final Optional<FileWindow> file;
  private final LastRecords last = new LastRecords();
  private final List<String> problems = new ArrayList<>();
  private long unsure;
  private long refused;
  private long records;
  private long end;
  private Optional<DvecRecords> position = Optional.empty();

  private DvecRows(CollectionConfig config, Set<UUID> deleted, Optional<FileWindow> file) {
    this.config = config;
    this.deleted = deleted;
    this.file = file;
  }

  /**
   * Opens and checks the vectors of a collection.
   *
   * @param folder has {@code vectors.bin}; without one the collection is empty
   * @param deleted ids that are left out; kept, not copied
   * @throws MalformedFileException if the file cannot be understood from some record on
   */
  public static DvecRows open(Disk disk, Path folder, CollectionConfig config, Set<UUID> deleted)
      throws IOException {
    DvecRows rows = new DvecRows(config, deleted, openFile(disk, folder.resolve(VECTORS)));
    try {
      rows.survey();
      return rows;
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  private static Optional<FileWindow> openFile(Disk disk, Path path) throws IOException {
    try {
      return Optional.of(FileWindow.open(disk, path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private void survey() throws IOException {
    if (file.isEmpty()) {
      return;
    }
    DvecRecords each = new DvecRecords(file.get());
    while (each.advance()) {
      try {
        UUID id = id(read(each));
        if (!last.put(id, each.offset()) && !deleted.contains(id)) {
          unsure++;
        }
      } catch (QuiverException e) {
        refuse(each, e);
      }
    }
    records = each.index() + 1;
    end = each.end();
    position = Optional.of(new DvecRecords(file.get()));
  }

  private Row read(DvecRecords at) throws IOException {
    return DvecPayload.read(at.payload(), config.metric(), config.dimension());
  }

  private static UUID id(Row row) {
    return UUID.fromString(row.id().value());
  }

  private void refuse(DvecRecords at, QuiverException why) {
    refused++;
    if (problems.size() < PROBLEMS_MAX) {
      problems.add(
          file.orElseThrow()
              .malformed("record " + at.index(), at.offset(), why.getMessage())
              .getMessage());
    }
  }

  @Override
  public Optional<Row> next() throws IOException {
    while (position.isPresent() && position.get().advance()) {
      try {
        Row row = read(position.get());
        UUID id = id(row);
        if (!last.hasLater(id, position.get().offset()) && !deleted.contains(id)) {
          return Optional.of(row);
        }
      } catch (QuiverException told) {
        // The survey has told it.
      }
    }
    return Optional.empty();
  }

  @Override
  public double fraction() {
    return end == 0 || position.isEmpty() ? 1 : (double) position.get().end() / end;
  }

  /** How many rows come. */
  public long total() {
    return last.count() - deleted.stream().filter(last::contains).count() + unsure;
  }

  /** Records of the file, whatever became of them. */
  public long records() {
    return records;
  }

  /** Where the data ends in {@code vectors.bin}. */
  public long endOffset() {
    return end;
  }

  /** Records that are no vectors of this collection. */
  public long refused() {
    return refused;
  }

  /** The first of {@link #refused()}, with file and offset. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    }
  }
}

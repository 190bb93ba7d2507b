package io.quiver.migrate;

import io.quiver.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * {@code metadata.db}: table {@code metadata} of row number → JSON; since 0.3 also {@code
 * tombstones}, the numbers of deleted rows, and {@code state} with {@code committed_count}. Belongs
 * to one thread.
 */
final class SrvdbDatabase implements Closeable {
  static final String FILE = "metadata.db";

  private static final String NUMBER = "\u0001u64";
  private static final String TEXT = "\u0001&str";
  private static final String NOTHING = "\u0001()";

  private final RedbFile file;

  private SrvdbDatabase(RedbFile file) {
    this.file = file;
  }

  static SrvdbDatabase open(Disk disk, Path folder) throws IOException {
    return new SrvdbDatabase(RedbFile.open(disk, folder.resolve(FILE)));
  }

  /** How many rows the last commit had, deleted ones among them; absent before 0.3. */
  OptionalLong committed() throws IOException {
    Optional<RedbTable> table = table("state", TEXT, NUMBER);
    if (table.isEmpty()) {
      return OptionalLong.empty();
    }
    for (RedbCursor at = file.rowsByText(table.get()); at.advance(); ) {
      String key = StandardCharsets.UTF_8.decode(at.key()).toString();
      if (key.equals("committed_count")) {
        long count = at.value().getLong(0);
        if (count < 0 || count > Integer.MAX_VALUE) {
          throw at.malformed("committed_count: " + Long.toUnsignedString(count) + " rows");
        }
        return OptionalLong.of(count);
      }
    }
    return OptionalLong.empty();
  }

  /** The numbers of deleted rows below a number; those above are of no row. */
  BitSet deleted(long rows) throws IOException {
    BitSet deleted = new BitSet();
    Optional<RedbTable> table = table("tombstones", NUMBER, NOTHING);
    if (table.isPresent()) {
      for (RedbCursor at = file.rowsByNumber(table.get()); at.advance(); ) {
        long row = at.key().getLong(0);
        if (row >= 0 && row < rows) {
          deleted.set((int) row);
        }
      }
    }
    return deleted;
  }

  /** The table of all rows; absent if nothing was ever added. */
  Optional<RedbTable> metadata() throws IOException {
    return table("metadata", NUMBER, TEXT);
  }

  /** Its rows, in the order of their numbers. */
  RedbCursor rows(RedbTable metadata) {
    return file.rowsByNumber(metadata);
  }

  private Optional<RedbTable> table(String name, String keys, String values) throws IOException {
    Optional<RedbTable> table = file.table(name);
    if (table.isPresent()) {
      RedbTable got = table.get();
      boolean isKnown =
          got.keyType().equals(keys)
              && got.valueType().equals(values)
              && got.widths().equals(widths(keys, values));
      if (!isKnown) {
        throw file.malformed(
            "table " + name,
            0,
            "expected %s → %s, got %s → %s"
                .formatted(name(keys), name(values), name(got.keyType()), name(got.valueType())));
      }
    }
    return table;
  }

  private static RedbWidths widths(String keys, String values) {
    return new RedbWidths(width(keys), width(values));
  }

  private static OptionalInt width(String type) {
    return switch (type) {
      case NUMBER -> OptionalInt.of(Long.BYTES);
      case NOTHING -> OptionalInt.of(0);
      default -> OptionalInt.empty();
    };
  }

  /** Without the byte before it. */
  private static String name(String type) {
    return type.isEmpty() ? "nothing" : type.substring(1);
  }

  MalformedFileException malformed(String place, String problem) {
    return file.malformed(place, 0, problem);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

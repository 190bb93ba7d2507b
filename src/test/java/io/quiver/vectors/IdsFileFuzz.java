package io.quiver.vectors;

import io.quiver.core.VectorId;
import io.quiver.disk.DamagedFileException;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.fuzz.MemoryFiles;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;

/**
 * An {@code ids.bin} of any bytes, once as they are and once with checksums that hold: it is
 * damaged, or every id is looked up, put and removed without harm, over rows that are whole.
 */
public final class IdsFileFuzz implements FuzzTarget {
  private final RowsFixture fixture = fixture();

  @Override
  public void run(byte[] input) throws IOException {
    check(input);
    MemoryFiles.seal(input, 0, 60, 60);
    MemoryFiles.seal(
        input, FileHeader.BYTES, input.length - Integer.BYTES, input.length - Integer.BYTES);
    check(input);
  }

  private void check(byte[] bytes) throws IOException {
    FaultyDisk disk = MemoryFiles.disk(RowsFixture.FOLDER);
    MemoryFiles.write(disk, RowsFixture.IDS, bytes);
    try (Arena arena = Arena.ofConfined()) {
      IdsFile copy = IdsFile.copy(disk, RowsFixture.IDS, RowsFixture.COLLECTION, arena);
      IdsFile ids = IdsFile.read(disk, RowsFixture.IDS, RowsFixture.COLLECTION, arena);
      Expect.equal(ids.table().countSlots(), copy.table().countSlots());
      Expect.equal(IdsFile.lsnOf(disk, RowsFixture.IDS, RowsFixture.COLLECTION), ids.lsn());
      for (int row = 0; row < RowsFixture.ROWS + 2; row++) {
        VectorId id = RowsFixture.id(row);
        ids.tombstones().contains(row);
        ids.table().pointsAt(id.utf8(), row);
        ids.table().slotsLike(id.utf8());
        use(ids.table(), id, row);
      }
    } catch (DamagedFileException e) {
      Expect.equal(e.fault().file(), RowsFixture.IDS);
    }
  }

  private void use(IdTable table, VectorId id, int row) {
    try {
      int found = table.find(id, fixture.rows);
      Expect.that(found >= IdTable.ABSENT && found < RowsFixture.ROWS, () -> "found row " + found);
      if (row < RowsFixture.ROWS) {
        table.put(id, row, fixture.rows);
        Expect.equal(table.find(id, fixture.rows), row);
        Expect.equal(table.remove(id, fixture.rows), row);
      }
    } catch (IllegalStateException e) {
      Expect.that(e.getMessage().startsWith("no free slot"), e::getMessage);
    } catch (UncheckedIOException e) {
      Expect.that(e.getCause() instanceof DamagedFileException, e::toString);
    }
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    byte[] whole = fixture.disk.readAll(RowsFixture.IDS);
    byte[] full = whole.clone();
    Arrays.fill(full, FileHeader.BYTES, full.length, (byte) 1);
    int rest = whole.length - FileHeader.BYTES - MemoryFiles.getInt(whole, 12) * Long.BYTES;
    byte[] noSlots = Arrays.copyOf(whole, FileHeader.BYTES + rest);
    MemoryFiles.putInt(noSlots, 12, 0);
    return List.of(whole, full, noSlots);
  }

  private static RowsFixture fixture() {
    try {
      return new RowsFixture(Arena.ofAuto());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

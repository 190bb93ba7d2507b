package io.quiver.vectors;

import io.quiver.disk.DamagedFileException;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FoundFaults;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.fuzz.MemoryFiles;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The three files of a shard's rows, of any bytes, once as they are and once with checksums that
 * hold: a row is damaged, or it is read; and what the offline check finds whole is read.
 *
 * <p>Input: ordinals.bin, payload.bin, then vectors.bin without the zeros behind its header.
 */
public final class RowsFuzz implements FuzzTarget {
  private static final String[] NAMES = {"ordinals.bin", "payload.bin", "vectors.bin"};

  @Override
  public void run(byte[] input) throws IOException {
    byte[][] files = MemoryFiles.split(input, NAMES.length);
    files[2] = spread(files[2]);
    check(files);
    seal(files);
    check(files);
  }

  private static void check(byte[][] files) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      FaultyDisk disk = new RowsFixture(arena).disk;
      for (int i = 0; i < NAMES.length; i++) {
        Path path = RowsFixture.FOLDER.resolve(NAMES[i]);
        disk.delete(path);
        MemoryFiles.write(disk, path, files[i]);
      }
      long payloadEnd = files[1].length;
      FoundFaults told = new FoundFaults();
      RowCheck.Expected expected =
          new RowCheck.Expected(
              RowsFixture.COLLECTION,
              RowsFixture.DIMENSION,
              RowsFixture.METRIC,
              RowsFixture.ROWS,
              RowsFixture.ROWS - RowsFixture.DEAD,
              payloadEnd,
              RowsFixture.LSN);
      RowCheck.check(disk, RowsFixture.FOLDER, RowsFixture.IDS, expected, told);
      boolean isRead = isRead(disk, payloadEnd, arena);
      Expect.that(isRead || !told.faults().isEmpty(), () -> "checked, but cannot be read");
    }
  }

  private static boolean isRead(FaultyDisk disk, long payloadEnd, Arena arena) throws IOException {
    RowStore rows;
    try {
      rows =
          RowStore.open(
              disk,
              RowsFixture.FOLDER,
              RowsFixture.COLLECTION,
              RowsFixture.DIMENSION,
              RowsFixture.METRIC,
              RowsFixture.ROWS,
              payloadEnd,
              arena);
    } catch (DamagedFileException e) {
      return false;
    }
    boolean isWhole = true;
    for (int row = 0; row < RowsFixture.ROWS; row++) {
      try {
        rows.verify(row);
        Expect.equal(rows.row(row, true, true).id(), rows.id(row));
      } catch (DamagedFileException e) {
        isWhole = false;
      }
    }
    return isWhole;
  }

  private static byte[] spread(byte[] vectors) {
    int head = Math.min(FileHeader.BYTES, vectors.length);
    int body = vectors.length - head;
    byte[] file = Arrays.copyOf(vectors, body == 0 ? head : RowLayout.ROWS_OFFSET + body);
    Arrays.fill(file, head, Math.min(file.length, RowLayout.ROWS_OFFSET), (byte) 0);
    System.arraycopy(vectors, head, file, file.length - body, body);
    return file;
  }

  private static void seal(byte[][] files) {
    for (byte[] file : files) {
      MemoryFiles.seal(file, 0, 60, 60);
    }
    byte[] ordinals = files[0];
    byte[] payload = files[1];
    byte[] vectors = files[2];
    RowLayout layout = new RowLayout(RowsFixture.DIMENSION, RowsFixture.METRIC);
    for (int row = 0; row < RowsFixture.ROWS; row++) {
      int at = (int) RowLayout.entryOffset(row);
      int rowAt = (int) layout.rowOffset(row);
      if (at + RowLayout.ENTRY_BYTES > ordinals.length
          || rowAt + layout.rowBytes() > vectors.length) {
        return;
      }
      byte[] sum = new byte[Integer.BYTES];
      long offset = MemoryFiles.getLong(ordinals, at);
      int bytes = MemoryFiles.getInt(ordinals, at + RowLayout.ENTRY_PAYLOAD_BYTES);
      if (offset >= 0 && bytes >= 0 && offset <= payload.length - bytes) {
        byte[] record = Arrays.copyOfRange(payload, (int) offset, (int) offset + bytes + 4);
        MemoryFiles.seal(record, 0, bytes, bytes);
        System.arraycopy(record, bytes, ordinals, at + RowLayout.ENTRY_PAYLOAD_CRC, sum.length);
      }
      byte[] vector = Arrays.copyOfRange(vectors, rowAt, rowAt + layout.rowBytes() + 4);
      MemoryFiles.seal(vector, 0, layout.rowBytes(), layout.rowBytes());
      System.arraycopy(
          vector, layout.rowBytes(), ordinals, at + RowLayout.ENTRY_ROW_CRC, sum.length);
      MemoryFiles.seal(ordinals, at, at + RowLayout.ENTRY_CRC, at + RowLayout.ENTRY_CRC);
    }
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      RowsFixture fixture = new RowsFixture(arena);
      RowLayout layout = new RowLayout(RowsFixture.DIMENSION, RowsFixture.METRIC);
      byte[] ordinals = fixture.disk.readAll(RowsFixture.FOLDER.resolve(NAMES[0]));
      byte[] payload = fixture.disk.readAll(RowsFixture.FOLDER.resolve(NAMES[1]));
      byte[] vectors = fixture.disk.readAll(RowsFixture.FOLDER.resolve(NAMES[2]));
      byte[] head = Arrays.copyOf(vectors, FileHeader.BYTES);
      byte[] rows =
          Arrays.copyOfRange(
              vectors, RowLayout.ROWS_OFFSET, (int) layout.rowOffset(RowsFixture.ROWS));
      byte[] both = Arrays.copyOf(head, head.length + rows.length);
      System.arraycopy(rows, 0, both, head.length, rows.length);
      return List.of(
          MemoryFiles.join(
              Arrays.copyOf(ordinals, (int) RowLayout.entryOffset(RowsFixture.ROWS)),
              Arrays.copyOf(payload, (int) fixture.rows.payloadEnd()),
              both));
    }
  }
}

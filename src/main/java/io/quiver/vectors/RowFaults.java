package io.quiver.vectors;

import io.quiver.disk.DamagedFileException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Names what is wrong with a row of the files in a folder. Any thread. */
record RowFaults(Path folder) {
  /** Refuses bytes whose checksum is not the one that was written. */
  void check(String file, long offset, int expected, int found) throws DamagedFileException {
    if (expected != found) {
      throw new DamagedFileException(
          folder.resolve(file),
          offset,
          "CRC32C " + Integer.toHexString(expected),
          Integer.toHexString(found));
    }
  }

  /** Refuses a row that has no entry: an id table of right checksum may name it all the same. */
  void checkOrdinal(int ordinal, MemorySegment entries) throws DamagedFileException {
    boolean isInside =
        ordinal >= 0
            && RowLayout.entryOffset(ordinal) <= entries.byteSize() - RowLayout.ENTRY_BYTES;
    if (!isInside) {
      throw entry(ordinal, "a row in " + entries.byteSize() + " bytes", "row " + ordinal);
    }
  }

  /** Refuses a record that is not in the file. */
  void checkPayload(int ordinal, MemorySegment heap, long offset, int bytes)
      throws DamagedFileException {
    if (offset < FileHeader.BYTES || bytes < Short.BYTES || offset > heap.byteSize() - bytes) {
      String expected = "a payload in bytes %d to %d".formatted(FileHeader.BYTES, heap.byteSize());
      throw entry(ordinal, expected, "%d bytes at %d".formatted(bytes, offset));
    }
  }

  /** Refuses an id that is longer than its record. */
  void checkId(MemorySegment record, long offset) throws DamagedFileException {
    int idBytes = Payload.idBytes(record, 0);
    if (idBytes > record.byteSize() - Short.BYTES) {
      throw new DamagedFileException(
          folder.resolve("payload.bin"),
          offset,
          "an id in " + record.byteSize() + " bytes",
          idBytes + " bytes");
    }
  }

  /** The checksums are right, but nobody could have written that. */
  DamagedFileException notARow(int ordinal, RuntimeException why) {
    return entry(ordinal, "a row", String.valueOf(why.getMessage()));
  }

  private DamagedFileException entry(int ordinal, String expected, String found) {
    return new DamagedFileException(
        folder.resolve("ordinals.bin"), RowLayout.entryOffset(ordinal), expected, found);
  }
}

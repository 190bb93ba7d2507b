package io.quiver.vectors;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.Crc;
import io.quiver.disk.DamagedFileException;
import io.quiver.message.Row;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;

/**
 * Reads rows as they were written. A row is verified when it is first returned after its files were
 * opened, and whenever its vector is; a scrub verifies every row again.
 *
 * <p>Thread safety: any thread, for rows that are published.
 */
final class RowReader {
  private final RowLayout layout;
  private final GrowingMap vectors;
  private final GrowingMap ordinals;
  private final GrowingMap payload;
  private final RowFaults faults;
  private final VerifiedRows verified = new VerifiedRows();

  RowReader(
      RowLayout layout,
      GrowingMap vectors,
      GrowingMap ordinals,
      GrowingMap payload,
      RowFaults faults) {
    this.layout = layout;
    this.vectors = vectors;
    this.ordinals = ordinals;
    this.payload = payload;
    this.faults = faults;
  }

  /**
   * What was stored under an ordinal, bit for bit.
   *
   * @throws DamagedFileException if any of it is not what was written
   */
  Row row(int ordinal, boolean withVector, boolean withMetadata) throws DamagedFileException {
    if (withVector || !verified.contains(ordinal)) {
      verify(ordinal);
      verified.add(ordinal);
    }
    MemorySegment record = record(ordinal);
    try {
      return new Row(
          Payload.id(record),
          withVector ? vector(ordinal) : DenseVector.NONE,
          withMetadata ? Payload.metadata(record) : Metadata.ABSENT);
    } catch (QuiverException | IndexOutOfBoundsException e) { // it was right when it was verified
      throw faults.notARow(ordinal, e);
    }
  }

  private DenseVector vector(int ordinal) {
    float[] components = new float[layout.dimension()];
    MemorySegment.copy(
        vectors.memory(),
        RowLayout.FLOAT,
        layout.rowOffset(ordinal),
        components,
        0,
        components.length);
    return DenseVector.owning(components);
  }

  /** The id under which the row was written. */
  VectorId id(int ordinal) throws DamagedFileException {
    verifyPayload(ordinal);
    try {
      return Payload.id(record(ordinal));
    } catch (QuiverException e) {
      throw faults.notARow(ordinal, e);
    }
  }

  /**
   * Whether the row, whose id has the hash of this one, was written under it; makes no object.
   *
   * @throws UncheckedIOException with a {@link DamagedFileException} if the row differs because it
   *     is not what was written: it may well be the one that is looked for
   */
  boolean hasId(int ordinal, byte[] utf8) {
    MemorySegment memory = ordinals.memory();
    long at = RowLayout.entryOffset(ordinal);
    try {
      faults.checkOrdinal(ordinal, memory);
      long offset = memory.get(RowLayout.LONG, at + RowLayout.ENTRY_PAYLOAD_OFFSET);
      MemorySegment heap = payload.memory();
      boolean isInside = offset >= 0 && offset <= heap.byteSize() - Short.BYTES - utf8.length;
      if (isInside && Payload.hasId(heap, offset, utf8)) {
        return true;
      }
      verifyPayload(ordinal); // Another id of the same hash: one in four billion.
      return false;
    } catch (DamagedFileException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks that everything of a row is what was written. */
  void verify(int ordinal) throws DamagedFileException {
    verifyPayload(ordinal);
    long at = layout.rowOffset(ordinal);
    int expected = ordinals.memory().get(RowLayout.INT, entry(ordinal) + RowLayout.ENTRY_ROW_CRC);
    faults.check("vectors.bin", at, expected, Crc.of(vectors.memory(), at, layout.rowBytes()));
  }

  /**
   * Where the payload of a row ends, in bytes from the start of the file.
   *
   * @throws DamagedFileException if its entry is not what was written
   */
  long payloadEnd(int ordinal) throws DamagedFileException {
    verifyEntry(ordinal);
    MemorySegment entries = ordinals.memory();
    long at = entry(ordinal);
    return entries.get(RowLayout.LONG, at + RowLayout.ENTRY_PAYLOAD_OFFSET)
        + entries.get(RowLayout.INT, at + RowLayout.ENTRY_PAYLOAD_BYTES);
  }

  private void verifyPayload(int ordinal) throws DamagedFileException {
    verifyEntry(ordinal);
    MemorySegment record = record(ordinal);
    MemorySegment entries = ordinals.memory();
    long at = entry(ordinal);
    long offset = entries.get(RowLayout.LONG, at + RowLayout.ENTRY_PAYLOAD_OFFSET);
    int expected = entries.get(RowLayout.INT, at + RowLayout.ENTRY_PAYLOAD_CRC);
    faults.check("payload.bin", offset, expected, Crc.of(record));
    faults.checkId(record, offset);
  }

  private void verifyEntry(int ordinal) throws DamagedFileException {
    MemorySegment entries = ordinals.memory();
    long at = entry(ordinal);
    faults.check(
        "ordinals.bin",
        at,
        entries.get(RowLayout.INT, at + RowLayout.ENTRY_CRC),
        Crc.of(entries, at, RowLayout.ENTRY_CRC));
  }

  /** The record in payload.bin that a row's entry points to; its checksum is not looked at. */
  private MemorySegment record(int ordinal) throws DamagedFileException {
    MemorySegment entries = ordinals.memory();
    long at = entry(ordinal);
    long offset = entries.get(RowLayout.LONG, at + RowLayout.ENTRY_PAYLOAD_OFFSET);
    int bytes = entries.get(RowLayout.INT, at + RowLayout.ENTRY_PAYLOAD_BYTES);
    MemorySegment heap = payload.memory();
    faults.checkPayload(ordinal, heap, offset, bytes);
    return heap.asSlice(offset, bytes);
  }

  /** Where a row's entry stands in ordinals.bin. */
  private long entry(int ordinal) throws DamagedFileException {
    faults.checkOrdinal(ordinal, ordinals.memory());
    return RowLayout.entryOffset(ordinal);
  }
}

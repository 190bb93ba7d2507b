package io.quiver.vectors;

import io.quiver.core.Limits;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.Crc;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.FileFault;
import io.quiver.disk.Findings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads all rows and ids of a shard as of a checkpoint and tells what is wrong, changing nothing:
 * checksums of every row, living or dead, ids and metadata in form, and that each living row is
 * found under its id and nothing else is.
 */
public final class RowCheck {
  /** What the manifest says of the shard. */
  public record Expected(
      UUID uuid, int dimension, Metric metric, int count, int live, long payloadBytes, long lsn) {}

  private final Disk disk;
  private final Path folder;
  private final Path idsPath;
  private final Expected expected;
  private final RowLayout layout;
  private final Findings findings;

  /** Not asked if it is damaged, or not wanted. */
  private Optional<IdsFile> ids = Optional.empty();

  /** Living rows whose id shares its hash with another one's: only these can stand there twice. */
  private final Map<String, Integer> sameHash = new HashMap<>();

  private RowCheck(Disk disk, Path folder, Path idsPath, Expected expected, Findings findings) {
    this.disk = disk;
    this.folder = folder;
    this.idsPath = idsPath;
    this.expected = expected;
    this.layout = new RowLayout(expected.dimension(), expected.metric());
    this.findings = findings;
  }

  /**
   * Checks the shard's files in a folder.
   *
   * @param ids the id table of the checkpoint
   * @return the dead rows, unless the id table is damaged
   * @throws IOException if the disk refuses to read
   */
  public static Optional<Bits> check(
      Disk disk, Path folder, Path ids, Expected expected, Findings findings) throws IOException {
    return new RowCheck(disk, folder, ids, expected, findings).run();
  }

  /**
   * Checks some rows as {@link #check} does, but not what the id table says of them.
   *
   * @param first the row to begin with
   * @param bytes after about so many it stops behind a row
   * @return the row to go on with; {@code expected.count()} if there is none
   * @throws IOException if the disk refuses to read
   */
  public static int checkSome(
      Disk disk, Path folder, Expected expected, int first, long bytes, Findings findings)
      throws IOException {
    RowCheck check = new RowCheck(disk, folder, folder, expected, findings);
    long rowBytes = (long) check.layout.rowBytes() + RowLayout.ENTRY_BYTES;
    long usualBytes = rowBytes + expected.payloadBytes() / Math.max(1, expected.count());
    int rows = Math.clamp(bytes / usualBytes, 1, expected.count() - first);
    return check.checkFiles(first, first + rows, bytes);
  }

  private Optional<Bits> run() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      ids = ids(idsPath, arena);
      checkFiles(0, expected.count(), Long.MAX_VALUE);
      return ids.map(IdsFile::tombstones);
    }
  }

  private int checkFiles(int first, int end, long bytes) throws IOException {
    try (Part ordinals = open("ordinals.bin", RowLayout.ORDINALS_MAGIC, entriesEnd());
        Part vectors = open("vectors.bin", RowLayout.VECTORS_MAGIC, rowsEnd());
        Part payload = open("payload.bin", RowLayout.PAYLOAD_MAGIC, expected.payloadBytes())) {
      vectors.file().ifPresent(this::checkVectorsHeader);
      if (ordinals.file().isEmpty()) {
        return expected.count();
      }
      ordinals.file().get().readTo(RowLayout.entryOffset(end));
      vectors.file().ifPresent(file -> file.readTo(layout.rowOffset(end)));
      if (payload.file().isPresent()) {
        payload.file().get().readTo(payloadEnd(ordinals.file().get(), first, end));
      }
      int ordinal = first;
      for (long done = 0; ordinal < end && done < bytes; ordinal++) {
        done += checkRow(ordinal, ordinals.file().get(), vectors, payload);
      }
      return ordinal;
    }
  }

  private long entriesEnd() {
    return RowLayout.entryOffset(expected.count());
  }

  private long rowsEnd() {
    return layout.rowOffset(expected.count());
  }

  /** A file, or nothing if it is damaged as a whole, which was told. */
  private record Part(Optional<CheckedFile> file) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (file.isPresent()) {
        file.get().close();
      }
    }
  }

  private Part open(String name, long magic, long bytes) throws IOException {
    try {
      return new Part(
          Optional.of(
              CheckedFile.open(
                  disk, folder.resolve(name), magic, expected.uuid(), bytes, findings)));
    } catch (DamagedFileException e) {
      findings.fault(e.fault());
      return new Part(Optional.empty());
    }
  }

  private Optional<IdsFile> ids(Path path, Arena arena) throws IOException {
    try {
      IdsFile ids = IdsFile.copy(disk, path, expected.uuid(), arena);
      int dead = expected.count() - expected.live();
      expect(path, 32, "LSN", expected.lsn(), ids.lsn());
      expect(path, 40, "rows", expected.count(), ids.count());
      expect(path, 48, "ids", expected.live(), ids.table().size());
      expect(path, FileHeader.BYTES, "taken slots", expected.live(), ids.table().countSlots());
      expect(path, FileHeader.BYTES, "dead rows", dead, ids.tombstones().count());
      return Optional.of(ids);
    } catch (DamagedFileException e) {
      findings.fault(e.fault());
      return Optional.empty();
    }
  }

  private void expect(Path path, long offset, String what, long wanted, long found) {
    if (wanted != found) {
      findings.fault(new FileFault(path, offset, what + " " + wanted, String.valueOf(found)));
    }
  }

  private void checkVectorsHeader(CheckedFile vectors) {
    FileHeader header = vectors.header();
    expect(vectors.path(), 12, "dimension", expected.dimension(), header.a());
    expect(vectors.path(), 32, "bytes a row", layout.rowBytes(), header.b());
    expect(vectors.path(), 40, "metric", expected.metric().wire(), header.c());
  }

  /** Where the last record most likely ends: nothing was verified yet. */
  private long payloadEnd(CheckedFile ordinals, int first, int end) throws IOException {
    ordinals.read(RowLayout.entryOffset(first), RowLayout.ENTRY_BYTES); // And those behind it.
    MemorySegment last = ordinals.read(RowLayout.entryOffset(end - 1), RowLayout.ENTRY_BYTES);
    return last.get(RowLayout.LONG, RowLayout.ENTRY_PAYLOAD_OFFSET)
        + last.get(RowLayout.INT, RowLayout.ENTRY_PAYLOAD_BYTES);
  }

  /** Returns how long the row is with all its parts. */
  private long checkRow(int ordinal, CheckedFile ordinals, Part vectors, Part payload)
      throws IOException {
    long at = RowLayout.entryOffset(ordinal);
    MemorySegment entry = ordinals.read(at, RowLayout.ENTRY_BYTES);
    if (!crcHolds(
        ordinals.path(),
        at,
        entry.get(RowLayout.INT, RowLayout.ENTRY_CRC),
        entry.asSlice(0, RowLayout.ENTRY_CRC))) {
      return RowLayout.ENTRY_BYTES; // Nothing is known of the row.
    }
    if (vectors.file().isPresent()) {
      CheckedFile file = vectors.file().get();
      long rowAt = layout.rowOffset(ordinal);
      MemorySegment row = file.read(rowAt, layout.rowBytes());
      if (crcHolds(file.path(), rowAt, entry.get(RowLayout.INT, RowLayout.ENTRY_ROW_CRC), row)) {
        checkFinite(file.path(), rowAt, row);
      }
    }
    if (payload.file().isPresent()) {
      Optional<byte[]> id = checkPayload(payload.file().get(), entry, ordinals.path(), at);
      if (id.isPresent() && ids.isPresent()) {
        checkTable(ids.get(), id.get(), ordinal);
      }
    }
    long payloadBytes = entry.get(RowLayout.INT, RowLayout.ENTRY_PAYLOAD_BYTES);
    return layout.rowBytes() + RowLayout.ENTRY_BYTES + payloadBytes;
  }

  private void checkFinite(Path path, long rowAt, MemorySegment row) {
    for (int i = 0; i < layout.dimension(); i++) {
      float component = row.getAtIndex(RowLayout.FLOAT, i);
      if (!Float.isFinite(component)) {
        findings.fault(
            new FileFault(path, rowAt + 4L * i, "a finite float32", String.valueOf(component)));
        return;
      }
    }
  }

  private boolean crcHolds(Path path, long offset, int wanted, MemorySegment bytes) {
    int crc = Crc.of(bytes);
    if (crc != wanted) {
      findings.fault(
          new FileFault(
              path, offset, "CRC32C " + Integer.toHexString(wanted), Integer.toHexString(crc)));
    }
    return crc == wanted;
  }

  /** The id's bytes, if the record is whole. */
  private Optional<byte[]> checkPayload(
      CheckedFile payload, MemorySegment entry, Path ordinalsPath, long entryAt)
      throws IOException {
    long offset = entry.get(RowLayout.LONG, RowLayout.ENTRY_PAYLOAD_OFFSET);
    int bytes = entry.get(RowLayout.INT, RowLayout.ENTRY_PAYLOAD_BYTES);
    if (offset < FileHeader.BYTES
        || bytes < Short.BYTES
        || offset > expected.payloadBytes() - bytes) {
      findings.fault(
          new FileFault(
              ordinalsPath,
              entryAt,
              "a payload in bytes %d to %d".formatted(FileHeader.BYTES, expected.payloadBytes()),
              "%d bytes at %d".formatted(bytes, offset)));
      return Optional.empty();
    }
    MemorySegment payloadBytes = payload.read(offset, bytes);
    int crc = entry.get(RowLayout.INT, RowLayout.ENTRY_PAYLOAD_CRC);
    if (!crcHolds(payload.path(), offset, crc, payloadBytes)) {
      return Optional.empty();
    }
    byte[] record = payloadBytes.toArray(ValueLayout.JAVA_BYTE);
    int idBytes = Short.toUnsignedInt(payloadBytes.get(RowLayout.SHORT, 0));
    if (idBytes > bytes - Short.BYTES) {
      findings.fault(
          new FileFault(
              payload.path(), offset, "an id in " + bytes + " bytes", idBytes + " bytes"));
      return Optional.empty();
    }
    checkMetadata(payload.path(), offset, record, Short.BYTES + idBytes);
    return checkId(payload.path(), offset, record, idBytes);
  }

  private Optional<byte[]> checkId(Path path, long offset, byte[] record, int bytes) {
    byte[] utf8 = Arrays.copyOfRange(record, Short.BYTES, Short.BYTES + bytes);
    String found;
    try {
      String text = decode(utf8, 0, utf8.length);
      if (new VectorId(text).value().equals(text)) {
        return Optional.of(utf8);
      }
      found = text;
    } catch (CharacterCodingException | QuiverException e) {
      found = String.valueOf(e.getMessage());
    }
    findings.fault(new FileFault(path, offset, "an id", found));
    return Optional.empty();
  }

  private void checkMetadata(Path path, long offset, byte[] record, int from) {
    int bytes = record.length - from;
    String found = bytes + " bytes";
    try {
      decode(record, from, bytes);
      if (bytes <= Limits.METADATA_BYTES_MAX) {
        return;
      }
    } catch (CharacterCodingException e) {
      found = "bytes that are no UTF-8";
    }
    findings.fault(
        new FileFault(
            path,
            offset + from,
            "metadata of at most " + Limits.METADATA_BYTES_MAX + " bytes of UTF-8",
            found));
  }

  private static String decode(byte[] bytes, int from, int count) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes, from, count))
        .toString();
  }

  /** With as many taken slots as living rows, and each of these found, there is no other slot. */
  private void checkTable(IdsFile table, byte[] utf8, int ordinal) {
    boolean isDead = table.tombstones().contains(ordinal);
    String id = new String(utf8, StandardCharsets.UTF_8);
    if (table.table().pointsAt(utf8, ordinal) == isDead) {
      findings.fault(
          new FileFault(
              idsPath,
              FileHeader.BYTES,
              isDead
                  ? "no entry for dead row %d, id %s".formatted(ordinal, id)
                  : "an entry for row %d, id %s".formatted(ordinal, id),
              isDead ? "one" : "none"));
    }
    if (!isDead && table.table().slotsLike(utf8) > 1) {
      Integer other = sameHash.put(id, ordinal);
      if (other != null) {
        findings.fault(
            new FileFault(
                idsPath,
                FileHeader.BYTES,
                "id %s once among living rows".formatted(id),
                "rows %d and %d".formatted(other, ordinal)));
      }
    }
  }
}

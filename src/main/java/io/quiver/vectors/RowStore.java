package io.quiver.vectors;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.Crc;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.message.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The rows of one shard by ordinal: vector, id and metadata, in three files that only grow (layout:
 * {@link RowLayout}). A row is first staged (written behind the published rows, where no reader
 * looks) and later published by whoever owns the read view, so a full disk is met before a write is
 * logged and publishing cannot fail.
 *
 * <p>Thread safety: one writer stages; any thread reads ordinals that were published to it through
 * a volatile. Readers hold the arena open.
 *
 * <p>Invariant: the mappings cover every staged row; a mapping that was handed out stays valid
 * until the arena closes.
 */
public final class RowStore implements VectorSpace {
  private static final int CLEAN_UP_BYTES = 16 << 20;

  private final RowLayout layout;
  private final GrowingMap vectors;
  private final GrowingMap ordinals;
  private final GrowingMap payload;
  private final Path folder;
  private MemorySegment staging = MemorySegment.NULL;
  private volatile int count;
  private int staged;
  private long payloadEnd;

  private RowStore(
      RowLayout layout,
      Path folder,
      GrowingMap vectors,
      GrowingMap ordinals,
      GrowingMap payload,
      int count,
      long payloadEnd) {
    this.layout = layout;
    this.folder = folder;
    this.vectors = vectors;
    this.ordinals = ordinals;
    this.payload = payload;
    this.count = count;
    this.staged = count;
    this.payloadEnd = payloadEnd;
  }

  /** Makes the three files, empty, in an existing folder. */
  public static RowStore create(
      Disk disk, Path folder, UUID uuid, int dimension, Metric metric, Arena arena)
      throws IOException {
    RowLayout layout = new RowLayout(dimension, metric);
    FileHeader head =
        new FileHeader(
            RowLayout.VECTORS_MAGIC,
            RowLayout.VERSION,
            dimension,
            uuid,
            layout.rowBytes(),
            metric.wire(),
            0);
    return new RowStore(
        layout,
        folder,
        GrowingMap.create(disk, folder.resolve("vectors.bin"), head, arena),
        GrowingMap.create(
            disk, folder.resolve("ordinals.bin"), plain(RowLayout.ORDINALS_MAGIC, uuid), arena),
        GrowingMap.create(
            disk, folder.resolve("payload.bin"), plain(RowLayout.PAYLOAD_MAGIC, uuid), arena),
        0,
        FileHeader.BYTES);
  }

  /**
   * Opens the files as of a checkpoint; what lies behind it is overwritten by the next rows.
   *
   * @param count rows at the checkpoint
   * @param payloadEnd bytes of payload.bin at the checkpoint
   * @throws DamagedFileException if a header is wrong or a file is too short
   */
  public static RowStore open(
      Disk disk,
      Path folder,
      UUID uuid,
      int dimension,
      Metric metric,
      int count,
      long payloadEnd,
      Arena arena)
      throws IOException {
    RowLayout layout = new RowLayout(dimension, metric);
    GrowingMap vectors =
        GrowingMap.open(
            disk,
            folder.resolve("vectors.bin"),
            RowLayout.VECTORS_MAGIC,
            uuid,
            layout.rowOffset(count),
            arena);
    FileHeader head = vectors.header();
    if (head.a() != dimension || head.b() != layout.rowBytes() || head.c() != metric.wire()) {
      throw new DamagedFileException(
          folder.resolve("vectors.bin"),
          12,
          "dimension %d, %d bytes a row, metric %d"
              .formatted(dimension, layout.rowBytes(), metric.wire()),
          "%d, %d, %d".formatted(head.a(), head.b(), head.c()));
    }
    return new RowStore(
        layout,
        folder,
        vectors,
        GrowingMap.open(
            disk,
            folder.resolve("ordinals.bin"),
            RowLayout.ORDINALS_MAGIC,
            uuid,
            RowLayout.entryOffset(count),
            arena),
        GrowingMap.open(
            disk, folder.resolve("payload.bin"), RowLayout.PAYLOAD_MAGIC, uuid, payloadEnd, arena),
        count,
        payloadEnd);
  }

  private static FileHeader plain(long magic, UUID uuid) {
    return new FileHeader(magic, RowLayout.VERSION, 0, uuid, 0, 0, 0);
  }

  /**
   * Writer only. Writes rows behind all staged ones.
   *
   * @return the ordinal of the first; the others follow
   * @throws IOException if the disk refuses; then nothing was staged
   */
  public int stage(List<Row> rows) throws IOException {
    int n = rows.size();
    int rowBytes = layout.rowBytes();
    long vectorBytes = (long) n * rowBytes;
    long entryBytes = (long) n * RowLayout.ENTRY_BYTES;
    long payloadBytes = payloadBytes(rows);
    MemorySegment buffer = staging(vectorBytes + entryBytes + payloadBytes);
    MemorySegment vectorPart = buffer.asSlice(0, vectorBytes);
    MemorySegment entryPart = buffer.asSlice(vectorBytes, entryBytes);
    MemorySegment payloadPart = buffer.asSlice(vectorBytes + entryBytes, payloadBytes);
    fill(rows, vectorPart, entryPart, payloadPart);
    vectors.write(layout.rowOffset(staged), vectorPart);
    payload.write(payloadEnd, payloadPart);
    ordinals.write(RowLayout.entryOffset(staged), entryPart);
    int first = staged;
    staged += n;
    payloadEnd += payloadBytes;
    return first;
  }

  private MemorySegment staging(long bytes) {
    if (staging.byteSize() < bytes || staging.byteSize() > CLEAN_UP_BYTES) {
      staging = Arena.ofAuto().allocate(Math.max(bytes, 1 << 16), RowLayout.LINE_BYTES);
    }
    return staging;
  }

  private static long payloadBytes(List<Row> rows) {
    long bytes = 0;
    for (Row row : rows) {
      bytes += Short.BYTES + row.id().utf8Bytes() + row.metadata().bytes();
    }
    return bytes;
  }

  private void fill(
      List<Row> rows,
      MemorySegment vectorPart,
      MemorySegment entryPart,
      MemorySegment payloadPart) {
    int rowBytes = layout.rowBytes();
    float[] scratch = new float[rowBytes / Float.BYTES];
    long payloadAt = 0;
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      long rowAt = (long) i * rowBytes;
      fillVector(row.vector(), scratch);
      MemorySegment.copy(scratch, 0, vectorPart, RowLayout.FLOAT, rowAt, scratch.length);
      int bytes = fillPayload(row, payloadPart, payloadAt);
      long entryAt = (long) i * RowLayout.ENTRY_BYTES;
      entryPart.set(
          RowLayout.LONG, entryAt + RowLayout.ENTRY_PAYLOAD_OFFSET, payloadEnd + payloadAt);
      entryPart.set(RowLayout.INT, entryAt + RowLayout.ENTRY_PAYLOAD_BYTES, bytes);
      entryPart.set(
          RowLayout.INT,
          entryAt + RowLayout.ENTRY_PAYLOAD_CRC,
          Crc.of(payloadPart, payloadAt, bytes));
      entryPart.set(
          RowLayout.INT, entryAt + RowLayout.ENTRY_ROW_CRC, Crc.of(vectorPart, rowAt, rowBytes));
      entryPart.set(
          RowLayout.INT,
          entryAt + RowLayout.ENTRY_CRC,
          Crc.of(entryPart, entryAt, RowLayout.ENTRY_CRC));
      payloadAt += bytes;
    }
  }

  private void fillVector(DenseVector vector, float[] scratch) {
    vector.copyTo(scratch, 0);
    Arrays.fill(scratch, layout.dimension(), scratch.length, 0f);
    if (layout.metric() == Metric.COSINE) {
      scratch[scratch.length - 1] = (float) (1 / Norms.of(vector));
    }
  }

  private static int fillPayload(Row row, MemorySegment target, long at) {
    byte[] id = row.id().utf8();
    Metadata metadata = row.metadata();
    target.set(RowLayout.SHORT, at, (short) id.length);
    MemorySegment.copy(id, 0, target, java.lang.foreign.ValueLayout.JAVA_BYTE, at + 2, id.length);
    metadata.copyTo(target, at + 2 + id.length);
    return Short.BYTES + id.length + metadata.bytes();
  }

  /** Writer only. Makes staged rows below {@code newCount} readable. */
  public void publish(int newCount) {
    assert newCount <= staged : newCount + " > " + staged;
    count = newCount;
  }

  @Override
  public int count() {
    return count;
  }

  /** Writer only. Rows written so far, published or not. */
  public int stagedCount() {
    return staged;
  }

  /** Writer only. Bytes of payload.bin that belong to staged rows. */
  public long payloadEnd() {
    return payloadEnd;
  }

  @Override
  public Scorer scorer() {
    return new MetricScorer(this, layout);
  }

  /** The present mapping of vectors.bin; covers all rows published before the call. */
  MemorySegment vectorMemory() {
    return vectors.memory();
  }

  /** The exact components that were stored. */
  public DenseVector vector(int ordinal) throws DamagedFileException {
    verifyVector(ordinal);
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
  public VectorId id(int ordinal) throws DamagedFileException {
    return Payload.id(checkedPayload(ordinal));
  }

  public Metadata metadata(int ordinal) throws DamagedFileException {
    return Payload.metadata(checkedPayload(ordinal));
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
    long offset = memory.get(RowLayout.LONG, at + RowLayout.ENTRY_PAYLOAD_OFFSET);
    MemorySegment heap = payload.memory();
    boolean isInside = offset >= 0 && offset <= heap.byteSize() - Short.BYTES - utf8.length;
    if (isInside && Payload.hasId(heap, offset, utf8)) {
      return true;
    }
    try {
      checkedPayload(ordinal); // Another id of the same hash: one in four billion.
      return false;
    } catch (DamagedFileException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks that everything of a row is what was written. */
  public void verify(int ordinal) throws DamagedFileException {
    verifyVector(ordinal);
    checkedPayload(ordinal);
  }

  /** Checks that a row's vector is the one that was written. */
  public void verifyVector(int ordinal) throws DamagedFileException {
    long at = layout.rowOffset(ordinal);
    int expected = entry(ordinal).get(RowLayout.INT, RowLayout.ENTRY_ROW_CRC);
    check("vectors.bin", at, expected, Crc.of(vectors.memory(), at, layout.rowBytes()));
  }

  /** Bytes from one vector to the next. */
  public int rowBytes() {
    return layout.rowBytes();
  }

  private MemorySegment checkedPayload(int ordinal) throws DamagedFileException {
    MemorySegment entry = entry(ordinal);
    long offset = entry.get(RowLayout.LONG, RowLayout.ENTRY_PAYLOAD_OFFSET);
    int bytes = entry.get(RowLayout.INT, RowLayout.ENTRY_PAYLOAD_BYTES);
    MemorySegment heap = payload.memory();
    check(
        "payload.bin",
        offset,
        entry.get(RowLayout.INT, RowLayout.ENTRY_PAYLOAD_CRC),
        Crc.of(heap, offset, bytes));
    return heap.asSlice(offset, bytes);
  }

  private MemorySegment entry(int ordinal) throws DamagedFileException {
    long at = RowLayout.entryOffset(ordinal);
    MemorySegment entry = ordinals.memory().asSlice(at, RowLayout.ENTRY_BYTES);
    check(
        "ordinals.bin",
        at,
        entry.get(RowLayout.INT, RowLayout.ENTRY_CRC),
        Crc.of(entry, 0, RowLayout.ENTRY_CRC));
    return entry;
  }

  private void check(String file, long offset, int expected, int found)
      throws DamagedFileException {
    if (expected != found) {
      throw new DamagedFileException(
          folder.resolve(file),
          offset,
          "CRC32C " + Integer.toHexString(expected),
          Integer.toHexString(found));
    }
  }

  /** Puts all staged rows on stable storage. May run beside the writer and readers. */
  public void force() throws IOException {
    vectors.force();
    payload.force();
    ordinals.force();
  }

  /** Bytes that readers may touch in memory, by file; they belong to the page cache. */
  public long mappedBytes() {
    return vectors.memory().byteSize() + ordinals.memory().byteSize() + payload.memory().byteSize();
  }

  /** Closes the files; the mappings live until the arena closes. */
  public void close() throws IOException {
    vectors.close();
    ordinals.close();
    payload.close();
  }
}

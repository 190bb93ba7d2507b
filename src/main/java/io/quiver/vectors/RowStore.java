package io.quiver.vectors;

import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.message.Row;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private static final System.Logger LOG = System.getLogger(RowStore.class.getName());
  private static final int CLEAN_UP_BYTES = 16 << 20;

  private final RowLayout layout;
  private final RowEncoder encoder;
  private final GrowingMap vectors;
  private final GrowingMap ordinals;
  private final GrowingMap payload;
  private final RowReader reader;
  private MemorySegment staging = MemorySegment.NULL;
  private volatile int count;
  private int staged;
  private long payloadEnd;

  /** A store over vectors, ordinals and payload. */
  private RowStore(
      RowLayout layout, Path folder, List<GrowingMap> files, int count, long payloadEnd) {
    this.layout = layout;
    this.encoder = new RowEncoder(layout);
    this.vectors = files.get(0);
    this.ordinals = files.get(1);
    this.payload = files.get(2);
    this.reader = new RowReader(layout, vectors, ordinals, payload, new RowFaults(folder));
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
    List<GrowingMap> files = new ArrayList<>(3);
    try {
      files.add(GrowingMap.create(disk, folder.resolve("vectors.bin"), head, arena));
      files.add(
          GrowingMap.create(
              disk, folder.resolve("ordinals.bin"), plain(RowLayout.ORDINALS_MAGIC, uuid), arena));
      files.add(
          GrowingMap.create(
              disk, folder.resolve("payload.bin"), plain(RowLayout.PAYLOAD_MAGIC, uuid), arena));
      return new RowStore(layout, folder, files, 0, FileHeader.BYTES);
    } catch (IOException | RuntimeException | Error e) {
      close(files, e);
      throw e;
    }
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
    List<GrowingMap> files = new ArrayList<>(3);
    try {
      Path vectors = folder.resolve("vectors.bin");
      files.add(
          GrowingMap.open(
              disk, vectors, RowLayout.VECTORS_MAGIC, uuid, layout.rowOffset(count), arena));
      layout.expect(vectors, files.getFirst().header());
      Path ordinals = folder.resolve("ordinals.bin");
      long ordinalsEnd = RowLayout.entryOffset(count);
      files.add(
          GrowingMap.open(disk, ordinals, RowLayout.ORDINALS_MAGIC, uuid, ordinalsEnd, arena));
      Path payload = folder.resolve("payload.bin");
      files.add(GrowingMap.open(disk, payload, RowLayout.PAYLOAD_MAGIC, uuid, payloadEnd, arena));
      return new RowStore(layout, folder, files, count, payloadEnd);
    } catch (IOException | RuntimeException | Error e) {
      close(files, e);
      throw e;
    }
  }

  /** What was opened before the rest could not be: a handle that is kept is missed later. */
  private static void close(List<GrowingMap> files, Throwable cause) {
    for (GrowingMap file : files) {
      try {
        file.close();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
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
    long vectorBytes = (long) n * layout.rowBytes();
    long entryBytes = (long) n * RowLayout.ENTRY_BYTES;
    long payloadBytes = RowEncoder.payloadBytes(rows);
    MemorySegment buffer = staging(vectorBytes + entryBytes + payloadBytes);
    MemorySegment vectorPart = buffer.asSlice(0, vectorBytes);
    MemorySegment entryPart = buffer.asSlice(vectorBytes, entryBytes);
    MemorySegment payloadPart = buffer.asSlice(vectorBytes + entryBytes, payloadBytes);
    encoder.encode(rows, payloadEnd, vectorPart, entryPart, payloadPart);
    vectors.write(layout.rowOffset(staged), vectorPart);
    payload.write(payloadEnd, payloadPart);
    ordinals.write(RowLayout.entryOffset(staged), entryPart);
    int first = staged;
    staged += n;
    payloadEnd += payloadBytes;
    return first;
  }

  /**
   * Writer only, when no staged row will be published any more: the next ones take their place, so
   * that refused writes do not use up a disk.
   */
  public void unstage() {
    staged = count;
    try {
      payloadEnd = count == 0 ? FileHeader.BYTES : reader.payloadEnd(count - 1);
    } catch (DamagedFileException e) {
      LOG.log(System.Logger.Level.DEBUG, "payload goes on behind what was staged", e);
    }
  }

  /** Bytes that a copy of so many of the rows takes, about. */
  public long copyBytes(int rows) {
    long each = (long) layout.rowBytes() + RowLayout.ENTRY_BYTES;
    return rows * each + payloadEnd / Math.max(count, 1) * rows;
  }

  private MemorySegment staging(long bytes) {
    if (staging.byteSize() < bytes || staging.byteSize() > CLEAN_UP_BYTES) {
      staging = Arena.ofAuto().allocate(Math.max(bytes, 1 << 16), RowLayout.LINE_BYTES);
    }
    return staging;
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

  @Override
  public int dimension() {
    return layout.dimension();
  }

  @Override
  public Metric metric() {
    return layout.metric();
  }

  @Override
  public void read(int ordinal, float[] target) {
    layout.readScored(vectors.memory(), ordinal, target);
  }

  /** The present mapping of vectors.bin; covers all rows published before the call. */
  MemorySegment vectorMemory() {
    return vectors.memory();
  }

  /** See {@link RowReader#row}. */
  public Row row(int ordinal, boolean withVector, boolean withMetadata)
      throws DamagedFileException {
    return reader.row(ordinal, withVector, withMetadata);
  }

  /** The id under which the row was written. */
  public VectorId id(int ordinal) throws DamagedFileException {
    return reader.id(ordinal);
  }

  /** See {@link RowReader#hasId}. */
  boolean hasId(int ordinal, byte[] utf8) {
    return reader.hasId(ordinal, utf8);
  }

  /** Checks that everything of a row is what was written. */
  public void verify(int ordinal) throws DamagedFileException {
    reader.verify(ordinal);
  }

  /** Bytes from one vector to the next. */
  public int rowBytes() {
    return layout.rowBytes();
  }

  /**
   * Any thread. Checks that the files are as long as what was written to them.
   *
   * @throws DamagedFileException if one is shorter, or gone
   */
  public void expectWhole(Disk disk) throws IOException {
    vectors.mapped().expectWhole(disk);
    payload.mapped().expectWhole(disk);
    ordinals.mapped().expectWhole(disk);
  }

  /** Puts all staged rows on stable storage. May run beside the writer and readers. */
  public void force() throws IOException {
    vectors.force();
    payload.force();
    ordinals.force();
  }

  /**
   * Closes the files; the mappings live until the arena closes. Nothing is staged any more: whoever
   * still knows this object, like a search thread's session, keeps little alive.
   */
  public void close() throws IOException {
    staging = MemorySegment.NULL;
    try {
      vectors.close();
    } finally {
      try {
        ordinals.close();
      } finally {
        payload.close();
      }
    }
  }
}

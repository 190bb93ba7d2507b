package io.quiver.snapshot;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.disk.Crc;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.message.FileBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A snapshot as one run of bytes, the form in which it travels (docs/formats/snapshot.md): a head,
 * {@code snapshot.json}, and what counts of each file, in the order that says. So every byte has
 * one offset, whoever sends it, and no name in it is anything but one of the known files'.
 *
 * <pre>
 *  0  u64  magic "QVSNAP01"     8  u32  version 1        12  u32  bytes of snapshot.json
 * 16  u64  bytes of the whole  24  u32  0                28  u32  CRC32C of bytes 0 to 27
 * </pre>
 */
final class Archive {
  static final int HEAD_BYTES = 32;
  static final int INDEX_BYTES_MAX = 8 << 20;

  private static final long MAGIC = 0x3130_5041_4E53_5651L;
  private static final int VERSION = 1;
  private static final int CRC_AT = 28;
  private static final long MANIFEST_BYTES_MAX = 1 << 20;

  private final SnapshotIndex index;
  private final byte[] head;

  /** Where each file begins, and where the last one ends. */
  private final long[] starts;

  private Archive(SnapshotIndex index, byte[] head) {
    this.index = index;
    this.head = head;
    List<SavedFile> files = index.files();
    starts = new long[files.size() + 1];
    starts[0] = head.length;
    for (int i = 0; i < files.size(); i++) {
      starts[i + 1] = Math.addExact(starts[i], files.get(i).bytes());
    }
  }

  /** Of a snapshot whose bytes all have their checksum. */
  static Archive of(SnapshotIndex index) {
    byte[] json = SnapshotJson.write(index);
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES + json.length).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(MAGIC).putInt(VERSION).putInt(json.length);
    head.putLong(head.capacity() + index.sizeBytes()).putInt(0);
    head.putInt(Crc.of(head.array(), 0, CRC_AT)).put(json);
    return new Archive(index, head.array());
  }

  /**
   * How long the index is, by the first {@link #HEAD_BYTES} bytes.
   *
   * @throws QuiverException INVALID_ARGUMENT if they are no such head
   */
  static int indexBytes(byte[] bytes) {
    ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    boolean isHead = head.getLong(0) == MAGIC && head.getInt(CRC_AT) == Crc.of(bytes, 0, CRC_AT);
    expect("a snapshot (QVSNAP01)", isHead, "something else");
    expect("version " + VERSION, head.getInt(8) == VERSION, head.getInt(8));
    int length = head.getInt(12);
    expect(
        "an index of at most " + INDEX_BYTES_MAX + " bytes",
        length > 0 && length <= INDEX_BYTES_MAX,
        Integer.toUnsignedString(length));
    return length;
  }

  /**
   * What head and index say.
   *
   * @throws QuiverException INVALID_ARGUMENT, PAYLOAD_TOO_LARGE
   */
  static Archive parse(byte[] head) {
    SnapshotIndex index;
    try {
      byte[] json = Arrays.copyOfRange(head, HEAD_BYTES, head.length);
      index = SnapshotJson.read(Path.of(SnapshotFolder.INDEX), json);
    } catch (DamagedFileException e) {
      throw QuiverException.invalid("body", "a snapshot's index", e.getMessage());
    }
    check(index);
    Archive archive = new Archive(index, head.clone());
    long said = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong(16);
    expect(archive.totalBytes() + " bytes in all", said == archive.totalBytes(), said);
    return archive;
  }

  private static void check(SnapshotIndex index) {
    Set<String> paths = new HashSet<>();
    long left = Limits.SNAPSHOT_BYTES_MAX;
    for (SavedFile file : index.files()) {
      expect("each file once", paths.add(file.path()), file.path());
      expect("checksums of every file", file.isSealed(), file.path() + " without");
      expect("at most " + Limits.SNAPSHOT_BYTES_MAX + " bytes", file.bytes() <= left, file.bytes());
      boolean isManifest = file.path().equals(SnapshotFolder.MANIFEST);
      expect("a manifest", !isManifest || file.bytes() <= MANIFEST_BYTES_MAX, file.bytes());
      left -= file.bytes();
    }
    expect("a manifest", paths.contains(SnapshotFolder.MANIFEST), "none");
  }

  private static void expect(String expected, boolean holds, Object got) {
    if (!holds) {
      throw QuiverException.invalid("body", expected, got);
    }
  }

  SnapshotIndex index() {
    return index;
  }

  long totalBytes() {
    return starts[starts.length - 1];
  }

  /**
   * Reads a part.
   *
   * @param folder where the files are
   * @param offset of the part; {@code offset + target.length <= totalBytes()}
   */
  void read(Disk disk, Path folder, long offset, byte[] target) throws IOException {
    int done = 0;
    if (offset < head.length) {
      done = (int) Math.min(target.length, head.length - offset);
      System.arraycopy(head, (int) offset, target, 0, done);
    }
    while (done < target.length) {
      long at = offset + done;
      int file = fileAt(at);
      int count = (int) Math.min(target.length - done, starts[file + 1] - at);
      try (DiskFile open = disk.openReadOnly(path(folder, file))) {
        open.read(at - starts[file], MemorySegment.ofArray(target).asSlice(done, count));
      }
      done += count;
    }
  }

  /**
   * Writes what belongs to one file.
   *
   * @param offset of {@code bytes[from]}, behind the head and before the end
   * @return how many bytes were written
   */
  int write(Disk disk, Path folder, long offset, FileBytes bytes, int from) throws IOException {
    int file = fileAt(offset);
    int count = (int) Math.min(bytes.size() - from, starts[file + 1] - offset);
    byte[] part = new byte[count];
    bytes.copyTo(from, part, 0, count);
    Path path = path(folder, file);
    if (offset == starts[file]) {
      disk.createDirectories(path.getParent());
    }
    try (DiskFile open = disk.open(path)) {
      open.write(offset - starts[file], MemorySegment.ofArray(part));
    }
    return count;
  }

  private Path path(Path folder, int file) {
    return folder.resolve(index.files().get(file).path());
  }

  private int fileAt(long offset) {
    int found = Arrays.binarySearch(starts, offset);
    return found >= 0 ? found : -found - 2;
  }
}

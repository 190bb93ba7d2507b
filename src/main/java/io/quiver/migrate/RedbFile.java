package io.quiver.migrate;

import io.quiver.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads a database file of redb (versions 2 and 3 of its format; docs/formats/srvdb.md): as much as
 * it takes to walk the tables of the last commit. The file is not repaired and not locked: nobody
 * may write to it meanwhile. Belongs to one thread.
 */
final class RedbFile implements Closeable {
  private static final byte[] MAGIC = {'r', 'e', 'd', 'b', 0x1A, 0x0A, (byte) 0xA9, 0x0D, 0x0A};

  private static final Comparator<ByteBuffer> NUMBERS =
      (a, b) -> Long.compareUnsigned(a.getLong(0), b.getLong(0));

  private static final Comparator<ByteBuffer> BYTES = RedbFile::compareBytes;

  private static final int FLAGS = 9;
  private static final int PAGE_BYTES = 12;
  private static final int REGION_HEADER_PAGES = 16;
  private static final int REGION_DATA_PAGES = 20;
  private static final int SLOTS = 64;
  private static final int SLOT_BYTES = 128;
  private static final int SLOT_TRANSACTION = 104;
  private static final int HEADER_BYTES = SLOTS + 2 * SLOT_BYTES;

  private static final int PRIMARY_IS_SECOND = 1;
  private static final int FLAGS_KNOWN = 7; // which slot, not closed, how it commits

  private static final int PAGE_BYTES_MIN = 512;
  private static final int PAGE_BYTES_MAX = 1 << 16;

  private final FileWindow file;
  private final int pageBytes;
  private final long regionHeaderPages;
  private final long regionDataPages;
  private final int slot;

  private RedbFile(FileWindow file) throws IOException {
    this.file = file;
    if (file.size() < HEADER_BYTES) {
      throw file.malformed("header", 0, "expected a redb file, got " + file.size() + " bytes");
    }
    ByteBuffer header = file.at(0, HEADER_BYTES);
    byte[] magic = new byte[MAGIC.length];
    header.get(0, magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw file.malformed(
          "header", 0, "expected a redb file that begins with redb 1A 0A A9 0D 0A");
    }
    int flags = header.get(FLAGS);
    if ((flags & ~FLAGS_KNOWN) != 0) {
      throw file.malformed("header", FLAGS, "flags: expected 0 to 7, got " + (flags & 0xFF));
    }
    pageBytes = header.getInt(PAGE_BYTES);
    regionHeaderPages = Integer.toUnsignedLong(header.getInt(REGION_HEADER_PAGES));
    regionDataPages = Integer.toUnsignedLong(header.getInt(REGION_DATA_PAGES));
    if (Integer.bitCount(pageBytes) != 1
        || pageBytes < PAGE_BYTES_MIN
        || pageBytes > PAGE_BYTES_MAX) {
      throw file.malformed("header", PAGE_BYTES, "page size: " + Integer.toUnsignedLong(pageBytes));
    }
    int primary = flags & PRIMARY_IS_SECOND;
    slot = SLOTS + primary * SLOT_BYTES;
    checkSlot(header, SLOTS + (1 - primary) * SLOT_BYTES);
  }

  static RedbFile open(Disk disk, Path path) throws IOException {
    FileWindow file = FileWindow.open(disk, path);
    try {
      return new RedbFile(file);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private void checkSlot(ByteBuffer header, int other) throws MalformedFileException {
    int version = header.get(slot);
    if (version != 2 && version != 3) {
      throw file.malformed("commit slot", slot, "format version: expected 2 or 3, got " + version);
    }
    long here = header.getLong(slot + SLOT_TRANSACTION);
    long there = header.getLong(other + SLOT_TRANSACTION);
    if (Long.compareUnsigned(here, there) < 0) {
      throw file.malformed(
          "commit slot",
          slot,
          "transaction %s is older than %s in the other slot: a commit was broken off; open the"
                  .formatted(Long.toUnsignedString(here), Long.toUnsignedString(there))
              + " database once with SrvDB, which repairs it");
    }
  }

  /** The table of this name in the last commit. */
  Optional<RedbTable> table(String name) throws IOException {
    ByteBuffer header = file.at(slot, SLOT_BYTES);
    if (header.get(1) == 0) {
      return Optional.empty();
    }
    OptionalLong root = OptionalLong.of(header.getLong(8));
    RedbCursor tables = new RedbCursor(this, root, RedbWidths.VARIABLE, BYTES);
    while (tables.advance()) {
      if (StandardCharsets.UTF_8.decode(tables.key()).toString().equals(name)) {
        return Optional.of(RedbTable.read(tables));
      }
    }
    return Optional.empty();
  }

  /** The rows of a table whose keys are u64. */
  RedbCursor rowsByNumber(RedbTable table) {
    return new RedbCursor(this, table.root(), table.widths(), NUMBERS);
  }

  /** The rows of a table whose keys are text. */
  RedbCursor rowsByText(RedbTable table) {
    return new RedbCursor(this, table.root(), table.widths(), BYTES);
  }

  /** A page of the tree, by its number. */
  RedbPage page(long number) throws IOException {
    long index = number & 0xF_FFFF;
    long region = number >>> 20 & 0xF_FFFF;
    int order = (int) (number >>> 59);
    long offset =
        pageBytes // the header, rounded up
            + region * (regionHeaderPages + regionDataPages) * pageBytes
            + regionHeaderPages * pageBytes
            + (index << order) * pageBytes;
    long length = (long) pageBytes << order;
    boolean isInside =
        (number & ~(0xFF_FFFF_FFFFL | 31L << 59)) == 0
            && (index + 1) << order <= regionDataPages
            && offset >= 0
            && length <= FileWindow.READ_BYTES_MAX
            && offset <= file.size() - length;
    if (!isInside) {
      throw file.malformed(
          "page " + Long.toHexString(number), offset, "it does not lie in the file");
    }
    byte[] bytes = new byte[(int) length];
    file.at(offset, bytes.length).get(bytes);
    return RedbPage.of(this, offset, bytes);
  }

  private static int compareBytes(ByteBuffer a, ByteBuffer b) {
    int mismatch = a.mismatch(b);
    if (mismatch < 0) {
      return 0;
    }
    boolean isPrefix = mismatch == a.capacity() || mismatch == b.capacity();
    return isPrefix
        ? Integer.compare(a.capacity(), b.capacity())
        : Byte.compareUnsigned(a.get(mismatch), b.get(mismatch));
  }

  MalformedFileException malformed(String place, long offset, String problem) {
    return file.malformed(place, offset, problem);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

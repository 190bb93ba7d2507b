package io.quiver.migrate;

import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * What d-vecDB's log says was deleted. An entry is
 *
 * <pre>
 *   u32 0xDEADBEEF | u32 length | u64 = 16 | 16 bytes UUID | u64 unix s | u32 CRC-32 | operation
 * </pre>
 *
 * <p>Older entries have no magic and no checksum. What cannot be read is stepped over, to the next
 * magic if its length is not to be believed, and told; a torn end is normal. Immutable.
 */
public final class DvecLog {
  /** The log of a directory that has none. */
  public static final DvecLog NONE = new DvecLog();

  private static final int MAGIC = 0xDEADBEEF;
  private static final int MAGIC_BYTES = Integer.BYTES;
  private static final int ENTRY_BYTES_MAX = FileWindow.READ_BYTES_MAX;

  /** Id with its length, time, checksum. */
  private static final int CHECKSUM_AT = Long.BYTES + DvecPayload.ID_BYTES + Long.BYTES;

  private static final int HEAD_BYTES = CHECKSUM_AT + Integer.BYTES;
  private static final int SCAN_BYTES = 1 << 16;
  private static final int NAME_BYTES_MAX = 4096;
  private static final int PROBLEMS_MAX = 10;

  private final Map<String, Set<UUID>> deleted = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private long entries;
  private long skipped;

  private DvecLog() {}

  /** Reads a whole log. */
  public static DvecLog read(Disk disk, Path path) throws IOException {
    DvecLog log = new DvecLog();
    try (FileWindow file = FileWindow.open(disk, path)) {
      log.readAll(file);
    }
    return log;
  }

  /** The ids of a collection whose last operation is a delete. */
  public Set<UUID> deletedOf(String collection) {
    return Set.copyOf(deleted.getOrDefault(collection, Set.of()));
  }

  /** Entries that were understood. */
  public long entries() {
    return entries;
  }

  /** Entries, or stretches of the file, that were not. */
  public long skipped() {
    return skipped;
  }

  /** The first of {@link #skipped()}, with file and offset. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  private void readAll(FileWindow file) throws IOException {
    long at = 0;
    boolean hasMagic = false;
    while (at + Integer.BYTES <= file.size()) {
      int first = file.at(at, Integer.BYTES).getInt();
      boolean isMagic = first == MAGIC;
      if (first == 0 && !hasMagic) {
        return; // the end of an older log
      }
      hasMagic |= isMagic;
      long start = isMagic ? at + MAGIC_BYTES : at;
      long length = isMagic || !hasMagic ? length(file, start) : -1;
      if (length < 0) {
        long next = findMagic(file, at + 1);
        if (next < 0) {
          return; // torn
        }
        skip(file, at, "%d bytes that are no entry".formatted(next - at));
        at = next;
      } else {
        entry(file, at, start + Integer.BYTES, (int) length, isMagic);
        at = start + Integer.BYTES + length;
      }
    }
  }

  /** The length of an entry, or −1 if there can be none of that length. */
  private static long length(FileWindow file, long at) throws IOException {
    if (at + Integer.BYTES > file.size()) {
      return -1;
    }
    long length = Integer.toUnsignedLong(file.at(at, Integer.BYTES).getInt());
    boolean fits = length <= file.size() - at - Integer.BYTES;
    return length >= HEAD_BYTES && length <= ENTRY_BYTES_MAX && fits ? length : -1;
  }

  private static long findMagic(FileWindow file, long from) throws IOException {
    for (long at = from; at + MAGIC_BYTES <= file.size(); at += SCAN_BYTES - MAGIC_BYTES + 1) {
      ByteBuffer bytes = file.at(at, (int) Math.min(SCAN_BYTES, file.size() - at));
      for (int i = 0; i + MAGIC_BYTES <= bytes.limit(); i++) {
        if (bytes.getInt(i) == MAGIC) {
          return at + i;
        }
      }
    }
    return -1;
  }

  private void entry(FileWindow file, long at, long start, int length, boolean isChecked)
      throws IOException {
    ByteBuffer in = file.at(start, length);
    int expected = in.getInt(CHECKSUM_AT);
    in.position(HEAD_BYTES);
    if (isChecked) {
      CRC32 crc = new CRC32();
      crc.update(in.duplicate());
      if ((int) crc.getValue() != expected) {
        skip(file, at, "CRC-32: expected %08x, got %08x".formatted(expected, crc.getValue()));
        return;
      }
    }
    try {
      apply(in);
      entries++;
    } catch (QuiverException e) {
      skip(file, at, e.getMessage());
    }
  }

  private void skip(FileWindow file, long at, String problem) {
    skipped++;
    if (problems.size() < PROBLEMS_MAX) {
      problems.add(file.malformed("entry", at, problem).getMessage());
    }
  }

  private void apply(ByteBuffer in) {
    int variant = variant(in);
    String collection = name(in);
    switch (variant) {
      case 0 -> {} // Created: its configuration is in its metadata.json.
      case 1 -> deleted.remove(collection); // Whatever stands in the folder now came later.
      case 2 -> revive(collection, DvecPayload.readId(in));
      case 3 -> {
        long count = count(in);
        for (long i = 0; i < count; i++) {
          revive(collection, DvecPayload.skip(in));
        }
      }
      case 4 ->
          deleted.computeIfAbsent(collection, each -> new HashSet<>()).add(DvecPayload.readId(in));
      default -> throw QuiverException.invalid("operation", "0 to 4", variant);
    }
  }

  private void revive(String collection, UUID id) {
    Set<UUID> gone = deleted.get(collection);
    if (gone != null) {
      gone.remove(id);
    }
  }

  private static int variant(ByteBuffer in) {
    if (in.remaining() < Integer.BYTES) {
      throw QuiverException.invalid("operation", "4 bytes", in.remaining() + " bytes");
    }
    return in.order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private static String name(ByteBuffer in) {
    long length = count(in);
    if (length > NAME_BYTES_MAX || length > in.remaining()) {
      throw QuiverException.invalid("collection", "a name", length + " bytes");
    }
    byte[] utf8 = new byte[(int) length];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static long count(ByteBuffer in) {
    long count = in.remaining() < Long.BYTES ? -1 : in.getLong();
    if (count < 0) {
      throw QuiverException.invalid("length", "8 bytes of a count", Long.toUnsignedString(count));
    }
    return count;
  }
}

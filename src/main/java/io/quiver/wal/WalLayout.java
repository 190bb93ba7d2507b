package io.quiver.wal;

import io.quiver.disk.Crc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Where what stands in a segment (docs/formats/wal.md). Little-endian, everything aligned to 8.
 *
 * <pre>
 * header   0 magic    8 version  12 zero     16 log uuid  32 first LSN  40 previous LSN
 *         48 zero    60 CRC32C of 0..60
 * record   0 CRC32C   4 length    8 LSN      16 synced LSN  24 collection uuid
 *         40 payload, then zeros to the next multiple of 8
 * </pre>
 */
final class WalLayout {
  static final int HEADER_BYTES = 64;
  static final int RECORD_HEADER_BYTES = 40;
  static final int ALIGNMENT = 8;

  /** Instead of an LSN: no record but a note that everything before it is on stable storage. */
  static final long MARK_LSN = 0;

  static final UUID NO_COLLECTION = new UUID(0, 0);

  /** Instead of a collection, in a mark: no record before it is needed any more. */
  static final UUID SETTLED = new UUID(0, 1);

  private static final long MAGIC = 0x4C41_5752_5649_5551L; // "QUIVRWAL"
  private static final int VERSION = 1;
  private static final int VERSION_AT = 8;
  private static final int LOG_AT = 16;
  private static final int FIRST_LSN_AT = 32;
  private static final int PREVIOUS_LSN_AT = 40;
  private static final int HEADER_CRC_AT = 60;

  private static final int LENGTH_AT = 4;
  private static final int LSN_AT = 8;
  private static final int SYNCED_LSN_AT = 16;
  private static final int COLLECTION_AT = 24;

  private static final String SUFFIX = ".wal";
  private static final int NAME_DIGITS = 20;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private WalLayout() {}

  static String fileName(long firstLsn) {
    return "%020d".formatted(firstLsn) + SUFFIX;
  }

  /** The first LSN in a segment's file name; empty if the name is not one of ours. */
  static OptionalLong firstLsnOf(String fileName) {
    String digits = fileName.substring(0, Math.min(NAME_DIGITS, fileName.length()));
    if (fileName.length() != NAME_DIGITS + SUFFIX.length()
        || !fileName.endsWith(SUFFIX)
        || digits.charAt(0) != '0' // so that 19 digits are left, which a long may hold
        || !digits.chars().allMatch(c -> '0' <= c && c <= '9')) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  static MemorySegment header(UUID log, long firstLsn, long previousLsn) {
    MemorySegment header = MemorySegment.ofArray(new byte[HEADER_BYTES]);
    header.set(LONG, 0, MAGIC);
    header.set(INT, VERSION_AT, VERSION);
    putUuid(header, LOG_AT, log);
    header.set(LONG, FIRST_LSN_AT, firstLsn);
    header.set(LONG, PREVIOUS_LSN_AT, previousLsn);
    header.set(INT, HEADER_CRC_AT, Crc.of(header, 0, HEADER_CRC_AT));
    return header;
  }

  /** What is wrong with a segment header in a file whose name says {@code firstLsn}. */
  static Optional<Fault> headerFault(MemorySegment header, long firstLsn) {
    if (header.get(LONG, 0) != MAGIC) {
      return Optional.of(Fault.of("magic", hex(MAGIC), hex(header.get(LONG, 0))));
    }
    if (header.get(INT, VERSION_AT) != VERSION) {
      return Optional.of(Fault.of("version", VERSION, header.get(INT, VERSION_AT)));
    }
    int crc = headerCrc(header);
    if (header.get(INT, HEADER_CRC_AT) != crc) {
      return Optional.of(Fault.of("header CRC32C", hex(crc), hex(salt(header))));
    }
    if (header.get(LONG, FIRST_LSN_AT) != firstLsn) {
      return Optional.of(Fault.of("first LSN", firstLsn, header.get(LONG, FIRST_LSN_AT)));
    }
    return Long.compareUnsigned(previousLsn(header), firstLsn) < 0
        ? Optional.empty()
        : Optional.of(Fault.of("previous LSN below", firstLsn, previousLsn(header)));
  }

  /** Set if a header is whole but of a version that is not ours. */
  static Optional<Fault> otherVersion(MemorySegment header) {
    int version = header.get(INT, VERSION_AT);
    return header.get(LONG, 0) == MAGIC && version != VERSION && salt(header) == headerCrc(header)
        ? Optional.of(Fault.of("version", VERSION, version))
        : Optional.empty();
  }

  /** Whether the fixed bytes at the start are right. */
  static boolean beginsAsHeader(MemorySegment header) {
    return header.get(LONG, 0) == MAGIC && header.get(LONG, VERSION_AT) == VERSION;
  }

  /** The checksum that a header should have. */
  static int headerCrc(MemorySegment header) {
    return Crc.of(header, 0, HEADER_CRC_AT);
  }

  static UUID log(MemorySegment header) {
    return uuid(header, LOG_AT);
  }

  static long previousLsn(MemorySegment header) {
    return header.get(LONG, PREVIOUS_LSN_AT);
  }

  /**
   * What the checksums of a segment's records are mixed with. It differs from segment to segment
   * and is not known to clients, so neither bytes of another segment nor bytes inside a payload can
   * pass for a record of this one.
   */
  static int salt(MemorySegment header) {
    return header.get(INT, HEADER_CRC_AT);
  }

  static long recordBytes(long payloadBytes) {
    return (RECORD_HEADER_BYTES + payloadBytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Puts a record at {@code at}, whole but for its checksum. */
  static void putRecord(
      MemorySegment target, long at, long lsn, long syncedLsn, UUID uuid, MemorySegment payload) {
    long length = payload.byteSize();
    long end = at + recordBytes(length);
    target.set(LONG, end - ALIGNMENT, 0); // The padding, before the payload overwrites its rest.
    target.set(INT, at + LENGTH_AT, (int) length);
    target.set(LONG, at + LSN_AT, lsn);
    target.set(LONG, at + SYNCED_LSN_AT, syncedLsn);
    putUuid(target, at + COLLECTION_AT, uuid);
    MemorySegment.copy(payload, 0, target, at + RECORD_HEADER_BYTES, length);
  }

  /** Puts the checksum into the record at {@code at}; returns where the next one begins. */
  static long seal(MemorySegment records, long at, int salt) {
    long end = at + recordBytes(length(records, at));
    records.set(INT, at, recordCrc(records, at, end, salt));
    return end;
  }

  /** What is wrong with the checksum of a record that is there in full. */
  static Optional<Fault> recordFault(MemorySegment records, long at, int salt) {
    int crc = recordCrc(records, at, at + recordBytes(length(records, at)), salt);
    int found = records.get(INT, at);
    return crc == found
        ? Optional.empty()
        : Optional.of(Fault.of("record CRC32C", hex(crc), hex(found)));
  }

  /** Payload bytes, as an unsigned number: whatever stands there. */
  static long length(MemorySegment records, long at) {
    return Integer.toUnsignedLong(records.get(INT, at + LENGTH_AT));
  }

  static long lsn(MemorySegment records, long at) {
    return records.get(LONG, at + LSN_AT);
  }

  /** The LSN up to which everything was on stable storage when the record was written. */
  static long syncedLsn(MemorySegment records, long at) {
    return records.get(LONG, at + SYNCED_LSN_AT);
  }

  static UUID collection(MemorySegment records, long at) {
    return uuid(records, at + COLLECTION_AT);
  }

  static MemorySegment payload(MemorySegment records, long at) {
    return records.asSlice(at + RECORD_HEADER_BYTES, length(records, at));
  }

  private static int recordCrc(MemorySegment records, long at, long end, int salt) {
    return Crc.of(records, at + LENGTH_AT, end - at - LENGTH_AT) ^ salt;
  }

  private static void putUuid(MemorySegment target, long at, UUID uuid) {
    target.set(LONG, at, uuid.getMostSignificantBits());
    target.set(LONG, at + Long.BYTES, uuid.getLeastSignificantBits());
  }

  private static UUID uuid(MemorySegment source, long at) {
    return new UUID(source.get(LONG, at), source.get(LONG, at + Long.BYTES));
  }

  private static String hex(long value) {
    return "0x%016X".formatted(value);
  }

  private static String hex(int value) {
    return "0x%08X".formatted(value);
  }
}

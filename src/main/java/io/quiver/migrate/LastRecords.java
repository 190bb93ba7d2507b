package io.quiver.migrate;

import java.util.UUID;

/**
 * Where the last record of each id is. Holds {@value #IDS_MAX} ids in 24 bytes each (half of the
 * room stays empty); of ids that come after that it knows nothing and says so. Belongs to one
 * thread.
 */
final class LastRecords {
  /** 200 MB. */
  static final int IDS_MAX = 1 << 22;

  private static final int WORDS = 3; // id high, id low, offset + 1; 0 = free

  private final int idsMax;
  private long[] table = new long[WORDS * 1024];
  private int count;

  LastRecords() {
    this(IDS_MAX);
  }

  LastRecords(int idsMax) {
    this.idsMax = idsMax;
  }

  /** Notes a record that lies behind all noted before; returns false if there is no room. */
  boolean put(UUID id, long offset) {
    int slot = slot(table, id.getMostSignificantBits(), id.getLeastSignificantBits());
    if (table[slot + 2] == 0) {
      if (count == idsMax) {
        return false;
      }
      if (2 * (count + 1) * WORDS > table.length) {
        grow();
        slot = slot(table, id.getMostSignificantBits(), id.getLeastSignificantBits());
      }
      count++;
    }
    table[slot] = id.getMostSignificantBits();
    table[slot + 1] = id.getLeastSignificantBits();
    table[slot + 2] = offset + 1;
    return true;
  }

  /** Whether a record of this id is known that lies behind this one. */
  boolean hasLater(UUID id, long offset) {
    long last = table[slot(table, id.getMostSignificantBits(), id.getLeastSignificantBits()) + 2];
    return last - 1 > offset;
  }

  boolean contains(UUID id) {
    return table[slot(table, id.getMostSignificantBits(), id.getLeastSignificantBits()) + 2] != 0;
  }

  /** How many ids are known. */
  int count() {
    return count;
  }

  private void grow() {
    long[] larger = new long[2 * table.length];
    for (int from = 0; from < table.length; from += WORDS) {
      if (table[from + 2] != 0) {
        System.arraycopy(table, from, larger, slot(larger, table[from], table[from + 1]), WORDS);
      }
    }
    table = larger;
  }

  /** Where the id stands, or the free place where it would. */
  private static int slot(long[] table, long high, long low) {
    long mixed = (high ^ Long.rotateLeft(low, 32)) * 0x9E37_79B9_7F4A_7C15L;
    int slots = table.length / WORDS;
    int slot = (int) ((mixed >>> 32) & (slots - 1));
    while (table[WORDS * slot + 2] != 0
        && (table[WORDS * slot] != high || table[WORDS * slot + 1] != low)) {
      slot = (slot + 1) & (slots - 1);
    }
    return WORDS * slot;
  }
}

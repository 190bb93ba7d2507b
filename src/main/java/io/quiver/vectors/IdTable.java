package io.quiver.vectors;

import io.quiver.core.VectorId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Which ordinal an id stands for: open addressing with linear probing over 8-byte slots of (hash,
 * ordinal + 1), 0 = free. The id's bytes are not kept; a slot whose hash matches is confirmed with
 * the row itself.
 *
 * <p>Thread safety: one writer. {@link #find} may run beside it only under the owner's optimistic
 * lock: what it returns while the writer was active means nothing, but it always returns.
 *
 * <p>Invariants: at most 5/8 of the slots are taken; between a slot and the place its hash points
 * to there is no free slot.
 */
public final class IdTable {
  /** No such id. */
  public static final int ABSENT = -1;

  private static final int SLOTS_MIN = 64;

  private volatile MemorySegment slots;
  private int taken;

  private IdTable(MemorySegment slots, int taken) {
    this.slots = slots;
    this.taken = taken;
  }

  public static IdTable empty() {
    return new IdTable(allocate(SLOTS_MIN), 0);
  }

  /** Whether a table of so many slots can have so many taken. */
  static boolean canHold(int slotCount, long taken) {
    return slotCount >= SLOTS_MIN
        && Integer.bitCount(slotCount) == 1
        && taken >= 0
        && taken * 8 <= slotCount * 5L;
  }

  /** A table over slots that were copied by {@link #copySlots}; takes the memory over. */
  static IdTable over(MemorySegment slots, int taken) {
    return new IdTable(slots, taken);
  }

  /** How many ids there are. */
  public int size() {
    return taken;
  }

  public long memoryBytes() {
    return slots.byteSize();
  }

  /** The ordinal of an id, or {@link #ABSENT}. */
  public int find(VectorId id, RowStore rows) {
    byte[] utf8 = id.utf8();
    MemorySegment table = slots;
    int slot = findSlot(table, hash(utf8), utf8, rows);
    return slot < 0 ? ABSENT : ordinal(at(table, slot));
  }

  /** Whether some slot of the id's run points at this ordinal; the rows are not asked. */
  boolean pointsAt(byte[] utf8, int ordinal) {
    MemorySegment table = slots;
    int hash = hash(utf8);
    long wanted = ((long) hash << 32) | (ordinal + 1L);
    int mask = slotCount(table) - 1;
    int slot = home(table, hash);
    for (int probes = 0; probes <= mask && at(table, slot) != 0; probes++) {
      if (at(table, slot) == wanted) {
        return true;
      }
      slot = (slot + 1) & mask;
    }
    return false;
  }

  /** How many slots carry the hash of an id. */
  int slotsLike(byte[] utf8) {
    MemorySegment table = slots;
    int hash = hash(utf8);
    int mask = slotCount(table) - 1;
    int slot = home(table, hash);
    int like = 0;
    for (int probes = 0; probes <= mask && at(table, slot) != 0; probes++) {
      like += (int) (at(table, slot) >>> 32) == hash ? 1 : 0;
      slot = (slot + 1) & mask;
    }
    return like;
  }

  /** How many slots are taken, counted. */
  int countSlots() {
    MemorySegment table = slots;
    int count = 0;
    for (int slot = 0; slot < slotCount(table); slot++) {
      count += at(table, slot) == 0 ? 0 : 1;
    }
    return count;
  }

  /** Writer only. Points the id at an ordinal; returns the one it pointed at, or ABSENT. */
  public int put(VectorId id, int ordinal, RowStore rows) {
    byte[] utf8 = id.utf8();
    int hash = hash(utf8);
    int slot = findSlot(slots, hash, utf8, rows);
    if (slot >= 0) {
      int before = ordinal(at(slots, slot));
      set(slots, slot, hash, ordinal);
      return before;
    }
    if ((taken + 1L) * 8 > slotCount(slots) * 5L) {
      grow();
    }
    insert(slots, hash, ordinal);
    taken++;
    return ABSENT;
  }

  /** Writer only. Forgets the id; returns the ordinal it pointed at, or ABSENT. */
  public int remove(VectorId id, RowStore rows) {
    byte[] utf8 = id.utf8();
    MemorySegment table = slots;
    int slot = findSlot(table, hash(utf8), utf8, rows);
    if (slot < 0) {
      return ABSENT;
    }
    int before = ordinal(at(table, slot));
    free(table, slot);
    taken--;
    return before;
  }

  /** Writer only. Forgets all ids. */
  public void clear() {
    slots = allocate(SLOTS_MIN);
    taken = 0;
  }

  /** An id's place in the order of {@link #slotsFrom}. It never changes: files hold it. */
  public static int place(VectorId id) {
    return hash(id.utf8());
  }

  /**
   * The slots of all ids from a place on, up to some place with at least so many ids behind the
   * first place; or all there are. Unordered; read with {@link #placeOf} and {@link #ordinalOf}.
   * Other than a table's size, nothing decides which ids come before which. Like {@link #find} it
   * may run beside the writer.
   */
  public long[] slotsFrom(int place, int countMin) {
    MemorySegment table = slots;
    int slotCount = slotCount(table);
    long[] found = new long[64];
    int size = 0;
    int behind = 0;
    // Behind the last slot come those of its run that had to go on at the first one.
    for (long probe = home(table, place); probe < 2L * slotCount; probe++) {
      boolean wrapped = probe >= slotCount;
      int slot = (int) (wrapped ? probe - slotCount : probe);
      long word = at(table, slot);
      if (word == 0 && (wrapped || behind >= countMin)) {
        break;
      }
      boolean isHere = word != 0 && home(table, placeOf(word)) > slot == wrapped;
      int order = isHere ? Integer.compareUnsigned(placeOf(word), place) : -1;
      if (order >= 0) {
        found = size == found.length ? Arrays.copyOf(found, 2 * size) : found;
        found[size++] = word;
        behind += order > 0 ? 1 : 0;
      }
    }
    return Arrays.copyOf(found, size);
  }

  /** The place of the id in a slot of {@link #slotsFrom}. */
  public static int placeOf(long slot) {
    return (int) (slot >>> 32);
  }

  /** The ordinal in a slot of {@link #slotsFrom}. */
  public static int ordinalOf(long slot) {
    return ordinal(slot);
  }

  /** Writer only. A copy of the slots, for a checkpoint. */
  MemorySegment copySlots() {
    return Arena.ofAuto().allocate(slots.byteSize(), Long.BYTES).copyFrom(slots);
  }

  /** Knuth 6.4, algorithm R: moves later slots of the run back, so that no mark is needed. */
  private static void free(MemorySegment table, int slot) {
    int mask = slotCount(table) - 1;
    int hole = slot;
    int next = slot;
    for (int probes = 0; probes <= mask; probes++) {
      next = (next + 1) & mask;
      long word = at(table, next);
      if (word == 0) {
        table.setAtIndex(RowLayout.LONG, hole, 0L);
        return;
      }
      int home = home(table, (int) (word >>> 32));
      // Movable unless its home lies cyclically in (hole, next].
      boolean stays = hole <= next ? hole < home && home <= next : hole < home || home <= next;
      if (!stays) {
        table.setAtIndex(RowLayout.LONG, hole, word);
        hole = next;
      }
    }
    throw full(table);
  }

  private void grow() {
    MemorySegment old = slots;
    MemorySegment larger = allocate(Math.multiplyExact(slotCount(old), 2));
    for (int slot = 0; slot < slotCount(old); slot++) {
      long word = at(old, slot);
      if (word != 0) {
        insert(larger, (int) (word >>> 32), ordinal(word));
      }
    }
    slots = larger;
  }

  private static void insert(MemorySegment table, int hash, int ordinal) {
    int mask = slotCount(table) - 1;
    int slot = home(table, hash);
    for (int probes = 0; probes <= mask; probes++) {
      if (at(table, slot) == 0) {
        set(table, slot, hash, ordinal);
        return;
      }
      slot = (slot + 1) & mask;
    }
    throw full(table);
  }

  /**
   * Only a file that was not written by us can hold such a table: better no writer than one hung.
   */
  private static IllegalStateException full(MemorySegment table) {
    return new IllegalStateException("no free slot in the id table: slots=" + slotCount(table));
  }

  /** Bounded by the number of slots, so that a racing reader always comes back. */
  private static int findSlot(MemorySegment table, int hash, byte[] utf8, RowStore rows) {
    int mask = slotCount(table) - 1;
    int slot = home(table, hash);
    for (int probes = 0; probes <= mask; probes++) {
      long word = at(table, slot);
      if (word == 0) {
        return -1;
      }
      if ((int) (word >>> 32) == hash && rows.hasId(ordinal(word), utf8)) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private static MemorySegment allocate(int slotCount) {
    return Arena.ofAuto().allocate((long) slotCount * Long.BYTES, Long.BYTES);
  }

  private static int slotCount(MemorySegment table) {
    return (int) (table.byteSize() / Long.BYTES);
  }

  /** The slot a hash points to: its top bits, so that growing keeps the order of a run. */
  private static int home(MemorySegment table, int hash) {
    return hash >>> (Integer.numberOfLeadingZeros(slotCount(table)) + 1);
  }

  private static long at(MemorySegment table, int slot) {
    return table.getAtIndex(RowLayout.LONG, slot);
  }

  private static void set(MemorySegment table, int slot, int hash, int ordinal) {
    table.setAtIndex(RowLayout.LONG, slot, ((long) hash << 32) | (ordinal + 1L));
  }

  private static int ordinal(long word) {
    return (int) word - 1;
  }

  /** 32 well-mixed bits: FNV-1a over the bytes, then the finaliser of SplittableRandom. */
  private static int hash(byte[] utf8) {
    long hash = 0xCBF2_9CE4_8422_2325L;
    for (byte b : utf8) {
      hash = (hash ^ (b & 0xFF)) * 0x0000_0100_0000_01B3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    hash = (hash ^ (hash >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return (int) ((hash ^ (hash >>> 31)) >>> 32);
  }
}

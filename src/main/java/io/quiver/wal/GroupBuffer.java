package io.quiver.wal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.UUID;

/**
 * The records that wait for the next write, in native memory so that the write copies nothing. The
 * memory is kept from group to group; what one huge record made it grow is given back.
 */
final class GroupBuffer implements AutoCloseable {
  private final long keptBytes;
  private Arena arena = Arena.ofShared();
  private MemorySegment memory;
  private long size;

  GroupBuffer(long keptBytes) {
    this.keptBytes = keptBytes;
    this.memory = arena.allocate(keptBytes, WalLayout.ALIGNMENT);
  }

  boolean isEmpty() {
    return size == 0;
  }

  long size() {
    return size;
  }

  void add(long lsn, long syncedLsn, UUID collection, MemorySegment payload) {
    long end = size + WalLayout.recordBytes(payload.byteSize());
    if (end > memory.byteSize()) {
      resize(Math.max(end, 2 * memory.byteSize()));
    }
    WalLayout.putRecord(memory, size, lsn, syncedLsn, collection, payload);
    size = end;
  }

  /** The records with their checksums; valid until the next change. */
  MemorySegment sealed(int salt) {
    for (long at = 0; at < size; ) {
      at = WalLayout.seal(memory, at, salt);
    }
    return memory.asSlice(0, size);
  }

  void clear() {
    size = 0;
    if (memory.byteSize() > keptBytes) {
      resize(keptBytes);
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  private void resize(long bytes) {
    Arena next = Arena.ofShared();
    MemorySegment moved = next.allocate(bytes, WalLayout.ALIGNMENT);
    MemorySegment.copy(memory, 0, moved, 0, size);
    arena.close();
    arena = next;
    memory = moved;
  }
}

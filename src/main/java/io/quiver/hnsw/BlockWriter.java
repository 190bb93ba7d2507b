package io.quiver.hnsw;

import io.quiver.disk.Crc;
import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Writes ints one after the other, in blocks with a checksum each. Belongs to one thread. */
final class BlockWriter {
  private final DiskFile file;
  private final MemorySegment block;
  private final int[] sums;
  private long position;
  private int filled;
  private int blocks;

  BlockWriter(DiskFile file, long position, int blocksMax, Arena arena) {
    this.file = file;
    this.position = position;
    this.sums = new int[blocksMax];
    this.block = arena.allocate(GraphFileLayout.BLOCK_BYTES, Long.BYTES);
  }

  void put(int value) throws IOException {
    block.set(GraphFileLayout.INT, filled, value);
    filled += Integer.BYTES;
    if (filled == GraphFileLayout.BLOCK_BYTES) {
      endPart();
    }
  }

  /** Writes what is left as a short block: the next part begins with a block of its own. */
  void endPart() throws IOException {
    if (filled > 0) {
      MemorySegment full = block.asSlice(0, filled);
      file.write(position, full);
      sums[blocks++] = Crc.of(full);
      position += filled;
      filled = 0;
    }
  }

  /** The checksums of all blocks. */
  MemorySegment sums(Arena arena) {
    if (blocks != sums.length) {
      throw new IllegalStateException("blocks: expected=" + sums.length + " written=" + blocks);
    }
    MemorySegment segment = arena.allocate(Math.max(1, sums.length) * 4L, Long.BYTES);
    for (int i = 0; i < sums.length; i++) {
      segment.set(GraphFileLayout.INT, i * 4L, sums[i]);
    }
    return segment.asSlice(0, sums.length * 4L);
  }
}

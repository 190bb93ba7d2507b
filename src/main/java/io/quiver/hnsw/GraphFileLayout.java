package io.quiver.hnsw;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where everything lies in {@code index.bin}; docs/formats/index.md explains it.
 *
 * @param params decide the size of a list
 * @param bound lists of the base layer
 * @param upperNodes nodes above the base layer
 * @param upperLists lists of the upper layers
 */
record GraphFileLayout(GraphParams params, int bound, int upperNodes, int upperLists) {
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG_BIG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** {@code QVGRAPH\n} read as a little-endian long. */
  static final long MAGIC = 0x0A48_5041_5247_5651L;

  static final int VERSION = 1;

  static final int HEADER_BYTES = 4096;
  static final int BLOCK_BYTES = 1 << 16;

  // Header fields.
  static final int MAGIC_AT = 0;
  static final int VERSION_AT = MAGIC_AT + Long.BYTES;
  static final int HEADER_CRC_AT = VERSION_AT + Integer.BYTES;
  static final int UUID_AT = HEADER_CRC_AT + Integer.BYTES;
  static final int CONNECTIONS_AT = UUID_AT + 2 * Long.BYTES;
  static final int EF_AT = CONNECTIONS_AT + Integer.BYTES;
  static final int LAYERS_AT = EF_AT + Integer.BYTES;
  static final int SEVERED_AT = LAYERS_AT + Integer.BYTES;
  static final int SEED_AT = SEVERED_AT + Integer.BYTES;
  static final int BOUND_AT = SEED_AT + Long.BYTES;
  static final int NODES_AT = BOUND_AT + Integer.BYTES;
  static final int ENTRY_AT = NODES_AT + Integer.BYTES;
  static final int UPPER_NODES_AT = ENTRY_AT + Long.BYTES;
  static final int UPPER_LISTS_AT = UPPER_NODES_AT + Integer.BYTES;
  static final int SUMS_CRC_AT = UPPER_LISTS_AT + Integer.BYTES;

  long baseAt() {
    return HEADER_BYTES;
  }

  long baseBytes() {
    return bound * LinkLists.strideBytes(params.linksMax(0));
  }

  /** The upper part: (ordinal, level) of each upper node, then its lists in the same order. */
  long upperAt() {
    return baseAt() + baseBytes();
  }

  long upperNodeBytes() {
    return (long) upperNodes * 2 * Integer.BYTES;
  }

  long upperBytes() {
    return upperNodeBytes() + upperLists * LinkLists.strideBytes(params.linksMax(1));
  }

  /** Blocks are counted from the start of each part; its last block may be short. */
  int baseBlocks() {
    return blocks(baseBytes());
  }

  int upperBlocks() {
    return blocks(upperBytes());
  }

  int blocks() {
    return baseBlocks() + upperBlocks();
  }

  /** Where a block begins; those of the upper part follow those of the base. */
  long blockAt(int block) {
    int base = baseBlocks();
    return block < base
        ? baseAt() + (long) block * BLOCK_BYTES
        : upperAt() + (long) (block - base) * BLOCK_BYTES;
  }

  int blockBytes(int block) {
    long end = block < baseBlocks() ? upperAt() : sumsAt();
    return (int) Math.min(BLOCK_BYTES, end - blockAt(block));
  }

  private static int blocks(long bytes) {
    return Math.toIntExact((bytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
  }

  long sumsAt() {
    return upperAt() + upperBytes();
  }

  long sumsBytes() {
    return (long) blocks() * Integer.BYTES;
  }

  long fileBytes() {
    return sumsAt() + sumsBytes();
  }
}

package io.quiver.quant;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where the parts of a node's block lie, in the order in which a search reads them; all begin at
 * whole cache lines.
 *
 * <pre>
 *  0   f32 low, f32 step, f32 squared norm      of the node's own row as it is coded; zeros up to
 *                                               64 bytes
 *  64  length x u8                              the row: low + step * byte; of 64 components, byte
 *                                               k of int j is component 16 k + j
 *      places/8 x words x 8 x u64               one-bit codes of the neighbours, eight beside each
 *                                               other: bit b of word w is component 64 w + b
 *      places x f32, places x f32               offset and factor of each neighbour's estimate
 *      places x i32                             the neighbours' ordinals, -1 = none
 * </pre>
 *
 * <p>Memory only; never written to disk.
 *
 * @param length components of a rotated row, a multiple of 64
 * @param places neighbours a block has room for, a multiple of 8, at most 64
 */
record BlockLayout(int length, int places) {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  static final int LINE_BYTES = 64;
  static final int PLACES_MAX = 64;
  static final int GROUP = 8;

  static final long LOW = 0;
  static final long STEP = 4;
  static final long NORM = 8;
  static final long ROW = LINE_BYTES;

  BlockLayout {
    if (length % 64 != 0 || places % GROUP != 0 || places > PLACES_MAX) {
      throw new IllegalArgumentException("length=" + length + " places=" + places);
    }
  }

  static BlockLayout of(int dimension, int linksMax) {
    return new BlockLayout(Rotation.length(dimension), (linksMax + GROUP - 1) / GROUP * GROUP);
  }

  int words() {
    return length / Long.SIZE;
  }

  long codes() {
    return ROW + length;
  }

  /** Where word {@code w} of the code of the neighbour at {@code place} lies. */
  long code(int place, int w) {
    int lane = place % GROUP;
    int group = place / GROUP;
    return codes() + Long.BYTES * (((long) group * words() + w) * GROUP + lane);
  }

  long offsets() {
    return codes() + (long) Long.BYTES * words() * places;
  }

  long factors() {
    return offsets() + (long) Float.BYTES * places;
  }

  long links() {
    return factors() + (long) Float.BYTES * places;
  }

  long blockBytes() {
    long bytes = links() + (long) Integer.BYTES * places;
    return (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
  }
}

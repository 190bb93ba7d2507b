package io.quiver.quant;

import io.quiver.core.Metric;
import io.quiver.vectors.VectorSpace;
import java.lang.foreign.Arena;

/**
 * A block for each node of a graph, by ordinal: all that one step of a search reads ({@link
 * BlockLayout}). Derived from rows and links, and never exact: who searches here scores what it
 * finds with the rows.
 *
 * <p>Thread safety: one thread writes; any thread reads blocks that were announced to it through a
 * volatile. Who reads a block while it is written anew may get estimates and links that do not
 * belong together: each link is still an ordinal or −1, so it only takes a detour.
 */
public final class CodeBlocks {
  /** Below this, rows are so short that reading them costs no more than reading codes. */
  static final int DIMENSION_MIN = 256;

  private static final long ROTATION_SEED = 0x5155_4956_4552L;

  final BlockLayout layout;
  final Rotation rotation;
  final Metric metric;
  final int dimension;
  final long blockBytes;
  private final BlockEncoder encoder;
  private final Chunks chunks;

  /**
   * Blocks over {@code rows}, none yet; their memory lives as long as the arena.
   *
   * @param linksMax links a node may have
   */
  public CodeBlocks(VectorSpace rows, int linksMax, CodeMemory budget, Arena arena) {
    this.layout = BlockLayout.of(rows.dimension(), Math.min(linksMax, BlockLayout.PLACES_MAX));
    this.rotation = new Rotation(rows.dimension(), ROTATION_SEED);
    this.metric = rows.metric();
    this.dimension = rows.dimension();
    this.blockBytes = layout.blockBytes();
    this.encoder = new BlockEncoder(layout, rotation, rows);
    this.chunks = new Chunks(blockBytes, budget, arena);
  }

  /** Whether there can be blocks: not for every metric, nor on every machine. */
  public static boolean isPossible(Metric metric) {
    return metric != Metric.MANHATTAN && CodeKernels.isPresent();
  }

  /** Whether blocks make searches of such rows faster. */
  public static boolean pays(int dimension, Metric metric) {
    return dimension >= DIMENSION_MIN && isPossible(metric);
  }

  /** Native memory there is. */
  public long memoryBytes() {
    return chunks.memoryBytes();
  }

  /** Gives back what was counted; the memory itself goes with the arena. */
  public void close() {
    chunks.close();
  }

  /**
   * Writer only. Writes the block of a node.
   *
   * @param links its neighbours, {@code links[0 .. count)}
   * @return false if there is no memory for it
   */
  public boolean encode(int ordinal, int[] links, int count) {
    if (!chunks.reserve(ordinal)) {
      return false;
    }
    encoder.encode(Chunks.ALL, chunks.at(ordinal), ordinal, links, count);
    return true;
  }

  /** Where a node's block lies in {@link Chunks#ALL}. */
  long at(int ordinal) {
    return chunks.at(ordinal);
  }
}

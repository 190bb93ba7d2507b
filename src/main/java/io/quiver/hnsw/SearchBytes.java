package io.quiver.hnsw;

import io.quiver.quant.ByteRows;
import io.quiver.quant.ByteScorer;
import io.quiver.quant.CodeMemory;
import io.quiver.vectors.VectorSpace;

/**
 * A byte for each component of the rows in a graph, for rows too short for {@link SearchBlocks}. A
 * row never changes, so its code never does; links are read from the graph itself.
 *
 * <p>Thread safety: see {@link SearchForm}.
 *
 * <p>Invariant: every row below {@code coded} has its code.
 */
public final class SearchBytes implements SearchForm {
  /** Rows that take less memory stay in the caches, and reading them costs no more than codes. */
  private static final long ROWS_BYTES_MIN = 8L << 20;

  private final ByteRows bytes;
  private final int fewest;
  private boolean isRefused;
  private volatile int coded;

  /** None yet; there never are any where they do not pay or the memory is not there. */
  public SearchBytes(Graph graph, VectorSpace rows, CodeMemory memory) {
    this(graph, rows, memory, (int) (ROWS_BYTES_MIN / Float.BYTES / rows.dimension()));
  }

  /**
   * The same.
   *
   * @param fewest rows for which there are codes
   */
  SearchBytes(Graph graph, VectorSpace rows, CodeMemory memory, int fewest) {
    this.fewest = fewest;
    this.bytes = new ByteRows(rows, memory, graph.arena());
    this.isRefused = !ByteRows.pays(rows.dimension(), rows.metric());
  }

  @Override
  public int coded() {
    return coded;
  }

  /** A scorer for the calling thread, of rows below {@link #coded} only. */
  public ByteScorer scorer() {
    return new ByteScorer(bytes);
  }

  @Override
  public synchronized boolean hasWork(int indexed) {
    return !isRefused && indexed > coded && indexed >= fewest;
  }

  @Override
  public synchronized void work(int indexed, int count) {
    int present = coded;
    int target = indexed < fewest ? 0 : (int) Math.min(indexed, (long) present + count);
    while (!isRefused && present < target) {
      if (bytes.encode(present)) {
        present++;
      } else {
        giveUp();
        return;
      }
    }
    coded = present;
  }

  @Override
  public long memoryBytes() {
    return bytes.memoryBytes();
  }

  @Override
  public synchronized void giveUp() {
    isRefused = true;
    coded = 0;
  }

  @Override
  public synchronized void close() {
    giveUp();
    bytes.close();
  }
}

package io.quiver.hnsw;

/**
 * What the walk through a graph reads instead of rows: derived from rows and links, and kept up
 * with them in the background ({@link #work}). It lags behind the graph, so who searches it scans
 * the rows from {@link #coded} on, and scores what it found with the rows.
 *
 * <p>Thread safety: any thread; those that work take turns, searches wait for nobody.
 */
public sealed interface SearchForm permits SearchBlocks, SearchBytes {
  /** Nodes below can be searched by codes; 0 = none. */
  int coded();

  /** Whether {@link #work} has anything to do. */
  boolean hasWork(int indexed);

  /**
   * Writes up to {@code count} codes.
   *
   * @param indexed all live nodes below are in the graph
   */
  void work(int indexed, int count);

  /** Native memory there is. */
  long memoryBytes();

  /** Searches go without codes from now on. */
  void giveUp();

  /** Counts the memory as free; the graph frees it. No other call may follow. */
  void close();
}

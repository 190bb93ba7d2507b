package io.quiver.hnsw;

import io.quiver.core.Quantization;
import io.quiver.quant.ByteRows;
import io.quiver.quant.CodeBlocks;
import io.quiver.quant.CodeMemory;
import io.quiver.quant.ProductRows;
import io.quiver.vectors.VectorSpace;
import java.util.Optional;

/**
 * What the walk through a graph reads instead of rows: derived from rows and links, and kept up
 * with them in the background ({@link #work}). It lags behind the graph, so who searches it scans
 * the rows from {@link #coded} on, and scores what it found with the rows.
 *
 * <p>Thread safety: any thread; those that work take turns, searches wait for nobody.
 */
public sealed interface SearchForm permits SearchBlocks, SearchCodes, NoCodes {
  /** Rows that take less memory stay in the caches, and reading them costs no more than bytes. */
  long ROWS_BYTES_MIN = 8L << 20;

  /** No codes yet, of the kind that is wanted; of none if this machine or metric cannot have it. */
  static SearchForm of(Graph graph, VectorSpace rows, CodeMemory memory, Quantization wanted) {
    return switch (wanted) {
      case Quantization.Auto auto -> automatic(graph, rows, memory);
      case Quantization.None none -> new NoCodes();
      case Quantization.Scalar scalar when ByteRows.isPossible(rows.metric()) ->
          new SearchCodes(new ByteRows(rows, memory, graph.arena()), 0);
      case Quantization.Binary binary when CodeBlocks.isPossible(rows.metric()) ->
          new SearchBlocks(graph, rows, memory);
      case Quantization.Product product ->
          new SearchCodes(new ProductRows(rows, product, memory, graph.arena()), 0);
      case Quantization.Scalar scalar -> new NoCodes();
      case Quantization.Binary binary -> new NoCodes();
    };
  }

  private static SearchForm automatic(Graph graph, VectorSpace rows, CodeMemory memory) {
    if (CodeBlocks.pays(rows.dimension(), rows.metric())) {
      return new SearchBlocks(graph, rows, memory);
    }
    if (ByteRows.pays(rows.dimension(), rows.metric())) {
      return new SearchCodes(new ByteRows(rows, memory, graph.arena()), fewest(rows));
    }
    return new NoCodes();
  }

  /** Rows that take {@link #ROWS_BYTES_MIN}. */
  static int fewest(VectorSpace rows) {
    return (int) (ROWS_BYTES_MIN / Float.BYTES / rows.dimension());
  }

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

  /** What inserts walk by, if this form has room for it. */
  Optional<InsertCodes> insertCodes();

  /** Native memory there is. */
  long memoryBytes();

  /** Searches go without codes from now on. */
  void giveUp();

  /** Counts the memory as free; the graph frees it. No other call may follow. */
  void close();
}

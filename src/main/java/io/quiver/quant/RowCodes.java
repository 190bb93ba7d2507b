package io.quiver.quant;

import io.quiver.vectors.Scorer;

/**
 * A code for each row, by ordinal, from which rows are scored nearly right. Derived from rows;
 * memory only.
 *
 * <p>Thread safety: one thread writes; any thread reads rows that were announced to it through a
 * volatile.
 */
public sealed interface RowCodes permits ByteRows, ProductRows {
  /** Rows there have to be before the first is coded. */
  int rowsMin();

  /** Writer only. Codes a row; false if there is no memory for it. */
  boolean encode(int ordinal);

  /** A scorer for the calling thread, of coded rows only. */
  Scorer scorer();

  /** Of the {@code wanted} nearest rows to be found, how many more codes have to find. */
  int spare(int wanted);

  /** Whether so many rows deserve codes that are trained anew. */
  boolean isOutgrown(int rows);

  /** Codes like these, none yet, to be trained anew. */
  RowCodes renewed();

  /** Native memory there is. */
  long memoryBytes();

  /** Gives back what was counted; the memory itself goes with the arena. */
  void close();
}

package io.quiver.hnsw;

import io.quiver.quant.ByteRows;
import io.quiver.vectors.Scorer;

/**
 * The bytes by which inserts look for neighbours: a quarter of the memory that they would wait for
 * if they read rows. Rows are coded when they are met first.
 *
 * @param fewest rows below this ordinal are inserted by rows: so few stay in the caches
 */
public record InsertCodes(ByteRows codes, int fewest) {
  /** Scores all rows against the one to be inserted. */
  Scorer walk() {
    return codes.codingScorer();
  }

  /** Scores candidates against each other. */
  Scorer pairs() {
    return codes.pairScorer();
  }
}

package io.quiver.collection;

import java.io.IOException;

/**
 * Reads the living rows that a generation was opened with, once, a few at a time: rot in a row that
 * no search returns would otherwise stay unseen, while the row is missing from results. Rows
 * written since the files were opened are left to {@link CollectionScrub}, which reads everything
 * again.
 *
 * <p>Thread safety: maintenance only.
 */
final class Scrub {
  private static final long SLICE_BYTES = 32L << 20;

  private final Generation generation;
  private int next;
  private int end;

  Scrub(Generation generation) {
    this.generation = generation;
  }

  /** Rows below this ordinal were there when the files were opened. */
  void until(int count) {
    end = count;
  }

  /**
   * Reads the next slice.
   *
   * @throws io.quiver.disk.DamagedFileException at the first row that is not what was written
   */
  void slice() throws IOException {
    ReadView view = generation.view();
    int sliceEnd =
        (int) Math.min(end, next + Math.max(1, SLICE_BYTES / generation.rows.rowBytes()));
    while (next < sliceEnd) {
      if (!view.dead().contains(next)) {
        generation.rows.verify(next);
      }
      next++;
    }
  }
}

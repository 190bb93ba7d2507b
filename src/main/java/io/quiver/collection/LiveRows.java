package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import java.util.Optional;

/** Goes over the rows of a view one by one, as long as somebody waits. For one thread. */
final class LiveRows {
  /** Rows between two looks at the clock. */
  private static final int BLOCK_ROWS = 256;

  private final ReadView view;
  private final Optional<OrdinalSet> rows;
  private final Deadline deadline;
  private int ordinal = -1;
  private int seen;

  /**
   * None seen yet.
   *
   * @param rows those of them that are wanted; empty = all
   */
  LiveRows(ReadView view, Optional<OrdinalSet> rows, Deadline deadline) {
    this.view = view;
    this.rows = rows;
    this.deadline = deadline;
  }

  /**
   * The ordinal of the next live row; -1 behind the last one.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  int next() {
    if (seen++ % BLOCK_ROWS == 0) {
      deadline.check();
    }
    do {
      ordinal = rows.isPresent() ? rows.get().next(ordinal + 1) : ordinal + 1;
    } while (ordinal >= 0 && ordinal < view.count() && view.dead().contains(ordinal));
    return ordinal < view.count() ? ordinal : -1;
  }
}

package io.quiver.collection;

import io.quiver.vectors.Tombstones;

/**
 * What a reader of one shard sees: the rows below {@code count} that are not in {@code dead}.
 * Immutable; the writer replaces it as a whole, so a write appears as a whole.
 *
 * @param lsn last log record that is in it
 */
record ReadView(int count, Tombstones dead, long lsn) {
  int live() {
    return count - dead.count();
  }
}

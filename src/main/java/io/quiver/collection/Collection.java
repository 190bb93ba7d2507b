package io.quiver.collection;

import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionStats;
import io.quiver.message.Command;
import io.quiver.message.DeleteVectors;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import java.util.UUID;

/**
 * One collection.
 *
 * <p>Thread safety: one writer calls {@code prepare}, {@code apply} and {@code abandon}; any thread
 * calls the rest.
 */
public final class Collection {
  Collection() {}

  public CollectionConfig config() {
    throw new UnsupportedOperationException("skeleton");
  }

  /** What log records name this collection by; a recreated collection has another. */
  public UUID uuid() {
    throw new UnsupportedOperationException("skeleton");
  }

  /**
   * Writer only. Checks a write against the rows and the writes prepared before it, and reserves its
   * ids until {@link #apply} or {@link #abandon}. Writes are applied in the order in which they were
   * prepared.
   *
   * @throws io.quiver.core.QuiverException if the write is refused; then nothing changed
   */
  public PreparedWrite prepare(WriteVectors write) {
    throw new UnsupportedOperationException("skeleton " + write);
  }

  /** Writer only. The same for a delete. */
  public PreparedWrite prepare(DeleteVectors delete) {
    throw new UnsupportedOperationException("skeleton " + delete);
  }

  /** Writer only. Makes a logged command visible to every search; does nothing if it already is. */
  public void apply(long lsn, Command command) {
    throw new UnsupportedOperationException("skeleton " + lsn + command);
  }

  /** Writer only. Forgets a prepared write that the log refused. */
  public void abandon(PreparedWrite write) {
    throw new UnsupportedOperationException("skeleton " + write);
  }

  /**
   * Searches one shard.
   *
   * @param deadlineNanos {@code System.nanoTime()} after which the search gives up with
   *     DEADLINE_EXCEEDED; {@code Long.MAX_VALUE} = never
   * @return the nearest {@code limit + offset} rows of this shard ({@code offset} is not applied:
   *     that is done once, after all shards were merged)
   */
  public SearchHits search(int shard, SearchVectors search, long deadlineNanos) {
    throw new UnsupportedOperationException("skeleton " + shard + search + deadlineNanos);
  }

  public FoundVectors get(GetVectors get) {
    throw new UnsupportedOperationException("skeleton " + get);
  }

  public CollectionStats stats() {
    throw new UnsupportedOperationException("skeleton");
  }
}

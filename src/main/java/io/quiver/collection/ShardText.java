package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.Metadata;
import io.quiver.metadata.TextIndex;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The text index of a generation, from the first text search on: index threads fill it, and a
 * search adds what is missing of the rows that it may find, so that a row is found from its
 * acknowledgement on. It lies in memory and is made of the rows again when it is needed again.
 *
 * <p>Thread safety: any thread that holds the generation; one at a time fills the index.
 */
final class ShardText {
  private static final System.Logger LOG = System.getLogger(ShardText.class.getName());
  private static final int SLICE_ROWS = 256;
  private static final long LOOK_MILLIS = 20;

  private final Generation generation;
  private final Indexing indexing;
  private final ReentrantLock filling = new ReentrantLock();
  private volatile Optional<TextIndex> index = Optional.empty();
  private volatile boolean wanted;
  private volatile boolean stopped;
  private volatile int searchable;
  private boolean scheduled;

  ShardText(Generation generation, Indexing indexing) {
    this.generation = generation;
    this.indexing = indexing;
  }

  /** Whether anybody searched texts yet. */
  boolean isWanted() {
    return wanted;
  }

  /** Begins to fill the index, as if somebody had searched. */
  void want() {
    wanted = true;
    schedule();
  }

  /** Rows were published: lets a slice run if the index is in use. */
  void schedule() {
    boolean isNew;
    synchronized (this) {
      isNew = wanted && !stopped && !scheduled;
      scheduled |= isNew;
    }
    if (isNew) {
      indexing.submit(this::slice);
    }
  }

  /**
   * An index, and a view all of whose rows are in it.
   *
   * @param view no older than the one by which any of its rows was found dead and not indexed
   */
  record Ready(TextIndex index, ReadView view) {}

  /**
   * What a search that begins now has to read.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED; what was done by then is kept
   * @throws IOException if a row is not what was written
   */
  Ready ready(Deadline deadline) throws IOException {
    wanted = true;
    Optional<TextIndex> present = index;
    int complete = searchable; // First: rows below were filled by views older than the next line's.
    ReadView view = generation.view();
    if (complete >= view.count() && present.isPresent()) {
      return new Ready(present.get(), view);
    }
    lock(deadline);
    try {
      TextIndex filled = opened();
      view = generation.view();
      while (filled.count() < view.count()) {
        deadline.check();
        fill(filled, view, Math.min(view.count(), filled.count() + SLICE_ROWS));
      }
      publish(filled);
      return new Ready(filled, view);
    } finally {
      filling.unlock();
      schedule(); // Merges are left to index threads.
    }
  }

  private void lock(Deadline deadline) {
    try {
      while (!filling.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        deadline.check();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw deadline.exceeded();
    }
  }

  private TextIndex opened() {
    TextIndex present = index.orElseGet(TextIndex::new);
    index = Optional.of(present);
    return present;
  }

  /** Adds the rows of a view up to {@code end}; those that are dead in it have no text. */
  private void fill(TextIndex into, ReadView view, int end) throws IOException {
    try {
      while (into.count() < end) {
        int ordinal = into.count();
        boolean isDead = view.dead().contains(ordinal);
        into.add(isDead ? Metadata.ABSENT : generation.rows.row(ordinal, false, true).metadata());
      }
    } catch (IOException | RuntimeException | Error e) {
      discard(into);
      throw e;
    }
  }

  private void publish(TextIndex filled) throws IOException {
    try {
      filled.publish();
      searchable = filled.count();
    } catch (IOException | RuntimeException | Error e) {
      discard(filled);
      throw e;
    }
  }

  /** Searches may still be in it: the collector of garbage frees it. */
  private void discard(TextIndex broken) {
    searchable = 0;
    index = Optional.empty();
    LOG.log(System.Logger.Level.DEBUG, "a text index of {0} rows is given up", broken.count());
  }

  private void slice() {
    boolean goesOn = false;
    synchronized (this) {
      scheduled = false;
    }
    if (!stopped && generation.acquire()) {
      try {
        goesOn = filling.tryLock() && runSlice();
      } catch (IOException | RuntimeException | Error e) {
        wanted = false; // Who searches next meets it, too, and hears of it.
        LOG.log(System.Logger.Level.WARNING, "the text index is not filled: {0}", e.toString());
      } finally {
        generation.release();
      }
    }
    if (goesOn) {
      schedule();
    }
  }

  /** Returns whether there is more to do. */
  private boolean runSlice() throws IOException {
    try {
      TextIndex filled = opened();
      ReadView view = generation.view();
      int count = view.count();
      fill(filled, view, Math.min(count, filled.count() + SLICE_ROWS));
      if (filled.count() < count) {
        return true;
      }
      if (searchable < count) {
        publish(filled);
      }
      return filled.tidy();
    } finally {
      filling.unlock();
    }
  }

  long memoryBytes() {
    return index.map(TextIndex::memoryBytes).orElse(0L);
  }

  /** A running slice ends soon; no new one starts. */
  void stop() {
    stopped = true;
  }

  /** Nobody holds the generation any more. */
  void close() {
    stopped = true;
    index.ifPresent(TextIndex::close);
    index = Optional.empty();
  }
}

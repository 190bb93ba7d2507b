package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.metadata.RowIndex;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * An index over the metadata of a generation, from the first search on that wants it: index threads
 * fill it. It lies in memory and is made of the rows again when it is needed again. A search reads
 * what there is, or adds what is missing of the rows that it may find: so a row is found from its
 * acknowledgement on.
 *
 * <p>Thread safety: any thread that holds the generation; one at a time fills the index.
 */
final class DerivedIndex<T extends RowIndex> {
  private static final System.Logger LOG = System.getLogger(DerivedIndex.class.getName());
  private static final int SLICE_ROWS = 256;
  private static final long LOOK_MILLIS = 20;

  /** While many rows are missing, those that are not are published as often as they double. */
  private static final int LATE_ROWS = 16_384;

  private final Generation generation;
  private final Indexing indexing;
  private final Supplier<T> made;
  private final int lagRows;
  private final Optional<FieldMemory> memory;
  private final ReentrantLock filling = new ReentrantLock();
  private volatile Optional<T> index = Optional.empty();
  private volatile boolean wanted;
  private volatile boolean stopped;
  private volatile int searchable;
  private boolean scheduled;
  private long accounted;

  /**
   * None yet.
   *
   * @param made an empty index
   * @param lagRows so few rows are left to whoever reads what there is
   * @param memory of which it takes its part; when that is full, the rest is left to them, too
   */
  DerivedIndex(
      Generation generation,
      Indexing indexing,
      Supplier<T> made,
      int lagRows,
      Optional<FieldMemory> memory) {
    this.generation = generation;
    this.indexing = indexing;
    this.made = made;
    this.lagRows = lagRows;
    this.memory = memory;
  }

  /** Whether anybody wanted it yet. */
  boolean isWanted() {
    return wanted;
  }

  /** Begins to fill the index, as if somebody had searched; again and again costs nothing. */
  void want() {
    if (!wanted) {
      wanted = true;
      schedule();
    }
  }

  /** What there is, if anything: it may lack rows. */
  Optional<T> present() {
    return searchable > 0 ? index : Optional.empty();
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
  record Ready<T extends RowIndex>(T index, ReadView view) {}

  /**
   * What a search that begins now has to read.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED; what was done by then is kept
   * @throws IOException if a row is not what was written
   */
  Ready<T> ready(Deadline deadline) throws IOException {
    wanted = true;
    Optional<T> present = index;
    int complete = searchable; // First: rows below were filled by views older than the next line's.
    ReadView view = generation.view();
    if (complete >= view.count() && present.isPresent()) {
      return new Ready<>(present.get(), view);
    }
    lock(deadline);
    try {
      T filled = opened();
      view = generation.view();
      while (filled.count() < view.count()) {
        deadline.check();
        fill(filled, view, Math.min(view.count(), filled.count() + SLICE_ROWS));
      }
      publish(filled);
      return new Ready<>(filled, view);
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

  private T opened() {
    T present = index.orElseGet(made);
    index = Optional.of(present);
    return present;
  }

  /** Adds the rows of a view up to {@code end}; those that are dead in it are skipped. */
  private void fill(T into, ReadView view, int end) throws IOException {
    try {
      while (into.count() < end) {
        int ordinal = into.count();
        if (view.dead().contains(ordinal)) {
          into.skip();
        } else {
          into.add(generation.rows.row(ordinal, false, true).metadata());
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      discard(into);
      throw e;
    }
  }

  private void publish(T filled) throws IOException {
    try {
      filled.publish();
      searchable = filled.count();
      account(filled.memoryBytes());
    } catch (IOException | RuntimeException | Error e) {
      discard(filled);
      throw e;
    }
  }

  private void account(long bytes) {
    memory.ifPresent(all -> all.add(bytes - accounted));
    accounted = bytes;
  }

  /** Searches may still be in it: the collector of garbage frees it. */
  private void discard(T broken) {
    account(0);
    searchable = 0;
    index = Optional.empty();
    LOG.log(System.Logger.Level.DEBUG, "an index of {0} rows is given up", broken.count());
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
        LOG.log(
            System.Logger.Level.WARNING, "an index of metadata is not filled: {0}", e.toString());
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
      if (memory.isPresent() && memory.get().isFull()) {
        return false;
      }
      T filled = opened();
      ReadView view = generation.view();
      int count = view.count();
      fill(filled, view, Math.min(count, filled.count() + SLICE_ROWS));
      boolean isWhole = filled.count() == count;
      int hidden = filled.count() - searchable;
      if (isWhole ? hidden > lagRows : hidden > Math.max(LATE_ROWS, searchable)) {
        publish(filled);
      }
      return !isWhole || filled.tidy();
    } finally {
      filling.unlock();
    }
  }

  long memoryBytes() {
    return index.map(RowIndex::memoryBytes).orElse(0L);
  }

  /** A running slice ends soon; no new one starts. */
  void stop() {
    stopped = true;
  }

  /** Nobody holds the generation any more. */
  void close() {
    stopped = true;
    account(0);
    index.ifPresent(RowIndex::close);
    index = Optional.empty();
  }
}

package io.quiver.collection;

import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.disk.MappedFile;
import io.quiver.filter.IndexedFields;
import io.quiver.metadata.FilterIndex;
import io.quiver.metadata.TextIndex;
import io.quiver.vectors.IdTable;
import io.quiver.vectors.RowStore;
import io.quiver.vectors.RowVersions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.StampedLock;

/**
 * One set of a shard's files while it serves: compaction replaces the whole set. Memory is unmapped
 * when the last reader let go.
 *
 * <p>Thread safety: readers {@link #acquire} before they touch anything and {@link #release} after;
 * the writer publishes through {@link #view} and changes the id table under {@link #idLock}.
 *
 * <p>Invariant: whoever holds the lock sees id table and view agree: an id's ordinal is below the
 * view's count and not in its dead.
 */
final class Generation {
  /** A filter reads so many rows rather than have each write published to the index. */
  private static final int FIELDS_LAG_ROWS = 64;

  final String folder;
  final RowStore rows;
  final IdTable ids;
  final RowVersions versions;
  final ShardIndex index;
  final StampedLock idLock = new StampedLock();
  final Scrub scrub;
  final ResolvedFilters resolved = new ResolvedFilters();
  final DerivedIndex<TextIndex> text;
  final DerivedIndex<FilterIndex> fields;
  private final Arena arena;
  private volatile Optional<MappedFile> mappedIds = Optional.empty();
  private final AtomicInteger holders = new AtomicInteger(1);
  private volatile ReadView view;
  private volatile boolean doubtful;
  private volatile Optional<ShardIndex> beside = Optional.empty();

  Generation(
      String folder,
      RowStore rows,
      IdTable ids,
      RowVersions versions,
      ShardIndex index,
      Indexing indexing,
      Arena arena,
      ReadView view) {
    this.folder = folder;
    this.rows = rows;
    this.ids = ids;
    this.versions = versions;
    this.index = index;
    this.arena = arena;
    this.view = view;
    this.scrub = new Scrub(this);
    this.text = new DerivedIndex<>(this, indexing, TextIndex::new, 0, Optional.empty());
    this.fields =
        new DerivedIndex<>(
            this,
            indexing,
            () -> new FilterIndex(IndexedFields.ALL),
            FIELDS_LAG_ROWS,
            Optional.of(indexing.fields()));
  }

  /** When opened: the file behind the id table. */
  void idsMapped(MappedFile file) {
    mappedIds = Optional.of(file);
  }

  /** After a checkpoint put another file in its place. */
  void idsReplaced() {
    mappedIds = Optional.empty();
  }

  /**
   * Any thread. Checks that rows and ids are as long as they must be.
   *
   * @throws DamagedFileException naming the first file that is shorter, or gone
   */
  void expectWholeRows(Disk disk) throws IOException {
    rows.expectWhole(disk);
    if (mappedIds.isPresent()) {
      mappedIds.get().expectWhole(disk);
    }
  }

  ReadView view() {
    return view;
  }

  /** Writer only. Makes rows and deletions visible, all at once. */
  void publish(ReadView next) {
    rows.publish(next.count());
    view = next;
    index.rowsPublished(next);
    beside.ifPresent(other -> other.follow(next));
    text.schedule();
    fields.schedule();
  }

  /**
   * A sync of these files failed: what is on stable storage is unknown, and a later sync that
   * succeeds would not tell. No checkpoint may rely on them; their rows must be written anew.
   */
  void doubt() {
    doubtful = true;
  }

  boolean isDoubtful() {
    return doubtful;
  }

  /** An index that is built of the same rows, to take the place of the present one. */
  Optional<ShardIndex> beside() {
    return beside;
  }

  /** Maintenance only. */
  void buildBeside(ShardIndex other) {
    beside = Optional.of(other);
    other.follow(view); // What was published since it was made.
  }

  /** Maintenance only. The index goes on with the graph that was built beside it. */
  void takeOver() {
    ShardIndex other = beside.orElseThrow();
    beside = Optional.empty();
    index.takeOver(other);
  }

  /** Maintenance only. Gives up what was built beside. */
  void forgetBeside() {
    beside.ifPresent(other -> {
      other.stop();
      other.close();
    });
    beside = Optional.empty();
  }

  /** Whether nobody reads at this moment. */
  boolean isUnread() {
    return holders.get() == 1;
  }

  /** Takes part in keeping the memory mapped; false if it was already let go. */
  boolean acquire() {
    int present = holders.get();
    while (present > 0) {
      int seen = holders.compareAndExchange(present, present + 1);
      if (seen == present) {
        return true;
      }
      present = seen;
    }
    return false;
  }

  /** Also called once by the owner, to retire the generation. */
  void release() {
    if (holders.decrementAndGet() == 0) {
      beside.ifPresent(ShardIndex::close);
      index.close();
      text.close();
      fields.close();
      arena.close();
    }
  }

  /** Stops background work, closes the files, and unmaps once the last reader is gone. */
  void retire() throws IOException {
    text.stop();
    fields.stop();
    index.stop();
    beside.ifPresent(ShardIndex::stop);
    try {
      rows.close();
    } finally {
      release();
    }
  }
}

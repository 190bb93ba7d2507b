package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.message.CountRows;
import io.quiver.message.Counted;
import io.quiver.message.MeasureRecall;
import io.quiver.message.MeasuredRecall;
import io.quiver.message.ReadRows;
import io.quiver.message.Row;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrollVersions;
import io.quiver.message.ScrolledRows;
import io.quiver.message.VersionedRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads of a collection that go over all its rows. Any thread. */
public final class RowReads {
  private RowReads() {}

  /** One page of all rows; see {@link ScrollRows}. */
  public static ScrolledRows scroll(Collection collection, ScrollRows scroll, Deadline deadline) {
    OpenCollection present = collection.opened();
    return collection.reading(() -> page(present, scroll, deadline).whole());
  }

  /** The same with versions. */
  public static VersionedRows scroll(
      Collection collection, ScrollVersions scroll, Deadline deadline) {
    OpenCollection present = collection.opened();
    return collection.reading(() -> page(present, scroll.scroll(), deadline).versioned());
  }

  /** Rows by id, with versions; see {@link ReadRows}. */
  public static VersionedRows read(Collection collection, ReadRows read) {
    OpenCollection present = collection.opened();
    return collection.reading(() -> read(present, read));
  }

  /**
   * Searches for rows of the collection itself; see {@link MeasureRecall}.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  public static MeasuredRecall recall(
      Collection collection, MeasureRecall measure, Deadline deadline) {
    OpenCollection present = collection.opened();
    return collection.reading(() -> RecallCheck.run(present, measure, deadline));
  }

  /**
   * Rows that the filter means. Without one it opens nothing: what was never opened has what its
   * manifest says.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  public static Counted count(Collection collection, CountRows count, Deadline deadline) {
    if (count.isFiltered()) {
      OpenCollection present = collection.opened();
      return collection.reading(() -> counted(present, count.filter(), deadline));
    }
    collection
        .fault()
        .ifPresent(reason -> {
          throw reason;
        });
    return new Counted(
        collection.isOpen() ? collection.opened().live() : collection.manifest().live());
  }

  private static Counted counted(OpenCollection present, Filter filter, Deadline deadline)
      throws IOException {
    long count = 0;
    for (int shard = 0; shard < present.shards(); shard++) {
      Generation held = present.acquire(shard);
      try {
        count += RowFilter.resolve(filter, held, held.view(), deadline).rows().count();
      } finally {
        held.release();
      }
    }
    return new Counted(count);
  }

  private static ScrollPage page(OpenCollection present, ScrollRows scroll, Deadline deadline)
      throws IOException {
    int first = scroll.after().map(id -> present.shardOf(id).number).orElse(0);
    ScrollPage page = new ScrollPage(scroll, deadline);
    for (int shard = first; shard < present.shards() && !page.isFull(); shard++) {
      Generation held = present.acquire(shard);
      try {
        page.read(held, shard == first ? scroll.after() : Optional.empty());
      } finally {
        held.release();
      }
    }
    return page;
  }

  private static VersionedRows read(OpenCollection present, ReadRows read) throws IOException {
    List<Row> found = new ArrayList<>(read.ids().size());
    List<Long> versions = new ArrayList<>(read.ids().size());
    for (VectorId id : read.ids()) {
      present
          .shardOf(id)
          .versioned(id, read.withVectors(), read.withMetadata())
          .ifPresent(one -> {
            found.add(one.row());
            versions.add(one.version());
          });
    }
    return new VersionedRows(found, versions, Optional.empty());
  }
}

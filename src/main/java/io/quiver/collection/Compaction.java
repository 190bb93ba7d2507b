package io.quiver.collection;

import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import io.quiver.vectors.IdTable;
import io.quiver.vectors.RowStore;
import io.quiver.vectors.Tombstones;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rewrites a shard without its dead rows: copies the living beside the running writer, catches up
 * under the write lock, and replaces the generation. Nothing on disk refers to the new files until
 * the checkpoint that follows; the old ones are deleted after it.
 */
final class Compaction {
  private static final int COPY_ROWS = 256;
  private static final int GONE = -1;

  private final Environment environment;
  private final CollectionConfig config;
  private final UUID uuid;
  private final Writer writer;
  private final Shard shard;
  private AtomicLong copied = new AtomicLong();

  Compaction(
      Environment environment, CollectionConfig config, UUID uuid, Writer writer, Shard shard) {
    this.environment = environment;
    this.config = config;
    this.uuid = uuid;
    this.writer = writer;
    this.shard = shard;
  }

  /**
   * Maintenance only. Readers of the former generation go on undisturbed.
   *
   * @param copied counts the rows as they are copied
   * @return the former generation, for the caller to retire and delete once a checkpoint committed
   * @throws IOException if the disk refuses; then everything is as before
   */
  Generation run(AtomicLong copied) throws IOException {
    this.copied = copied;
    Generation from = shard.present();
    from.index.repair(from.view());
    Generation into = create(nextFolder(from.folder));
    try {
      int[] moved = new int[0];
      ReadView start = from.view();
      moved = copy(from, start, 0, into, moved);
      from.index.pause();
      try {
        writer.lock().lock();
        try {
          ReadView end = from.view();
          moved = copy(from, end, start.count(), into, moved);
          swap(from, end, into, moved);
        } finally {
          writer.lock().unlock();
        }
      } finally {
        from.index.resume();
      }
      return from;
    } catch (IOException | RuntimeException | Error e) {
      if (shard.present() == from) {
        into.retire();
        discard(into.folder, e);
      }
      throw e;
    }
  }

  private Generation create(String folder) throws IOException {
    try {
      return ShardFiles.create(environment, config, uuid, folder);
    } catch (IOException e) {
      discard(folder, e);
      throw e;
    }
  }

  /** Gives the space of an unfinished copy back. */
  private void discard(String folder, Throwable cause) {
    try {
      ShardFiles.delete(environment.disk(), environment.folder().resolve(folder));
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Copies the rows that live in {@code view}, from ordinal {@code first} on.
   *
   * @param moved where each old ordinal went so far
   * @return the same, up to the view's count
   */
  private int[] copy(Generation from, ReadView view, int first, Generation into, int[] moved)
      throws IOException {
    int[] map = Arrays.copyOf(moved, view.count());
    List<Row> batch = new ArrayList<>(COPY_ROWS);
    for (int ordinal = first; ordinal < view.count(); ordinal++) {
      map[ordinal] = GONE;
      if (!view.dead().contains(ordinal)) {
        map[ordinal] = into.rows.stagedCount() + batch.size();
        batch.add(from.rows.row(ordinal, true, true));
        if (batch.size() == COPY_ROWS) {
          into.rows.stage(batch);
          copied.addAndGet(batch.size());
          batch.clear();
        }
      }
    }
    if (!batch.isEmpty()) {
      into.rows.stage(batch);
    }
    return map;
  }

  /** Under the write lock: rows that died while they were copied are dead in the copy, too. */
  private void swap(Generation from, ReadView end, Generation into, int[] moved)
      throws IOException {
    int count = into.rows.stagedCount();
    int[] dead = new int[count];
    int deadCount = 0;
    RowStore rows = into.rows;
    rows.publish(count);
    for (int ordinal = 0; ordinal < end.count(); ordinal++) {
      int to = moved[ordinal];
      if (to == GONE) {
        continue;
      }
      if (end.dead().contains(ordinal)) {
        dead[deadCount++] = to;
      } else {
        int before = into.ids.put(rows.id(to), to, rows);
        assert before == IdTable.ABSENT : "id twice among living rows";
      }
    }
    into.versions.addMoved(from.versions, moved);
    into.index.adopt(from.index, end, moved);
    ReadView view = new ReadView(count, Tombstones.NONE.with(dead, deadCount), end.lsn());
    into.publish(view);
    shard.replace(into);
    try {
      writer.restagePending(shard.number);
      if (from.text.isWanted()) {
        into.text.want();
      }
      if (from.fields.isWanted()) {
        into.fields.want();
      }
    } catch (IOException | RuntimeException | Error e) {
      shard.replace(from); // A page fault is an error, too: nothing may publish what did not move.
      throw e;
    }
  }

  /** {@code 0} → {@code 0.1} → {@code 0.2}. */
  private static String nextFolder(String folder) {
    int dot = folder.indexOf('.');
    return dot < 0
        ? folder + ".1"
        : folder.substring(0, dot + 1) + (Integer.parseInt(folder.substring(dot + 1)) + 1);
  }
}

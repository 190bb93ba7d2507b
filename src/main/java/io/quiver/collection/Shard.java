package io.quiver.collection;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import io.quiver.vectors.IdTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One shard of an open collection: applies the writes that fall on it and hands out its present
 * generation.
 *
 * <p>Thread safety: {@code stage} and {@code publish*} belong to the writer; readers call {@link
 * #acquire} and {@link #get}. Maintenance replaces the generation under the collection's write
 * lock.
 */
final class Shard {
  private static final System.Logger LOG = System.getLogger(Shard.class.getName());

  final int number;
  private volatile Generation generation;

  Shard(int number, Generation generation) {
    this.number = number;
    this.generation = generation;
  }

  /** The present generation, for the writer and for maintenance. */
  Generation present() {
    return generation;
  }

  /** The present generation, held: the caller must release it. */
  Generation acquire() {
    while (true) {
      Generation present = generation;
      if (present.acquire()) {
        return present;
      }
      if (present == generation) {
        throw new QuiverException(ErrorCode.UNAVAILABLE, "the collection is closing");
      }
    }
  }

  /** Under the collection's write lock. The caller retires the former one. */
  void replace(Generation next) {
    generation = next;
  }

  StagedRows stage(List<Row> rows) throws IOException {
    return new StagedRows(number, generation.rows.stage(rows), rows);
  }

  /** Writer only, when nothing that is staged will be published. */
  void unstage() {
    generation.rows.unstage();
  }

  /** Rows get the version {@code version}. */
  void publishPut(StagedRows staged, long lsn, long version) {
    Generation into = generation;
    ReadView before = into.view();
    into.versions.add(before.count(), version);
    int gap = staged.first() - before.count();
    int[] dead = new int[gap + staged.rows().size()];
    int deadCount = 0;
    for (int i = 0; i < gap; i++) {
      dead[deadCount++] = before.count() + i; // Staged for a write that the log refused.
    }
    long stamp = into.idLock.writeLock();
    try {
      for (int i = 0; i < staged.rows().size(); i++) {
        int replaced = into.ids.put(staged.rows().get(i).id(), staged.first() + i, into.rows);
        if (replaced != IdTable.ABSENT) {
          dead[deadCount++] = replaced;
        }
      }
      into.publish(
          new ReadView(
              staged.first() + staged.rows().size(), before.dead().with(dead, deadCount), lsn));
    } finally {
      into.idLock.unlockWrite(stamp);
    }
  }

  void publishDelete(List<VectorId> ids, long lsn) {
    Generation into = generation;
    ReadView before = into.view();
    int[] dead = new int[ids.size()];
    int deadCount = 0;
    long stamp = into.idLock.writeLock();
    try {
      for (VectorId id : ids) {
        int removed = into.ids.remove(id, into.rows);
        if (removed != IdTable.ABSENT) {
          dead[deadCount++] = removed;
        }
      }
      into.publish(
          new ReadView(
              before.count(), before.dead().with(Arrays.copyOf(dead, deadCount), deadCount), lsn));
    } finally {
      into.idLock.unlockWrite(stamp);
    }
  }

  void publishClear(long lsn) {
    Generation into = generation;
    ReadView before = into.view();
    int[] dead = new int[before.live()];
    int deadCount = 0;
    for (int ordinal = 0; ordinal < before.count(); ordinal++) {
      if (!before.dead().contains(ordinal)) {
        dead[deadCount++] = ordinal;
      }
    }
    long stamp = into.idLock.writeLock();
    try {
      into.ids.clear();
      into.publish(new ReadView(before.count(), before.dead().with(dead, deadCount), lsn));
    } finally {
      into.idLock.unlockWrite(stamp);
    }
  }

  /** Writer only: the version of a row in what was applied, 0 if there is no such row. */
  long version(VectorId id) {
    int ordinal = generation.ids.find(id, generation.rows);
    return ordinal == IdTable.ABSENT ? 0 : generation.versions.of(ordinal);
  }

  /** Writer only: whether the id exists in what was applied. */
  boolean exists(VectorId id) {
    return generation.ids.find(id, generation.rows) != IdTable.ABSENT;
  }

  /** Any thread: the row of an id, with the parts asked for. */
  Optional<Row> get(VectorId id, boolean withVector, boolean withMetadata) throws IOException {
    Generation held = acquire();
    try {
      int ordinal = find(held, id);
      return ordinal == IdTable.ABSENT
          ? Optional.empty()
          : Optional.of(held.rows.row(ordinal, withVector, withMetadata));
    } finally {
      held.release();
    }
  }

  /** A row, and the version that it had. */
  record Versioned(Row row, long version) {}

  /** Any thread: the same with its version. */
  Optional<Versioned> versioned(VectorId id, boolean withVector, boolean withMetadata)
      throws IOException {
    Generation held = acquire();
    try {
      int ordinal = find(held, id);
      return ordinal == IdTable.ABSENT
          ? Optional.empty()
          : Optional.of(
              new Versioned(
                  held.rows.row(ordinal, withVector, withMetadata), held.versions.of(ordinal)));
    } finally {
      held.release();
    }
  }

  /** Any thread: ids of a held generation, as they were at one moment. */
  static long[] slotsFrom(Generation held, int place, int countMin) {
    long stamp = held.idLock.tryOptimisticRead();
    if (stamp != 0) {
      long[] slots = held.ids.slotsFrom(place, countMin);
      if (held.idLock.validate(stamp)) {
        return slots;
      }
    }
    stamp = held.idLock.readLock();
    try {
      return held.ids.slotsFrom(place, countMin);
    } finally {
      held.idLock.unlockRead(stamp);
    }
  }

  /** Any thread: where the row of an id is now; {@link IdTable#ABSENT} if there is none. */
  static int find(Generation held, VectorId id) {
    long stamp = held.idLock.tryOptimisticRead();
    if (stamp != 0) {
      try {
        int ordinal = held.ids.find(id, held.rows);
        if (held.idLock.validate(stamp)) {
          return ordinal;
        }
      } catch (UncheckedIOException e) {
        // Damage, or seen beside the writer: the lock tells.
        LOG.log(System.Logger.Level.DEBUG, "looked up again under the lock", e);
      }
    }
    stamp = held.idLock.readLock();
    try {
      return held.ids.find(id, held.rows);
    } finally {
      held.idLock.unlockRead(stamp);
    }
  }
}

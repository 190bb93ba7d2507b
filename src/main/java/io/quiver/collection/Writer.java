package io.quiver.collection;

import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.disk.DamagedFileException;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.ClearCollection;
import io.quiver.message.ClearRows;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Command;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteByFilter;
import io.quiver.message.DeleteIf;
import io.quiver.message.DeleteRows;
import io.quiver.message.DeleteVectors;
import io.quiver.message.KeyWrite;
import io.quiver.message.OnError;
import io.quiver.message.Precondition;
import io.quiver.message.PutRows;
import io.quiver.message.Reply;
import io.quiver.message.Row;
import io.quiver.message.RowsRequest;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteIf;
import io.quiver.message.WriteOutcome;
import io.quiver.message.WriteVectors;
import io.quiver.vectors.Norms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.ToIntFunction;

/**
 * Checks writes, stages their rows, and applies what the log returned, in log order. What is staged
 * is on disk but not visible; applying only changes memory and cannot fail.
 *
 * <p>Thread safety: one caller at a time for {@code prepare}, {@code apply} and {@code abandon};
 * the lock keeps maintenance out while one of them runs.
 */
final class Writer {
  private final CollectionConfig config;
  private final List<Shard> shards;
  private final PendingWrites pending = new PendingWrites();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile long appliedLsn;

  /** What the last write gave its rows. Log order alone decides it, so replay gives the same. */
  private long lastVersion;

  Writer(CollectionConfig config, List<Shard> shards, long appliedLsn) {
    this.config = config;
    this.shards = shards;
    this.appliedLsn = appliedLsn;
    this.lastVersion =
        shards.stream().mapToLong(shard -> shard.present().versions.last()).max().orElse(0);
  }

  /** Held by maintenance while it captures or replaces what the writer changes. */
  ReentrantLock lock() {
    return lock;
  }

  long appliedLsn() {
    return appliedLsn;
  }

  /** What to answer once a batch was applied, or none of it had to be. */
  private interface Answer {
    Reply of(long lsn, int written, List<WriteAck.Refused> refused);
  }

  PreparedWrite prepare(WriteVectors write) {
    return prepare(write, List.of(), WriteAck::new);
  }

  /** The same for writes that look at versions, and for one of all rows. */
  PreparedWrite prepare(KeyWrite write) {
    return switch (write) {
      case WriteIf put -> prepare(put.write(), put.conditions(), this::outcome);
      case DeleteIf delete -> prepare(delete);
      case ClearCollection clear -> prepareClear();
    };
  }

  /** Asked right after the write was applied. */
  private WriteOutcome outcome(long lsn, int rows, List<WriteAck.Refused> refused) {
    return new WriteOutcome(lsn, lsn == 0 ? 0 : lastVersion, rows, refused);
  }

  /**
   * Checks rows and stages those that are right.
   *
   * @param conditions one for each row, or none at all
   */
  private PreparedWrite prepare(WriteVectors write, List<Precondition> conditions, Answer answer) {
    lock.lock();
    try {
      List<WriteAck.Refused> refused = new ArrayList<>();
      List<Row> accepted = new ArrayList<>(write.rows().size());
      Set<VectorId> seen = HashSet.newHashSet(write.rows().size());
      for (int i = 0; i < write.rows().size(); i++) {
        Row row = write.rows().get(i);
        Precondition condition = conditions.isEmpty() ? Precondition.NONE : conditions.get(i);
        Optional<QuiverException> fault = fault(row, i, write, condition, seen);
        if (fault.isEmpty()) {
          accepted.add(row);
        } else if (write.onError() == OnError.ABORT) {
          throw fault.get();
        } else {
          refused.add(
              new WriteAck.Refused(i, row.id(), fault.get().code(), fault.get().getMessage()));
        }
      }
      if (accepted.isEmpty()) {
        return new PreparedWrite(Optional.empty(), List.of(), lsn -> answer.of(0, 0, refused));
      }
      PutRows command = new PutRows(accepted);
      PreparedWrite prepared =
          new PreparedWrite(
              Optional.of(command),
              stage(accepted),
              lsn -> answer.of(lsn, accepted.size(), refused));
      pending.add(prepared, command);
      return prepared;
    } finally {
      lock.unlock();
    }
  }

  PreparedWrite prepare(DeleteVectors delete) {
    lock.lock();
    try {
      List<VectorId> existing =
          new LinkedHashSet<>(delete.ids()).stream().filter(this::exists).toList();
      if (existing.isEmpty()) {
        return new PreparedWrite(Optional.empty(), List.of(), lsn -> new DeleteAck(0, 0));
      }
      DeleteRows command = new DeleteRows(existing);
      PreparedWrite prepared =
          new PreparedWrite(
              Optional.of(command), List.of(), lsn -> new DeleteAck(lsn, existing.size()));
      pending.add(prepared, command);
      return prepared;
    } finally {
      lock.unlock();
    }
  }

  private PreparedWrite prepare(DeleteIf delete) {
    lock.lock();
    try {
      List<WriteAck.Refused> refused = new ArrayList<>();
      List<VectorId> existing = RowRefusals.deletable(delete, this::version, refused);
      if (existing.isEmpty()) {
        return new PreparedWrite(Optional.empty(), List.of(), lsn -> outcome(0, 0, refused));
      }
      return pending(new DeleteRows(existing), lsn -> outcome(lsn, existing.size(), refused));
    } finally {
      lock.unlock();
    }
  }

  /** A write without rows. */
  private PreparedWrite pending(Command command, LongFunction<Reply> reply) {
    PreparedWrite prepared = new PreparedWrite(Optional.of(command), List.of(), reply);
    pending.add(prepared, command);
    return prepared;
  }

  /** Waits for all writes before it, so that it knows how many rows there are. */
  private PreparedWrite prepareClear() {
    lock.lock();
    try {
      if (!pending.isEmpty()) {
        throw new UndecidedException();
      }
      int rows = shards.stream().mapToInt(shard -> shard.present().view().live()).sum();
      if (rows == 0) {
        return new PreparedWrite(Optional.empty(), List.of(), lsn -> new DeleteAck(0, 0));
      }
      return pending(new ClearRows(rows), lsn -> new DeleteAck(lsn, rows));
    } finally {
      lock.unlock();
    }
  }

  /** The same for rows that are chosen by what they are. */
  PreparedWrite prepare(RowsRequest request) throws IOException {
    return switch (request) {
      case DeleteByFilter delete -> prepare(delete);
      case ChangeMetadata change -> prepare(change);
    };
  }

  /** A page of a delete by filter: what of it is still meant. */
  private PreparedWrite prepare(DeleteByFilter delete) throws IOException {
    lock.lock();
    try {
      List<VectorId> chosen = new ChosenRows(this::decided).of(delete);
      return chosen.isEmpty()
          ? new PreparedWrite(Optional.empty(), List.of(), lsn -> new DeleteAck(0, 0))
          : prepare(new DeleteVectors(delete.collection(), chosen, delete.durability()));
    } finally {
      lock.unlock();
    }
  }

  /** The rows are written anew, vectors and all. */
  private PreparedWrite prepare(ChangeMetadata change) throws IOException {
    lock.lock();
    try {
      List<Row> changed = new ChosenRows(this::decided).of(change);
      return changed.isEmpty()
          ? new PreparedWrite(Optional.empty(), List.of(), lsn -> new WriteAck(0, 0, List.of()))
          : prepare(WriteVectors.upsert(change.collection(), changed));
    } finally {
      lock.unlock();
    }
  }

  /** The row as it is when all that was prepared is applied or abandoned. */
  private Optional<Row> decided(VectorId id, boolean withVector) throws IOException {
    if (pending.names(id)) {
      throw new UndecidedException(id);
    }
    return shards.get(shardOf(id)).get(id, withVector, true);
  }

  /** Why a row cannot be written, if so; a row without fault is added to {@code seen}. */
  private Optional<QuiverException> fault(
      Row row, int index, WriteVectors write, Precondition condition, Set<VectorId> seen) {
    String place = write.rows().size() == 1 ? "" : "vectors[" + index + "].";
    String field = place + "data";
    if (row.vector().dimension() != config.dimension()) {
      return Optional.of(
          QuiverException.dimensionMismatch(field, config.dimension(), row.vector().dimension()));
    }
    try {
      Norms.check(row.vector(), config.metric(), field);
    } catch (QuiverException e) {
      return Optional.of(e);
    }
    if (seen.contains(row.id())) {
      return Optional.of(
          QuiverException.invalid(place + "id", "an id that stands once in a batch", row.id()));
    }
    return modeFault(row.id(), place + "id", write)
        .or(() -> conditionFault(row.id(), place, condition))
        .or(() -> {
          seen.add(row.id());
          return Optional.empty();
        });
  }

  private Optional<QuiverException> modeFault(VectorId id, String field, WriteVectors write) {
    return switch (write.mode()) {
      case UPSERT -> Optional.empty();
      case INSERT -> exists(id) ? Optional.of(RowRefusals.taken(id, field)) : Optional.empty();
      case UPDATE -> exists(id) ? Optional.empty() : Optional.of(RowRefusals.unknown(id, field));
    };
  }

  private Optional<QuiverException> conditionFault(
      VectorId id, String place, Precondition condition) {
    return condition instanceof Precondition.None
        ? Optional.empty()
        : RowRefusals.conflict(id, place, condition, version(id));
  }

  /** The version of a row, 0 if there is none; as {@link #exists}. */
  private long version(VectorId id) {
    return exists(id) ? shards.get(shardOf(id)).version(id) : 0;
  }

  /**
   * Whether the id exists, now and when all that was prepared is applied or abandoned.
   *
   * @throws UndecidedException if the log decides that
   */
  private boolean exists(VectorId id) {
    if (pending.names(id)) {
      throw new UndecidedException(id);
    }
    return shards.get(shardOf(id)).exists(id);
  }

  void apply(long lsn, Command command) {
    if (lsn <= appliedLsn) {
      return;
    }
    lock.lock();
    try {
      lastVersion = Math.max(lsn, lastVersion + 1);
      shards.forEach(shard -> shard.present().versions.given(lastVersion));
      switch (command) {
        case PutRows put -> applyPut(lsn, put);
        case DeleteRows delete -> {
          pending.take(delete);
          applyDelete(lsn, delete);
        }
        case ClearRows clear -> {
          pending.take(clear);
          shards.forEach(shard -> shard.publishClear(lsn));
        }
      }
      appliedLsn = lsn;
    } finally {
      lock.unlock();
    }
  }

  private void applyPut(long lsn, PutRows put) {
    List<StagedRows> staged =
        pending.take(put).map(PreparedWrite::staged).orElseGet(() -> stage(put.rows()));
    for (StagedRows part : staged) {
      shards.get(part.shard()).publishPut(part, lsn, lastVersion);
    }
  }

  private void applyDelete(long lsn, DeleteRows delete) {
    for (List<VectorId> part : split(delete.ids(), this::shardOf)) {
      if (!part.isEmpty()) {
        shards.get(shardOf(part.getFirst())).publishDelete(part, lsn);
      }
    }
  }

  void abandon(PreparedWrite write) {
    lock.lock();
    try {
      pending.remove(write);
      unstageIfIdle();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: gives back the room of rows that were staged for refused writes. */
  private void unstageIfIdle() {
    if (pending.isEmpty()) {
      shards.forEach(Shard::unstage);
    }
  }

  /** Writes rows behind the published ones, each on its shard. */
  private List<StagedRows> stage(List<Row> rows) {
    List<StagedRows> staged = new ArrayList<>(shards.size());
    try {
      for (List<Row> part : split(rows, row -> shardOf(row.id()))) {
        if (!part.isEmpty()) {
          staged.add(shards.get(shardOf(part.getFirst().id())).stage(part));
        }
      }
      return staged;
    } catch (DamagedFileException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      unstageIfIdle();
      throw StorageErrors.ofWrite(e);
    }
  }

  /** Under the lock: stages what is pending once more, after a shard's generation was replaced. */
  void restagePending(int shard) throws IOException {
    Map<PreparedWrite, List<StagedRows>> moved = new LinkedHashMap<>();
    for (PreparedWrite write : pending.oldestFirst()) {
      List<StagedRows> parts = new ArrayList<>(write.staged().size());
      for (StagedRows part : write.staged()) {
        parts.add(part.shard() == shard ? shards.get(shard).stage(part.rows()) : part);
      }
      moved.put(write, parts);
    }
    moved.forEach(PreparedWrite::restaged);
  }

  private <T> List<List<T>> split(List<T> all, ToIntFunction<T> shard) {
    if (shards.size() == 1) {
      return List.of(all);
    }
    List<List<T>> parts = new ArrayList<>(shards.size());
    shards.forEach(each -> parts.add(new ArrayList<>()));
    all.forEach(item -> parts.get(shard.applyAsInt(item)).add(item));
    return parts;
  }

  int shardOf(VectorId id) {
    // String.hashCode is specified by the language; the multiplication spreads its low bits.
    int mixed = (id.value().hashCode() * 0x9E37_79B9) >>> 16;
    return mixed % shards.size();
  }
}

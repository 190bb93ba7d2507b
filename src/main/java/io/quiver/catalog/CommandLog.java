package io.quiver.catalog;

import io.quiver.collection.StorageErrors;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.BinaryWriter;
import io.quiver.message.Command;
import io.quiver.message.Encoding;
import io.quiver.wal.Wal;
import io.quiver.wal.WalException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes commands to the log, and keeps account of the records that no checkpoint covers.
 *
 * <p>Thread safety: {@link #append} and {@link #sync} belong to one thread, the log writer; the
 * rest is safe from any thread.
 *
 * <p>Invariant: the account names exactly the records that are in the log. A group that was refused
 * leaves nothing in it: its numbers are given to records of others, and a collection that waits for
 * a checkpoint of what it never applied would keep the log for ever.
 */
final class CommandLog {
  private final Wal wal;
  private final DirtyLog dirty;
  private final BinaryWriter encoder = new BinaryWriter();
  private final ReentrantLock logging = new ReentrantLock();

  /** The records of the present group. */
  private final List<Appended> appended = new ArrayList<>();

  private record Appended(UUID collection, long lsn, long bytes) {}

  CommandLog(Wal wal, DirtyLog dirty) {
    this.wal = wal;
    this.dirty = dirty;
  }

  /** See {@link Database#append}. */
  long append(UUID collection, Command command) {
    encoder.reset();
    Encoding.write(command, encoder);
    MemorySegment payload = encoder.segment();
    logging.lock();
    try {
      long lsn = wal.append(collection, payload);
      appended.add(new Appended(collection, lsn, payload.byteSize()));
      return lsn;
    } catch (WalException e) {
      throw StorageErrors.ofWrite(ErrorCode.READ_ONLY, readOnly(e), e);
    } finally {
      logging.unlock();
    }
  }

  /** See {@link Database#sync}. */
  void sync(boolean force) {
    logging.lock();
    try {
      wal.sync(force);
      appended.forEach(each -> dirty.appended(each.collection(), each.lsn(), each.bytes()));
    } catch (WalException e) {
      throw refused(e);
    } finally {
      appended.clear();
      logging.unlock();
    }
  }

  /** Puts what was written on stable storage. */
  void force() throws IOException {
    logging.lock();
    try {
      wal.forceWritten();
    } finally {
      logging.unlock();
    }
  }

  /** No checkpoint lacks a record below this one. */
  long firstNeededLsn() {
    logging.lock();
    try {
      return dirty.firstNeeded(wal.lastLsn() + 1);
    } finally {
      logging.unlock();
    }
  }

  private static QuiverException refused(WalException e) {
    return switch (e.kind()) {
      case WRITE_FAILED -> StorageErrors.ofWrite(e);
      case UNSETTLED -> StorageErrors.ofUnsettledWrite(ErrorCode.UNAVAILABLE, e.getMessage(), e);
      case SYNC_FAILED -> StorageErrors.ofUnsettledWrite(ErrorCode.READ_ONLY, readOnly(e), e);
    };
  }

  private static String readOnly(WalException cause) {
    return "the node is read-only: " + cause.getMessage();
  }
}

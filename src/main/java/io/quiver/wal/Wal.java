package io.quiver.wal;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * The log (docs/formats/wal.md). Records are numbered from 1 without gaps and gathered in a group
 * until {@link #sync} writes the group as a whole; only then may they be acknowledged.
 *
 * <p>Thread safety: one thread at a time, the writer, calls everything; {@link #truncateBefore},
 * {@link #firstLsn}, {@link #lastLsn}, {@link #syncedLsn}, {@link #bytes}, {@link #isKept} and
 * {@link #failure} are safe from any thread.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A group lies in one segment. A segment is on stable storage as a whole, and the header and
 *       name of the next one too, before the first record goes into the next one.
 *   <li>Behind the last group that was written in full there is nothing in the file, or a rollback
 *       is pending: the rest is cut off before the next write.
 *   <li>A dropped group is cut off durably before its sequence numbers are given to other records,
 *       so that no crash brings it back.
 *   <li>After a failed force nothing is written any more.
 *   <li>A segment that was found damaged is never written again.
 * </ul>
 */
public final class Wal implements AutoCloseable {
  /** Longest payload: more than the largest body of a write can become. */
  public static final long PAYLOAD_BYTES_MAX = 512L << 20;

  private static final System.Logger LOG = System.getLogger(Wal.class.getName());

  private final Disk disk;
  private final Path folder;
  private final WalOptions options;
  private final UUID log;
  private final Optional<TornTail> tornTail;
  private final Segments segments;
  private final Syncs syncs;
  private final GroupBuffer group;

  /** The last segment, once there is one. */
  private Optional<ActiveSegment> active = Optional.empty();

  private long nextLsn; // Of the next append; runs ahead of groupFirstLsn by the group's records.
  private volatile long groupFirstLsn;
  private volatile long syncedLsn;
  private long provenLsn; // What the last record says of syncedLsn.
  private long settledLsn;
  private long writtenLsn; // Of the last record that is there; lower than lastLsn() at a gap.
  private boolean mustRoll; // Until it succeeds: a half-made segment must become the next one.
  private Optional<IOException> groupFailure = Optional.empty();

  private Wal(Disk disk, Path folder, WalOptions options, Recovery recovery) throws IOException {
    this.disk = disk;
    this.folder = folder;
    this.options = options;
    this.tornTail = recovery.tornTail();
    this.syncs = new Syncs(disk, folder);
    this.nextLsn = recovery.nextLsn();
    this.groupFirstLsn = nextLsn;
    this.syncedLsn = nextLsn - 1;
    this.provenLsn = recovery.provenLsn();
    this.writtenLsn = nextLsn - 1;
    this.segments = new Segments(disk, recovery.segments(), nextLsn - 1);
    this.log = recovery.log().orElseGet(UUID::randomUUID);
    if (segments.last().isPresent() && !recovery.isLastDamaged()) {
      Segment last = segments.last().get();
      active = Optional.of(new ActiveSegment(last, disk.open(last.path())));
    }
    this.group = new GroupBuffer(options.groupBytes());
  }

  /**
   * Opens the log in a folder, or begins one. Cuts off a torn tail. Of damage {@link #replay}
   * tells.
   *
   * @throws ForeignSegmentException if a segment is whole, but not one of this log
   */
  public static Wal open(Disk disk, Path folder, WalOptions options) throws IOException {
    disk.createDirectories(folder);
    disk.syncDirectory(folder.toAbsolutePath().getParent());
    Recovery recovery = Recovery.run(disk, folder);
    Wal wal = new Wal(disk, folder, options, recovery);
    if (recovery.isLastDamaged()) {
      wal.leaveDamaged();
    }
    return wal;
  }

  /** Goes on in a new segment, so that the damaged one can go once nobody needs it. */
  private void leaveDamaged() {
    try {
      roll();
    } catch (IOException e) { // The first write tries again.
      LOG.log(System.Logger.Level.WARNING, "no new segment of the log: {0}", e.getMessage());
    }
  }

  /** What opening the log cut off. */
  public Optional<TornTail> tornTail() {
    return tornTail;
  }

  /** The failed sync after which this log takes nothing any more. */
  public Optional<WalException> failure() {
    return syncs.failure();
  }

  /** The number of the oldest record that is kept; of the next record if there is none. */
  public long firstLsn() {
    return segments.first().map(Segment::firstLsn).orElse(groupFirstLsn);
  }

  /** The number of the last record that was written; the next one to be appended has one more. */
  public long lastLsn() {
    return groupFirstLsn - 1;
  }

  /** Every record up to this number is on stable storage. */
  public long syncedLsn() {
    return syncedLsn;
  }

  /** Nobody needs a record that was written: if none comes after it, closing notes that. */
  public void settled() {
    settledLsn = writtenLsn;
  }

  /** Size of all segments. */
  public long bytes() {
    return segments.bytes();
  }

  /** A reading of all that is in the log now. The thread that truncates the log uses it. */
  public LogScrub scrub() {
    return new LogScrub(disk, folder, segments);
  }

  /**
   * Leaves numbers out so that the next record has at least this one: for when the log was lost but
   * checkpoints know higher numbers.
   *
   * @throws IllegalStateException if records wait for a sync
   */
  public void nextLsnAtLeast(long lsn) {
    if (nextLsn != groupFirstLsn) {
      throw new IllegalStateException("records wait for a sync, next LSN " + nextLsn);
    }
    if (lsn > nextLsn) {
      nextLsn = lsn;
      groupFirstLsn = lsn;
      mustRoll = true;
    }
  }

  /**
   * Adds a record to the present group. The payload is copied.
   *
   * @return its number, which is given again to another record if {@link #sync} throws WRITE_FAILED
   * @throws WalException SYNC_FAILED if a sync failed before
   */
  public long append(UUID collection, MemorySegment payload) throws WalException {
    syncs.refuseIfFailed();
    if (payload.byteSize() > PAYLOAD_BYTES_MAX) {
      throw new QuiverException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "log record too large: max=%d got=%d".formatted(PAYLOAD_BYTES_MAX, payload.byteSize()));
    }
    long bytes = WalLayout.recordBytes(payload.byteSize());
    if (!group.isEmpty() && group.size() + bytes > options.groupBytes()) {
      spill();
    }
    if (groupFailure.isEmpty()) {
      group.add(nextLsn, syncedLsn, collection, payload);
    }
    return nextLsn++;
  }

  /**
   * Writes the present group. With {@code force}, everything written is on stable storage when this
   * returns; else it is with the operating system.
   *
   * @throws WalException WRITE_FAILED: nothing of the group is in the log, later groups may
   *     succeed; UNSETTLED: the same, unless the next thing is a restart; SYNC_FAILED: nothing can
   *     be acknowledged any more, now and in every later call
   */
  public void sync(boolean force) throws WalException {
    syncs.refuseIfFailed();
    try {
      if (groupFailure.isPresent()) {
        throw groupFailure.get();
      }
      writeGroup();
    } catch (IOException e) {
      throw e instanceof WalException failed ? failed : dropGroup(e);
    }
    acceptGroup();
    if (force) {
      forceActive();
    }
  }

  /**
   * Puts what was written on stable storage and leaves the present group as it is: what a
   * checkpoint needs, so that nothing derived from the log gets ahead of it.
   *
   * @throws WalException SYNC_FAILED
   */
  public void forceWritten() throws WalException {
    syncs.refuseIfFailed();
    if (syncedLsn < groupFirstLsn - 1) {
      forceActive();
    }
  }

  /**
   * Hands over all records with a higher number that are whole, in order, and in between tells
   * where the log is damaged. Only before the first append.
   */
  public void replay(long afterLsn, RecordHandler records, GapHandler gaps) throws IOException {
    segments.replay(afterLsn, records, gaps);
  }

  /** Reads the whole log, for what can be known of records in gaps; before the first append. */
  public Survey survey() throws IOException {
    return segments.survey();
  }

  /** Whether the segment with that gap is still there. */
  public boolean isKept(Gap gap) {
    return gap.segmentLsn() >= firstLsn();
  }

  /**
   * Deletes the segments in which every record is below {@code lsn}, but never the last segment.
   * Any thread.
   *
   * @throws WalException SYNC_FAILED, as in {@link #sync}: a segment that a power cut brought back
   *     would leave a hole behind it
   */
  public void truncateBefore(long lsn) throws IOException {
    syncs.refuseIfFailed();
    segments.truncateBefore(lsn, syncs);
  }

  /**
   * Forces what was written, notes in the log that it was, and closes it. Records that wait for a
   * sync are dropped; they were never acknowledged.
   */
  @Override
  public void close() throws IOException {
    group.clear();
    try {
      if (syncs.failure().isEmpty() && active.isPresent()) {
        active.get().dropGroup();
        rollbackIfPending();
        forceActive();
        markIfPossible();
      }
    } finally {
      group.close();
      if (active.isPresent()) {
        active.get().close();
      }
    }
  }

  /** Makes room in the group's memory. Whether that failed is told by {@link #sync}. */
  private void spill() throws WalException {
    try {
      writeGroup();
    } catch (WalException e) {
      throw e;
    } catch (IOException e) {
      groupFailure = Optional.of(e);
      group.clear();
    }
  }

  private void writeGroup() throws IOException {
    if (group.isEmpty()) {
      return;
    }
    rollbackIfPending();
    if (isRollDue()) {
      roll();
    }
    ActiveSegment target = active.orElseThrow();
    target.write(group.sealed(target.salt()));
    group.clear();
  }

  private void acceptGroup() {
    if (nextLsn != groupFirstLsn) {
      active.orElseThrow().acceptGroup();
      groupFirstLsn = nextLsn;
      writtenLsn = nextLsn - 1;
      provenLsn = syncedLsn;
    }
  }

  private WalException dropGroup(IOException cause) {
    String message =
        "log write failed, records %d to %d are dropped: %s"
            .formatted(groupFirstLsn, nextLsn - 1, cause.getMessage());
    nextLsn = groupFirstLsn;
    group.clear();
    groupFailure = Optional.empty();
    active.ifPresent(ActiveSegment::dropGroup);
    try {
      rollbackIfPending();
    } catch (WalException e) {
      return e;
    } catch (IOException e) {
      cause.addSuppressed(e); // Stays pending: the next write tries again first.
      return new WalException(WalException.Kind.UNSETTLED, message, cause);
    }
    return new WalException(WalException.Kind.WRITE_FAILED, message, cause);
  }

  private void rollbackIfPending() throws IOException {
    if (active.isPresent() && active.get().isRollbackPending() && active.get().rollback()) {
      forceActive();
    }
  }

  private boolean isRollDue() {
    if (active.isEmpty()) {
      return true;
    }
    ActiveSegment last = active.get();
    return last.isGroupUntouched()
        && (mustRoll
            || (last.hasRecords() && last.sizeWith(group.size()) > options.segmentBytes()));
  }

  private void roll() throws IOException {
    forceActive();
    mustRoll = true;
    Path path = folder.resolve(WalLayout.fileName(groupFirstLsn));
    MemorySegment header = WalLayout.header(log, groupFirstLsn, writtenLsn);
    DiskFile file = disk.open(path);
    try {
      file.truncate(0); // What a failed attempt left.
      file.write(0, header);
      syncs.run(file::force);
      syncs.folder();
      if (active.isPresent()) {
        active.get().close();
      }
    } catch (IOException e) {
      file.close();
      throw e;
    }
    Segment segment = Segment.made(path, groupFirstLsn, header);
    segments.add(segment);
    active = Optional.of(new ActiveSegment(segment, file));
    writtenLsn = groupFirstLsn - 1;
    mustRoll = false;
  }

  private void forceActive() throws WalException {
    if (active.isPresent()) {
      syncs.run(active.get()::force);
    }
    syncedLsn = writtenLsn;
  }

  /** All is on stable storage: a disk too full for the note alone does not make a bad end. */
  private void markIfPossible() {
    try {
      mark();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the log has no closing mark: {0}", e.getMessage());
    }
  }

  /** Writes a note, not a record, that closing synced the last group: no later group can say so. */
  private void mark() throws IOException {
    ActiveSegment last = active.orElseThrow();
    if (last.hasRecords() && provenLsn != syncedLsn) {
      group.add(
          WalLayout.MARK_LSN,
          syncedLsn,
          settledLsn == syncedLsn ? WalLayout.SETTLED : WalLayout.NO_COLLECTION,
          MemorySegment.ofArray(new byte[0]));
      last.write(group.sealed(last.salt()));
      last.force();
    }
  }
}

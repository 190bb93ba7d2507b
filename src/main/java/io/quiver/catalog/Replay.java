package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.core.QuiverException;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.FileFault;
import io.quiver.message.BinaryReader;
import io.quiver.message.Encoding;
import io.quiver.wal.Gap;
import io.quiver.wal.Survey;
import io.quiver.wal.Wal;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Brings collections up to the end of the log. Where it is damaged, those that may lack a write are
 * set aside: nothing behind that place is applied to them. Used once.
 */
final class Replay {
  private static final System.Logger LOG = System.getLogger(Replay.class.getName());

  /** Then only how many more there are. */
  private static final int LINES_MAX = 100;

  private final Wal wal;
  private final Map<UUID, Collection> collections;
  private final DirtyLog dirty;
  private final List<Gap> gaps = new ArrayList<>();
  private final Set<UUID> known;
  private Survey survey = new Survey(Set.of(), 0);

  /**
   * A replay that has yet to be run.
   *
   * @param collections that are served
   * @param dropped uuids of collections of which nothing else may be left
   */
  Replay(Wal wal, Map<UUID, Collection> collections, Set<UUID> dropped, DirtyLog dirty) {
    this.wal = wal;
    this.collections = collections;
    this.known = new HashSet<>(dropped);
    known.addAll(collections.keySet());
    collections.values().forEach(each -> known.add(each.manifest().filesUuid()));
    this.dirty = dirty;
  }

  /** Returns where the log is damaged. */
  List<Gap> run() throws IOException {
    wal.replay(0, this::onRecord, this::onGap);
    if (gaps.size() > LINES_MAX) {
      LOG.log(System.Logger.Level.ERROR, "log damaged in {0} places", gaps.size());
    }
    return List.copyOf(gaps);
  }

  /** A record of an unknown collection is one of a dropped collection, or of one set aside. */
  private void onRecord(long lsn, UUID uuid, MemorySegment payload) {
    Collection collection = collections.get(uuid);
    if (collection == null
        || collection.fault().isPresent()
        || lsn <= collection.manifest().checkpointLsn()) {
      return;
    }
    try {
      collection.apply(lsn, Encoding.readCommand(new BinaryReader(payload)));
      dirty.appended(uuid, lsn, payload.byteSize());
    } catch (QuiverException e) {
      if (collection.fault().isEmpty()) {
        throw e;
      }
      LOG.log(System.Logger.Level.ERROR, "collection set aside: {0}", e.getMessage());
    }
  }

  private void onGap(Gap gap) throws IOException {
    if (gaps.size() < LINES_MAX) {
      LOG.log(System.Logger.Level.ERROR, "log damaged: {0}", gap);
    }
    if (gaps.isEmpty()) {
      survey = wal.survey(); // Only now: it reads the whole log once more.
    }
    gaps.add(gap);
    FileFault fault = Losses.told(gap);
    for (Collection collection : collections.values()) {
      long checkpointLsn = collection.manifest().checkpointLsn();
      if (collection.fault().isEmpty()
          && Losses.hits(gap, collection.uuid(), checkpointLsn, survey, known)) {
        DamagedFileException damage =
            new DamagedFileException(fault.file(), fault.offset(), fault.expected(), fault.found());
        LOG.log(System.Logger.Level.DEBUG, "lost writes", collection.unreadable(damage));
      }
    }
  }
}

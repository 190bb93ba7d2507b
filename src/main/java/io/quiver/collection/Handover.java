package io.quiver.collection;

import io.quiver.core.QuiverException;
import java.io.IOException;
import java.util.List;

/** Gives the files of a collection, or its name, to somebody else. Any thread. */
final class Handover {
  private static final System.Logger LOG = System.getLogger(Handover.class.getName());

  private Handover() {}

  /** See {@link Collection#atCheckpoint}. */
  static <T> T atCheckpoint(
      Collection collection, Environment environment, Collection.Frozen<T> work)
      throws IOException {
    collection.maintaining.lock();
    try {
      collection.checkpoint();
      collection.opening.lock(); // Opening them renames.
      try {
        if (collection.unusable != null) {
          throw collection.unusable;
        }
        Manifest at = collection.manifest();
        List<CheckpointFile> files =
            CheckpointFile.of(environment.disk(), environment.folder(), at);
        return work.run(at, files);
      } finally {
        collection.opening.unlock();
      }
    } finally {
      collection.maintaining.unlock();
    }
  }

  /** See {@link Collection#takeAway}. */
  static void takeAway(Collection collection, Removal removal, QuiverException reason)
      throws IOException {
    collection.maintaining.lock();
    collection.opening.lock();
    try {
      removal.run();
      collection.unusable = reason;
    } finally {
      collection.opening.unlock();
      collection.maintaining.unlock();
    }
  }

  /** See {@link Collection#takeAwayWhole}. */
  static void takeAwayWhole(Collection collection, Removal removal, QuiverException reason)
      throws IOException {
    collection.maintaining.lock();
    try {
      makeCurrent(collection);
      takeAway(collection, removal, reason);
    } finally {
      collection.maintaining.unlock();
    }
  }

  private static void makeCurrent(Collection collection) throws IOException {
    try {
      collection.checkpoint();
    } catch (IOException e) {
      OpenCollection present = collection.open;
      long checkpointLsn = collection.manifest().checkpointLsn();
      if (present != null && present.writer().appliedLsn() != checkpointLsn) {
        throw e;
      }
      LOG.log(System.Logger.Level.DEBUG, "the graph is left as of the last checkpoint", e);
    } catch (QuiverException e) {
      if (collection.unusable == null) {
        throw e;
      }
      LOG.log(System.Logger.Level.DEBUG, "found damaged when it was taken away", e);
    }
  }
}

package io.quiver.collection;

import io.quiver.disk.MappedFile;
import io.quiver.message.Effort;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a shard's index threads do once all rows are in the graph: they write codes, and then
 * measure which recall searches reach. One slice at a time.
 *
 * <p>Thread safety: any thread.
 */
final class Upkeep {
  private static final System.Logger LOG = System.getLogger(Upkeep.class.getName());
  private static final int SLICE_CODES = 128;

  private final ShardIndex index;
  private final Indexing indexing;
  private final Calibration calibration = new Calibration();
  private boolean isScheduled;
  private volatile boolean isUncalibrated;

  Upkeep(ShardIndex index, Indexing indexing) {
    this.index = index;
    this.indexing = indexing;
  }

  /**
   * The candidates that a search has to keep: for its recall ({@link Calibration#ef}; the first who
   * asks has it measured), else as many as asked for.
   *
   * @param asked 0 = as usual
   * @param window rows looked for
   */
  int ef(Effort effort, int asked, int usual, int window) {
    if (!effort.hasTarget()) {
      return asked == 0 ? usual : asked;
    }
    if (calibration.demand()) {
      schedule();
    }
    return calibration.ef(effort.targetRecall(), window);
  }

  /** Lets a slice run if there is something to do. */
  synchronized void schedule() {
    if (!isScheduled && (hasCodesToWrite() || isCalibrationDue())) {
      isScheduled = true;
      indexing.submit(this::slice);
    }
  }

  private boolean hasCodesToWrite() {
    return index.searched().form().hasWork(index.indexed());
  }

  private boolean isCalibrationDue() {
    return !isUncalibrated && calibration.isDue(index.searchable());
  }

  private void slice() {
    index.runUnlessStopped(() -> {
      try {
        if (hasCodesToWrite()) {
          index.searched().code(index.indexed(), SLICE_CODES);
        } else if (isCalibrationDue()) {
          calibrate();
        }
      } finally {
        synchronized (this) {
          isScheduled = false;
        }
      }
    });
  }

  /** What cannot be read is found by those who have to read it; searches then go by a guess. */
  private void calibrate() {
    try {
      calibration.step(index.searchable());
    } catch (IOException | UncheckedIOException e) {
      giveUp(e);
    } catch (InternalError e) {
      if (!MappedFile.isPageFault(e)) {
        throw e;
      }
      giveUp(e);
    }
  }

  private void giveUp(Throwable e) {
    isUncalibrated = true;
    LOG.log(System.Logger.Level.WARNING, "recall is not measured: {0}", e.getMessage());
  }
}

package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.Limits;
import io.quiver.query.Searchable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which {@code ef} reaches which recall in a shard, measured on its own rows: in the background,
 * one row at a time, from the first search that names a recall on, and again when a fifth of the
 * rows are others or codes came.
 *
 * <p>Thread safety: one index thread steps at a time; any thread asks.
 */
final class Calibration {
  /** Rows looked for; what is asked for beyond scales with it. */
  private static final int LIMIT = 10;

  private static final int SAMPLES = 100;
  private static final int CHANGED_SHARE = 5;
  private static final List<Integer> EFS =
      List.of(10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1_024);

  private final RecallSum[] sums = new RecallSum[EFS.size()];
  private int done;
  private Table begun = Table.NONE;
  private volatile boolean isWanted;
  private volatile Table table = Table.NONE;

  /**
   * What was measured.
   *
   * @param live rows there were
   * @param appended rows there were, dead ones included
   * @param isCoded whether codes were searched
   * @param least for each of {@link #EFS} the recall that is sure enough
   */
  private record Table(int live, int appended, boolean isCoded, List<Double> least) {
    static final Table NONE = new Table(0, 0, false, List.of());

    static Table of(Searchable rows, List<Double> least) {
      return new Table(rows.live(), rows.count(), rows.form().coded() > 0, least);
    }

    boolean isOutdatedBy(Searchable rows) {
      long changed = rows.count() - appended + (long) Math.abs(rows.live() - live);
      return least.isEmpty()
          || changed * CHANGED_SHARE > live
          || isCoded != rows.form().coded() > 0;
    }
  }

  /** Somebody wants it measured; whether nobody did before. */
  boolean demand() {
    boolean isFirst = !isWanted;
    isWanted = true;
    return isFirst;
  }

  /**
   * The candidates to keep for a recall; until it was measured, more than most data need.
   *
   * @param window rows looked for
   */
  int ef(double recall, int window) {
    Table measured = table;
    int ef = measured.least().isEmpty() ? guess(recall) : measured(recall, measured.least());
    long scaled = (long) ef * Math.max(LIMIT, window) / LIMIT;
    return (int) Math.min(scaled, Limits.EF_SEARCH_MAX);
  }

  private static int guess(double recall) {
    if (recall > 0.991) {
      return 500;
    }
    return recall > 0.951 ? 250 : recall > 0.901 ? 120 : 60;
  }

  private static int measured(double recall, List<Double> least) {
    return IntStream.range(0, least.size())
        .filter(i -> least.get(i) >= recall)
        .mapToObj(EFS::get)
        .findFirst()
        .orElse(EFS.getLast());
  }

  /** Whether {@link #step} has something to do, once all rows are in the graph. */
  boolean isDue(Searchable rows) {
    return isWanted && rows.indexed() > 0 && rows.live() > LIMIT && table.isOutdatedBy(rows);
  }

  /**
   * Measures one more sample; after the last one its results count.
   *
   * @throws IOException if a row cannot be read
   */
  void step(Searchable rows) throws IOException {
    if (done == 0 || begun.isOutdatedBy(rows)) {
      done = 0;
      begun = Table.of(rows, List.of(0.0));
      Arrays.setAll(sums, i -> new RecallSum());
    }
    RecallSample sample = RecallSample.at(done, SAMPLES, rows, LIMIT, Deadline.NEVER);
    for (int i = 0; i < sums.length; i++) {
      sums[i].add(sample.recall(EFS.get(i), Deadline.NEVER));
    }
    if (++done == SAMPLES) {
      table =
          Table.of(rows, Arrays.stream(sums).map(sum -> sum.mean() - sum.halfWidth() / 2).toList());
      done = 0;
    }
  }
}

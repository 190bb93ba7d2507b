package io.quiver.collection;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.CollectionConfig;
import io.quiver.message.IndexParams;
import io.quiver.message.IndexWork;
import io.quiver.message.IndexWork.Kind;
import io.quiver.message.IndexWork.Phase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Work on a collection that somebody asked for: a graph that is built anew beside the one that
 * serves, or a compaction. Maintenance does it, a step in each round; a checkpoint commits it. What
 * is not committed when the process ends did not happen.
 *
 * <p>Thread safety: {@link #start}, {@link #status} and {@link #params} from any thread, the rest
 * is maintenance's.
 */
final class Rework {
  private final Environment environment;
  private final List<Shard> shards;
  private final CollectionConfig config;
  private final AtomicLong copied = new AtomicLong();
  private volatile IndexParams params;
  private volatile State state = new State(Kind.NONE, Phase.IDLE, IndexParams.DEFAULT, 0, "");

  private record State(
      Kind kind, Phase phase, IndexParams wanted, long startNanos, String message) {
    State at(Phase next, String why) {
      return new State(kind, next, wanted, startNanos, why);
    }
  }

  Rework(Environment environment, List<Shard> shards, CollectionConfig config) {
    this.environment = environment;
    this.shards = shards;
    this.config = config;
    this.params = config.index();
  }

  /** The present parameters of the graph and of its searches. */
  IndexParams params() {
    return params;
  }

  /**
   * Begins.
   *
   * @throws QuiverException CONFLICT if something is under way
   */
  synchronized void start(Kind kind, IndexParams wanted) {
    if (state.phase().isUnderWay()) {
      throw new QuiverException(
          ErrorCode.CONFLICT,
          "a %s of the collection is under way".formatted(word(state.kind())),
          Map.of("field", "collection", "got", word(state.kind())));
    }
    copied.set(0);
    state = new State(kind, Phase.WAITING, wanted, System.nanoTime(), "");
  }

  private static String word(Kind kind) {
    return switch (kind) {
      case NONE -> "nothing";
      case REBUILD -> "rebuild";
      case COMPACT -> "compaction";
    };
  }

  IndexWork status() {
    State now = state;
    long total = 0;
    long built = 0;
    for (Shard shard : shards) {
      Generation present = shard.present();
      total += now.kind() == Kind.COMPACT ? present.view().live() : present.view().count();
      built += present.beside().map(other -> (long) other.progress()).orElse(0L);
    }
    boolean isWhole = now.phase() == Phase.DONE || now.phase() == Phase.COMMITTING;
    long done = isWhole ? total : now.kind() == Kind.COMPACT ? copied.get() : built;
    done = Math.clamp(done, 0, total);
    return new IndexWork(
        now.kind(),
        now.phase(),
        now.kind() == Kind.NONE ? 0 : done,
        now.kind() == Kind.NONE ? 0 : total,
        secondsLeft(now, done, total),
        now.message());
  }

  private static long secondsLeft(State now, long done, long total) {
    if (!now.phase().isUnderWay()) {
      return now.phase() == Phase.DONE ? 0 : -1;
    }
    double seconds = (System.nanoTime() - now.startNanos()) / 1e9;
    return done == 0 ? -1 : (long) Math.ceil(seconds / done * (total - done));
  }

  /** Counts rows that a compaction copied. */
  AtomicLong copied() {
    return copied;
  }

  /** Whether a shard is to be compacted because somebody asked for it. */
  boolean wantsCompaction(ReadView view) {
    return isAt(Kind.COMPACT, Phase.RUNNING) && view.dead().count() > 0;
  }

  /** While a graph is built beside, rows stay where they are. */
  boolean keepsRows() {
    return state.kind() == Kind.REBUILD && state.phase().isUnderWay();
  }

  /** A compaction that was asked for and cannot be. */
  void fail(String why) {
    state = state.at(Phase.FAILED, why);
  }

  /**
   * Maintenance only: takes the next step.
   *
   * @return whether a checkpoint must follow
   */
  boolean advance() {
    for (Shard shard : shards) {
      if (shard.present().isUnread()) {
        shard.present().index.discardReplaced();
      }
    }
    if (isAt(Kind.COMPACT, Phase.WAITING)) {
      state = state.at(Phase.RUNNING, "");
      return false;
    }
    if (isAt(Kind.COMPACT, Phase.RUNNING)) {
      state = state.at(Phase.COMMITTING, ""); // The shards were compacted in the round before.
      return true;
    }
    if (isAt(Kind.REBUILD, Phase.WAITING) || isAt(Kind.REBUILD, Phase.RUNNING)) {
      return build();
    }
    return state.phase() == Phase.COMMITTING;
  }

  private boolean isAt(Kind kind, Phase phase) {
    return state.kind() == kind && state.phase() == phase;
  }

  private boolean build() {
    state = state.at(Phase.RUNNING, "");
    boolean complete = true;
    for (Shard shard : shards) {
      Generation present = shard.present();
      if (present.beside().isEmpty()) {
        present.buildBeside(empty(present));
      }
      ShardIndex beside = present.beside().orElseThrow();
      if (beside.hasFailed()) {
        shards.forEach(each -> each.present().forgetBeside());
        fail("a row could not be inserted; the server's log has the reason");
        return false;
      }
      complete &= isComplete(present.view().count(), beside.progress());
    }
    if (complete) {
      shards.forEach(shard -> shard.present().takeOver());
      params = state.wanted();
      state = state.at(Phase.COMMITTING, "");
    }
    return complete;
  }

  /** Whether a graph has all rows but a few new ones, which are scanned until it has them too. */
  private boolean isComplete(int count, int built) {
    return count < environment.tuning().graphRowsMin()
        || count - built <= Math.clamp(count / 100, 64, 1_000);
  }

  private ShardIndex empty(Generation of) {
    return ShardIndex.empty(of.rows, of.view(), config.withIndex(state.wanted()), environment);
  }

  /** Maintenance only: a checkpoint has it now. */
  void committed() {
    if (state.phase() == Phase.COMMITTING) {
      state = state.at(Phase.DONE, "");
    }
  }
}

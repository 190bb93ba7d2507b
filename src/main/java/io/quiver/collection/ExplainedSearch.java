package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.message.ExplainSearch;
import io.quiver.message.Explained;
import io.quiver.message.Hit;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.message.ShardPlan;
import io.quiver.message.ShardPlan.FilterSource;
import io.quiver.query.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Searches all shards of a collection, one after the other, and says how each was searched. */
public final class ExplainedSearch {
  private ExplainedSearch() {}

  /** What one shard found, and how. */
  record Of(List<Hit> hits, ShardPlan plan) {}

  /**
   * Any thread; see {@link ExplainSearch}.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED, or as of a search
   */
  public static Explained run(Collection collection, ExplainSearch explain, Deadline deadline) {
    SearchVectors search = explain.search();
    OpenCollection present = collection.opened();
    return collection.reading(() -> {
      List<Hit> hits = new ArrayList<>();
      List<ShardPlan> plans = new ArrayList<>();
      for (int shard = 0; shard < present.shards(); shard++) {
        Generation held = present.acquire(shard);
        try {
          Of one = ShardSearch.explain(collection.config(), held, search, deadline);
          hits.addAll(one.hits());
          plans.add(one.plan());
        } finally {
          held.release();
        }
      }
      hits.sort(Hit.NEAREST_FIRST);
      int from = Math.min(search.offset(), hits.size());
      int to = Math.min(search.window(), hits.size());
      return new Explained(new SearchHits(hits.subList(from, to), List.of()), plans);
    });
  }

  /**
   * Both parts of a plan: of the filter, and of the search among its rows.
   *
   * @param resolved empty if there is no filter
   */
  static ShardPlan plan(
      Optional<RowFilter.Resolved> resolved, Plan plan, long filterNanos, long readNanos) {
    return new ShardPlan(
        way(plan.way()),
        resolved.map(rows -> source(rows, plan.live())).orElse(FilterSource.NONE),
        resolved.map(RowFilter.Resolved::indexed).orElse(0),
        resolved.map(RowFilter.Resolved::read).orElse(0),
        plan.matches(),
        plan.live(),
        plan.scanRowsMax(),
        plan.opened(),
        plan.scored(),
        filterNanos,
        plan.walkNanos(),
        plan.scanNanos(),
        readNanos);
  }

  private static FilterSource source(RowFilter.Resolved resolved, int live) {
    if (resolved.wasKept()) {
      return FilterSource.KEPT;
    }
    if (resolved.read() == 0) {
      return FilterSource.INDEX;
    }
    return resolved.indexed() > 0 && resolved.read() < live
        ? FilterSource.INDEX_AND_ROWS
        : FilterSource.ROWS;
  }

  private static ShardPlan.Way way(Plan.Way way) {
    return switch (way) {
      case NOTHING -> ShardPlan.Way.NOTHING;
      case SCAN -> ShardPlan.Way.SCAN;
      case CODE_SCAN -> ShardPlan.Way.CODE_SCAN;
      case GRAPH -> ShardPlan.Way.GRAPH;
      case FILTERED_WALK -> ShardPlan.Way.FILTERED_WALK;
    };
  }
}

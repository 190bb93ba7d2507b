package io.quiver.collection;

import io.quiver.collection.NearRows.Near;
import io.quiver.core.VectorId;
import io.quiver.filter.FieldReader;
import io.quiver.filter.FilterValue;
import io.quiver.message.GroupedHits;
import io.quiver.message.Hit;
import io.quiver.message.SearchGroups;
import io.quiver.message.SearchVectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Groups rows as they come, nearest first, until all groups that were asked for are full. The
 * nearest rows of a graph search may not be enough: then more of them, and in the end all rows.
 */
final class GroupSearch {
  private static final int WINDOW_MIN = 64;

  /** Rows looked for at first for each row of the answer. */
  private static final int WINDOW_FACTOR = 4;

  private static final int WINDOW_GROWTH = 8;

  /** More than this a graph search is not asked for. */
  private static final int WINDOW_MAX = 10_000;

  private final HeldShards shards;
  private final SearchGroups asked;
  private final FieldReader reader;

  /** In the order of their nearest rows. */
  private final Map<FilterValue, List<Near>> groups = new LinkedHashMap<>();

  private int full;

  private GroupSearch(HeldShards shards, SearchGroups asked) {
    this.shards = shards;
    this.asked = asked;
    this.reader = FieldReader.ofValues(asked.groupBy());
  }

  static GroupedHits run(HeldShards shards, SearchGroups asked) throws IOException {
    shards.check(asked.search().vector());
    return new GroupSearch(shards, asked).run();
  }

  private GroupedHits run() throws IOException {
    SearchVectors search = asked.search();
    int window = Math.max(WINDOW_MIN, WINDOW_FACTOR * search.limit() * asked.groupSize());
    boolean complete = false;
    while (!complete && !search.exact() && window <= WINDOW_MAX && window < shards.live()) {
      complete = gather(shards.nearest(search, window));
      window *= WINDOW_GROWTH;
    }
    if (!complete) {
      gather(shards.all(search));
    }
    return answer();
  }

  /**
   * Puts rows into groups.
   *
   * @return whether all groups that were asked for are full
   */
  private boolean gather(NearRows nearest) throws IOException {
    groups.clear();
    full = 0;
    int at = 0;
    while (at < nearest.size() && !isComplete()) {
      int end = at + 1;
      while (end < nearest.size() && nearest.distance(end) == nearest.distance(at)) {
        end++;
      }
      for (Near row : byId(nearest, at, end)) {
        add(row);
      }
      at = end;
      shards.deadline().check();
    }
    return isComplete();
  }

  private boolean isComplete() {
    return full == asked.search().limit();
  }

  /** Rows of one distance. */
  private List<Near> byId(NearRows nearest, int from, int to) throws IOException {
    if (to - from == 1) {
      return List.of(nearest.get(from));
    }
    record Named(VectorId id, Near row) {}
    List<Named> named = new ArrayList<>();
    for (int rank = from; rank < to; rank++) {
      Near row = nearest.get(rank);
      named.add(new Named(shards.id(row), row));
    }
    named.sort(Comparator.comparing(each -> each.id().value()));
    return named.stream().map(Named::row).toList();
  }

  private void add(Near row) throws IOException {
    TreeSet<FilterValue> values = new TreeSet<>(FilterValue.ORDER);
    values.addAll(reader.values(shards.metadata(row).toUtf8()));
    for (FilterValue value : values) {
      List<Near> group = groups.get(value);
      if (group == null && groups.size() < asked.search().limit()) {
        group = new ArrayList<>();
        groups.put(value, group);
      }
      if (group != null && group.size() < asked.groupSize()) {
        group.add(row);
        full += group.size() == asked.groupSize() ? 1 : 0;
      }
    }
  }

  private GroupedHits answer() throws IOException {
    List<GroupedHits.Group> answer = new ArrayList<>();
    for (Map.Entry<FilterValue, List<Near>> group : groups.entrySet()) {
      List<Hit> hits = new ArrayList<>();
      for (Near row : group.getValue()) {
        hits.add(shards.hit(row, asked.search()));
      }
      answer.add(new GroupedHits.Group(group.getKey(), hits));
    }
    return new GroupedHits(answer);
  }
}

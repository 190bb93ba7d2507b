package io.quiver.message;

import io.quiver.filter.FilterValue;
import java.util.List;

/** Groups of rows, the one with the nearest row first, of one row's groups by their values. */
public record GroupedHits(List<Group> groups) implements ArrangedReply {
  public GroupedHits {
    groups = List.copyOf(groups);
  }

  /**
   * Rows with one value.
   *
   * @param hits at least one, nearest first, equal distances by id
   */
  public record Group(FilterValue value, List<Hit> hits) {
    public Group {
      hits = List.copyOf(hits);
    }
  }
}

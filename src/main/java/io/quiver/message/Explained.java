package io.quiver.message;

import io.quiver.core.Required;
import java.util.List;

/**
 * What a search found, and how.
 *
 * @param hits as the search itself would return them
 * @param plans one for each shard, in their order
 */
public record Explained(SearchHits hits, List<ShardPlan> plans) implements Reply {
  public Explained {
    Required.value("hits", hits);
    plans = Required.list("plans", plans);
  }
}

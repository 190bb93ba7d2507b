package io.quiver.message;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.util.List;

/**
 * Searches that are asked for together and answered together, none of which knows of the others.
 * Fails if one fails, naming the first of them by its index. Answered by {@link BatchHits}.
 *
 * @param searches 1 to {@link Limits#SEARCH_BATCH_MAX}
 */
public record BatchSearch(List<SearchVectors> searches) implements PointRequest {
  public BatchSearch {
    int size = searches == null ? 0 : searches.size();
    if (size < 1 || size > Limits.SEARCH_BATCH_MAX) {
      throw QuiverException.invalid("searches", "1 to " + Limits.SEARCH_BATCH_MAX, size);
    }
    searches = Required.list("searches", searches);
  }
}

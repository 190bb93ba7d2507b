package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;
import java.util.Optional;

/**
 * Builds the graph of a collection anew while the present one serves, and then puts it in its
 * place. Answered when it was begun; CONFLICT if something is under way.
 *
 * @param index how; empty = as before
 */
public record RebuildIndex(CollectionName collection, Optional<IndexParams> index)
    implements IndexRequest {
  public RebuildIndex {
    Required.value("collection", collection);
    Required.value("index_config", index);
  }
}

package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import java.util.List;

/**
 * Deletes the rows that a filter means. A client reads their ids first, a page at a time, and has
 * each page deleted in one atomic step, in which a row that the filter means no more is left. The
 * log has ids, never the filter. Answered by {@link DeleteAck}.
 *
 * @param ids only of these rows; without any, of all
 * @param filter one that does not mean every row
 */
public record DeleteByFilter(
    CollectionName collection, List<VectorId> ids, Filter filter, Durability durability)
    implements RowsRequest, OfCollection<DeleteByFilter> {
  public DeleteByFilter {
    Required.value("collection", collection);
    ids = Required.list("ids", ids);
    Required.value("filter", filter);
    Required.value("durability", durability);
    Limits.check("ids", ids.size(), 0, Limits.BATCH_ROWS_MAX);
    if (filter instanceof Filter.All) {
      throw QuiverException.invalid("filter", "a condition", "one that every row meets");
    }
  }

  /** Of all rows. */
  public DeleteByFilter(CollectionName collection, Filter filter, Durability durability) {
    this(collection, List.of(), filter, durability);
  }

  @Override
  public DeleteByFilter at(CollectionName other) {
    return new DeleteByFilter(other, ids, filter, durability);
  }

  /** One page. */
  public DeleteByFilter of(List<VectorId> page) {
    return new DeleteByFilter(collection, page, filter, durability);
  }
}

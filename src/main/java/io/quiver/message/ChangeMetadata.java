package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.MetadataEdit;
import java.util.List;

/**
 * Changes the metadata of rows and leaves their vectors as they are. If only a filter says which, a
 * client reads their ids first, a page at a time, and has each page changed in one atomic step, in
 * which a row that the filter means no more is left. Ids that do not exist are no error. The log
 * has the rows as they become. Answered by {@link WriteAck}.
 *
 * @param ids only these rows; without any, all that the filter means
 * @param filter not {@link Filter#ALL} if there are no ids
 */
public record ChangeMetadata(
    CollectionName collection,
    List<VectorId> ids,
    Filter filter,
    MetadataEdit edit,
    Durability durability)
    implements RowsRequest, OfCollection<ChangeMetadata> {
  /** Most rows of one step: they stand in one log record, vectors too. */
  public static final int STEP_ROWS_MAX = 100;

  public ChangeMetadata {
    Required.value("collection", collection);
    ids = Required.list("ids", ids);
    Required.value("filter", filter);
    Required.value("edit", edit);
    Required.value("durability", durability);
    Limits.check("ids", ids.size(), 0, Limits.BATCH_ROWS_MAX);
    if (ids.isEmpty() && filter instanceof Filter.All) {
      throw QuiverException.invalid("filter", "ids, or a condition", "neither");
    }
  }

  @Override
  public ChangeMetadata at(CollectionName other) {
    return new ChangeMetadata(other, ids, filter, edit, durability);
  }

  /** One page. */
  public ChangeMetadata of(List<VectorId> page) {
    return new ChangeMetadata(collection, page, filter, edit, durability);
  }
}

package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.util.HashSet;
import java.util.List;

/**
 * Deletes rows if they have the versions that somebody read, in one atomic step with the look at
 * them. One that has another, or is gone, is VERSION_CONFLICT. Answered by {@link WriteOutcome}.
 *
 * @param delete each id once
 * @param conditions one for each id; none asks for absence
 * @param onError what becomes of the others when one conflicts
 */
public record DeleteIf(DeleteVectors delete, List<Precondition> conditions, OnError onError)
    implements KeyWrite, OfCollection<DeleteIf> {
  public DeleteIf {
    Required.value("ids", delete);
    conditions = Required.list("conditions", conditions);
    Required.value("on_error", onError);
    int ids = delete.ids().size();
    if (conditions.size() != ids) {
      throw QuiverException.invalid("conditions", ids + ", one for each id", conditions.size());
    }
    if (conditions.contains(Precondition.ABSENT)) {
      throw QuiverException.invalid("if_absent", "none in a delete", true);
    }
    int distinct = new HashSet<>(delete.ids()).size();
    if (distinct < ids) {
      throw QuiverException.invalid("ids", "each id once", ids - distinct + " more than once");
    }
  }

  @Override
  public CollectionName collection() {
    return delete.collection();
  }

  @Override
  public Durability durability() {
    return delete.durability();
  }

  @Override
  public DeleteIf at(CollectionName other) {
    return new DeleteIf(delete.at(other), conditions, onError);
  }
}

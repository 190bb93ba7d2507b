package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.util.List;

/**
 * Writes rows if something holds of what stands in their places, in one atomic step with the look
 * at it. A row of which it does not hold is VERSION_CONFLICT, which is treated as any other fault
 * of a row. Answered by {@link WriteOutcome}.
 *
 * @param conditions one for each row
 */
public record WriteIf(WriteVectors write, List<Precondition> conditions)
    implements KeyWrite, OfCollection<WriteIf> {
  public WriteIf {
    Required.value("vectors", write);
    conditions = Required.list("conditions", conditions);
    int rows = write.rows().size();
    if (conditions.size() != rows) {
      throw QuiverException.invalid("conditions", rows + ", one for each row", conditions.size());
    }
    for (Precondition condition : conditions) {
      expectPossible(write.mode(), condition);
    }
  }

  private static void expectPossible(WriteMode mode, Precondition condition) {
    if (mode == WriteMode.INSERT && condition instanceof Precondition.AtVersion(long version)) {
      throw QuiverException.invalid("if_version", "none in an insert", version);
    }
    if (mode == WriteMode.UPDATE && condition instanceof Precondition.Absent) {
      throw QuiverException.invalid("if_absent", "none in an update", true);
    }
  }

  @Override
  public CollectionName collection() {
    return write.collection();
  }

  @Override
  public Durability durability() {
    return write.durability();
  }

  @Override
  public WriteIf at(CollectionName other) {
    return new WriteIf(write.at(other), conditions);
  }
}

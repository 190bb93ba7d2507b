package io.quiver.message;

import io.quiver.core.VectorId;
import java.util.List;

/** Ids whose rows are gone; each of them existed when the command was logged. Distinct. */
public record DeleteRows(List<VectorId> ids) implements Command {
  public DeleteRows {
    ids = List.copyOf(ids);
  }

  @Override
  public int touched() {
    return ids.size();
  }
}

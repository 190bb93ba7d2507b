package io.quiver.message;

import java.util.List;

/** Rows that replace whatever stood under their ids. Ids are distinct. */
public record PutRows(List<Row> rows) implements Command {
  public PutRows {
    rows = List.copyOf(rows);
  }

  @Override
  public int touched() {
    return rows.size();
  }
}

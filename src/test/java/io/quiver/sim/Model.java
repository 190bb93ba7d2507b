package io.quiver.sim;

import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.WriteMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a database should hold, as plain maps: the oracle. Each step makes a new one. */
final class Model {
  record Table(Metric metric, int dimension, int shards, Map<String, Row> rows) {
    static Table of(CollectionConfig config) {
      return new Table(config.metric(), config.dimension(), config.shards(), Map.of());
    }

    Table with(Iterable<Row> put, Iterable<VectorId> deleted) {
      Map<String, Row> next = new TreeMap<>(rows);
      put.forEach(row -> next.put(row.id().value(), row));
      deleted.forEach(id -> next.remove(id.value()));
      return new Table(metric, dimension, shards, next);
    }

    List<VectorId> ids() {
      return rows.values().stream().map(Row::id).toList();
    }

    /** What a write does: all of it is refused, or these of its rows are written. */
    Outcome outcome(History.Step.Put put) {
      List<Row> accepted = put.rows().stream().filter(row -> accepts(put.mode(), row)).toList();
      return put.onError() == OnError.ABORT && accepted.size() < put.rows().size()
          ? new Outcome(true, List.of())
          : new Outcome(false, accepted);
    }

    private boolean accepts(WriteMode mode, Row row) {
      boolean exists = rows.containsKey(row.id().value());
      return switch (mode) {
        case INSERT -> !exists;
        case UPDATE -> exists;
        case UPSERT -> true;
      };
    }
  }

  record Outcome(boolean isRefused, List<Row> accepted) {}

  static final Model EMPTY = new Model(Map.of());

  private final Map<String, Table> tables;

  private Model(Map<String, Table> tables) {
    this.tables = tables;
  }

  Map<String, Table> tables() {
    return tables;
  }

  Model with(String name, Table table) {
    Map<String, Table> next = new TreeMap<>(tables);
    next.put(name, table);
    return new Model(next);
  }

  Model without(String name) {
    Map<String, Table> next = new TreeMap<>(tables);
    next.remove(name);
    return new Model(next);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Model that && tables.equals(that.tables);
  }

  @Override
  public int hashCode() {
    return tables.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    tables.forEach((name, table) -> text.append(name).append(table.rows().keySet()).append(' '));
    return text.toString();
  }
}

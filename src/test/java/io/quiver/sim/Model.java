package io.quiver.sim;

import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import java.util.Map;
import java.util.TreeMap;

/** What a database should hold, as plain maps: the oracle. Each step makes a new one. */
final class Model {
  record Table(Metric metric, int dimension, int shards, Map<String, Row> rows) {
    Table with(Iterable<Row> put, Iterable<VectorId> deleted) {
      Map<String, Row> next = new TreeMap<>(rows);
      put.forEach(row -> next.put(row.id().value(), row));
      deleted.forEach(id -> next.remove(id.value()));
      return new Table(metric, dimension, shards, next);
    }
  }

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

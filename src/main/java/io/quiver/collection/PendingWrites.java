package io.quiver.collection;

import io.quiver.core.VectorId;
import io.quiver.message.ClearRows;
import io.quiver.message.Command;
import io.quiver.message.DeleteRows;
import io.quiver.message.PutRows;
import io.quiver.message.Row;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes that were prepared but not yet applied, oldest first, and the ids that they name: what
 * will have become of those is decided by the log. Belongs to the writer.
 */
final class PendingWrites {
  private final ArrayDeque<PreparedWrite> writes = new ArrayDeque<>();

  /** The latest write that names an id: the earlier ones were applied or abandoned before it. */
  private final Map<VectorId, PreparedWrite> latest = new HashMap<>();

  /** Writes of all ids. */
  private int clears;

  /** Whether a pending write names the id. */
  boolean names(VectorId id) {
    return clears > 0 || latest.containsKey(id);
  }

  void add(PreparedWrite write, Command command) {
    writes.add(write);
    switch (command) {
      case PutRows put -> {
        for (Row row : put.rows()) {
          latest.put(row.id(), write);
        }
      }
      case DeleteRows delete -> {
        for (VectorId id : delete.ids()) {
          latest.put(id, write);
        }
      }
      case ClearRows clear -> clears++;
    }
  }

  /** The prepared write of a command, if it was prepared here and not read from a log. */
  Optional<PreparedWrite> take(Command command) {
    PreparedWrite oldest = writes.peek();
    if (oldest == null || oldest.command().filter(c -> c == command).isEmpty()) {
      return Optional.empty();
    }
    remove(oldest);
    return Optional.of(oldest);
  }

  void remove(PreparedWrite write) {
    writes.remove(write);
    write.command().ifPresent(command -> forget(write, command));
  }

  private void forget(PreparedWrite write, Command command) {
    switch (command) {
      case PutRows put -> put.rows().forEach(row -> forget(write, row.id()));
      case DeleteRows delete -> delete.ids().forEach(id -> forget(write, id));
      case ClearRows clear -> clears--;
    }
  }

  private void forget(PreparedWrite write, VectorId id) {
    latest.remove(id, write);
  }

  Iterable<PreparedWrite> oldestFirst() {
    return writes;
  }

  boolean isEmpty() {
    return writes.isEmpty();
  }
}

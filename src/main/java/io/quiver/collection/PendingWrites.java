package io.quiver.collection;

import io.quiver.core.VectorId;
import io.quiver.message.Command;
import io.quiver.message.DeleteRows;
import io.quiver.message.PutRows;
import io.quiver.message.Row;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes that were prepared but not yet applied, oldest first, and what they will have made of
 * their ids: so that a write is checked against all writes before it, whether the log has them yet
 * or not. Belongs to the writer.
 */
final class PendingWrites {
  private final ArrayDeque<PreparedWrite> writes = new ArrayDeque<>();
  private final Map<VectorId, Fate> fates = new HashMap<>();

  /** Whether an id will exist, as decided by the latest pending write that names it. */
  private record Fate(PreparedWrite write, boolean exists) {}

  /** Whether the id will exist; empty when no pending write names it. */
  Optional<Boolean> exists(VectorId id) {
    Fate fate = fates.get(id);
    return fate == null ? Optional.empty() : Optional.of(fate.exists());
  }

  void add(PreparedWrite write, Command command) {
    writes.add(write);
    switch (command) {
      case PutRows put -> {
        for (Row row : put.rows()) {
          fates.put(row.id(), new Fate(write, true));
        }
      }
      case DeleteRows delete -> {
        for (VectorId id : delete.ids()) {
          fates.put(id, new Fate(write, false));
        }
      }
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
    }
  }

  private void forget(PreparedWrite write, VectorId id) {
    Fate fate = fates.get(id);
    if (fate != null && fate.write() == write) {
      fates.remove(id);
    }
  }

  Iterable<PreparedWrite> oldestFirst() {
    return writes;
  }

  boolean isEmpty() {
    return writes.isEmpty();
  }
}

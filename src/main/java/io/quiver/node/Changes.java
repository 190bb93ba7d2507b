package io.quiver.node;

import io.quiver.core.CollectionName;
import io.quiver.message.ChangeEvent;
import io.quiver.message.ClearRows;
import io.quiver.message.Command;
import io.quiver.message.DeleteRows;
import io.quiver.message.PutRows;
import io.quiver.message.Row;
import java.util.List;

/** The events of changes. */
final class Changes {
  private Changes() {}

  static ChangeEvent of(CollectionName name, long lsn, Command command) {
    return switch (command) {
      case PutRows put ->
          new ChangeEvent(
              name, ChangeEvent.Kind.WRITTEN, lsn, put.rows().stream().map(Row::id).toList());
      case DeleteRows delete -> new ChangeEvent(name, ChangeEvent.Kind.DELETED, lsn, delete.ids());
      case ClearRows clear -> new ChangeEvent(name, ChangeEvent.Kind.CLEARED, lsn, List.of());
    };
  }

  static ChangeEvent created(CollectionName name) {
    return new ChangeEvent(name, ChangeEvent.Kind.CREATED, 0, List.of());
  }

  static ChangeEvent dropped(CollectionName name) {
    return new ChangeEvent(name, ChangeEvent.Kind.DROPPED, 0, List.of());
  }
}

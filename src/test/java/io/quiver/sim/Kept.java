package io.quiver.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * What a database serves and what it keeps beside that: the oracle of recovery.
 *
 * @param served by name
 * @param deleted oldest deletion first
 */
record Kept(Model served, List<Deleted> deleted) {
  static final Kept EMPTY = new Kept(Model.EMPTY, List.of());

  /** A collection that can be restored. */
  record Deleted(String name, Model.Table table) {}

  Kept {
    deleted = List.copyOf(deleted);
  }

  Kept serving(String name, Model.Table table) {
    return new Kept(served.with(name, table), deleted);
  }

  Kept dropped(String name) {
    List<Deleted> more = new ArrayList<>(deleted);
    more.add(new Deleted(name, served.tables().get(name)));
    return new Kept(served.without(name), more);
  }

  Kept gone(String name) {
    return new Kept(served.without(name), deleted);
  }

  Kept restored(int index, String name) {
    List<Deleted> fewer = new ArrayList<>(deleted);
    Deleted back = fewer.remove(index);
    return new Kept(served.with(name, back.table()), fewer);
  }

  Kept cleaned() {
    return new Kept(served, List.of());
  }

  List<String> deletedNames() {
    return deleted.stream().map(Deleted::name).toList();
  }
}

package io.quiver.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * What a database serves and what it keeps beside that: the oracle of recovery.
 *
 * @param served by name
 * @param deleted oldest deletion first
 * @param snapshots oldest first
 */
record Kept(Model served, List<Deleted> deleted, List<Deleted> snapshots) {
  static final Kept EMPTY = new Kept(Model.EMPTY, List.of(), List.of());

  /** What can be restored. */
  record Deleted(String name, Model.Table table) {}

  Kept {
    deleted = List.copyOf(deleted);
    snapshots = List.copyOf(snapshots);
  }

  Kept serving(String name, Model.Table table) {
    return new Kept(served.with(name, table), deleted, snapshots);
  }

  Kept dropped(String name) {
    List<Deleted> more = new ArrayList<>(deleted);
    more.add(new Deleted(name, served.tables().get(name)));
    return new Kept(served.without(name), more, snapshots);
  }

  Kept gone(String name) {
    return new Kept(served.without(name), deleted, snapshots);
  }

  Kept restored(int index, String name) {
    List<Deleted> fewer = new ArrayList<>(deleted);
    Deleted back = fewer.remove(index);
    return new Kept(served.with(name, back.table()), fewer, snapshots);
  }

  Kept cleaned() {
    return new Kept(served, List.of(), snapshots);
  }

  Kept snapshotted(String name) {
    List<Deleted> more = new ArrayList<>(snapshots);
    more.add(new Deleted(name, served.tables().get(name)));
    return new Kept(served, deleted, more);
  }

  Kept withoutSnapshot(Deleted snapshot) {
    List<Deleted> fewer = new ArrayList<>(snapshots);
    fewer.remove(snapshot);
    return new Kept(served, deleted, fewer);
  }

  /** What was served under the name is kept as if it had been dropped. */
  Kept replaced(Deleted snapshot) {
    Kept without = served.tables().containsKey(snapshot.name()) ? dropped(snapshot.name()) : this;
    return without.serving(snapshot.name(), snapshot.table());
  }

  List<Long> countsOf(String name) {
    return snapshotsOf(name).stream().map(each -> (long) each.table().rows().size()).toList();
  }

  /** Newest first. */
  List<Deleted> snapshotsOf(String name) {
    return snapshots.stream().filter(each -> each.name().equals(name)).toList().reversed();
  }

  List<String> deletedNames() {
    return deleted.stream().map(Deleted::name).toList();
  }
}

package io.quiver.sim;

import io.quiver.collection.Collection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/** One collection from its creation to its drop, and every state that its writes made of it. */
final class Life {
  static final long NOT_LOGGED = Long.MAX_VALUE;

  /** What a table is after a write, and the write's number in the log once it has one. */
  static final class Version {
    final Model.Table table;
    long lsn = NOT_LOGGED;

    Version(Model.Table table) {
      this.table = table;
    }
  }

  final String name;
  final Model.Table empty;
  final LinkedBlockingQueue<Object> mailbox = new LinkedBlockingQueue<>();
  private final List<Version> versions = new ArrayList<>();
  private Collection collection;
  private int applied;
  private boolean isLeaving;

  Life(String name, Model.Table empty) {
    this.name = name;
    this.empty = empty;
    Version first = new Version(empty);
    first.lsn = 0;
    versions.add(first);
  }

  void begins(Collection made) {
    collection = made;
  }

  Collection collection() {
    return collection;
  }

  /** From here on it takes no more writes, and reads may be refused. */
  void leaves() {
    isLeaving = true;
  }

  boolean isLeaving() {
    return isLeaving;
  }

  /** With everything that was prepared. */
  Model.Table latest() {
    return versions.getLast().table;
  }

  Version add(Model.Table table) {
    Version version = new Version(table);
    versions.add(version);
    return version;
  }

  /** The next version is what readers see from here on. */
  void apply() {
    applied++;
  }

  int applied() {
    return applied;
  }

  /** The versions that a reader may have seen between two moments. */
  List<Version> between(int from, int to) {
    return versions.subList(from, to + 1);
  }

  /** With all writes up to a number in the log, none after it. */
  Model.Table at(long lsn) {
    Model.Table table = empty;
    for (Version version : versions) {
      if (version.lsn <= lsn) {
        table = version.table;
      }
    }
    return table;
  }
}

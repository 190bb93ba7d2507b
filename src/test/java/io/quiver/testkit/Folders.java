package io.quiver.testkit;

import io.quiver.testkit.FaultyDisk.Node;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The tree of a {@link FaultyDisk}: each folder's entries as programs see them and as they are on
 * stable storage, and the changes in between in the order in which they were made.
 */
final class Folders {
  static final class Folder implements Node {
    private final Map<String, Node> current = new TreeMap<>();
    private final Map<String, Node> durable = new TreeMap<>();

    List<String> names() {
      return List.copyOf(current.keySet());
    }
  }

  /** A name in a folder; folders are told apart by identity, as they have no equals. */
  private record Entry(Folder folder, String name) {}

  /**
   * The node goes from one entry to another; a creation comes from nowhere, a deletion goes there.
   */
  private record Change(Optional<Entry> from, Optional<Entry> to, Node node, Set<Folder> unsynced) {
    List<Entry> entries() {
      List<Entry> entries = new ArrayList<>();
      from.ifPresent(entries::add);
      to.ifPresent(entries::add);
      return entries;
    }
  }

  private final Folder root;
  private final List<Change> journal = new ArrayList<>();

  Folders() {
    this(new Folder());
  }

  private Folders(Folder root) {
    this.root = root;
  }

  Optional<Node> find(Path path) {
    Node node = root;
    for (Path name : path.toAbsolutePath().normalize()) {
      if (!(node instanceof Folder folder) || !folder.current.containsKey(name.toString())) {
        return Optional.empty();
      }
      node = folder.current.get(name.toString());
    }
    return Optional.of(node);
  }

  Folder folder(Path path) throws IOException {
    Node node = find(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
    if (node instanceof Folder folder) {
      return folder;
    }
    throw new NotDirectoryException(path.toString());
  }

  Inode inode(Path path) throws IOException {
    Node node = find(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
    if (node instanceof Inode inode) {
      return inode;
    }
    throw new FileSystemException(path.toString(), null, "Is a directory");
  }

  void create(Path path, Node node) throws IOException {
    change(Optional.empty(), Optional.of(entry(path)), node);
  }

  void delete(Path path) throws IOException {
    refuseIfFull(path);
    change(Optional.of(entry(path)), Optional.empty(), find(path).orElseThrow());
  }

  void rename(Path from, Path to) throws IOException {
    refuseIfFull(to);
    change(Optional.of(entry(from)), Optional.of(entry(to)), find(from).orElseThrow());
  }

  /** See {@link FaultyDisk#afterKillAndEviction}. */
  void evict() {
    evict(root);
  }

  private static void evict(Node node) {
    switch (node) {
      case Inode inode -> inode.evict();
      case Folder folder -> folder.current.values().forEach(Folders::evict);
    }
  }

  /** Makes the folder's changes durable; one that also concerns another folder waits for that. */
  void sync(Folder folder) {
    Set<Entry> blocked = new HashSet<>();
    List<Change> pending = new ArrayList<>();
    for (Change change : journal) {
      change.unsynced().remove(folder);
      boolean waits = !change.unsynced().isEmpty();
      if (waits || change.entries().stream().anyMatch(blocked::contains)) {
        blocked.addAll(change.entries());
        pending.add(change);
      } else {
        change.from().ifPresent(entry -> entry.folder().durable.remove(entry.name()));
        change.to().ifPresent(entry -> entry.folder().durable.put(entry.name(), change.node()));
      }
    }
    journal.clear();
    journal.addAll(pending);
  }

  /** The tree after a power cut: of the unsynced changes of each entry, the first few are kept. */
  Folders afterCrash(SplittableRandom random, Loss.Tally losses) {
    Map<Folder, Map<String, Node>> kept = new HashMap<>();
    Set<Entry> blocked = new HashSet<>();
    double keepProbability = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextDouble();
    for (Change change : journal) {
      boolean keeps = random.nextDouble() < keepProbability;
      if (!keeps || change.entries().stream().anyMatch(blocked::contains)) {
        blocked.addAll(change.entries());
        losses.met(Loss.DIRECTORY_ENTRY);
        continue;
      }
      change.from().ifPresent(entry -> entries(kept, entry.folder()).remove(entry.name()));
      change.to().ifPresent(e -> entries(kept, e.folder()).put(e.name(), change.node()));
    }
    return new Folders(
        (Folder) rebuilt(root, new Left(kept, new IdentityHashMap<>()), random, losses));
  }

  private static Map<String, Node> entries(Map<Folder, Map<String, Node>> kept, Folder folder) {
    return kept.computeIfAbsent(folder, f -> new TreeMap<>(f.durable));
  }

  /** The entries that are left, and what became of each file: one with two names stays one. */
  private record Left(Map<Folder, Map<String, Node>> kept, Map<Inode, Inode> files) {}

  private static Node rebuilt(Node node, Left left, SplittableRandom random, Loss.Tally losses) {
    return switch (node) {
      case Inode inode ->
          left.files().computeIfAbsent(inode, file -> file.afterCrash(random, losses));
      case Folder folder -> {
        Folder copy = new Folder();
        entries(left.kept(), folder)
            .forEach((name, child) -> copy.current.put(name, rebuilt(child, left, random, losses)));
        copy.durable.putAll(copy.current);
        yield copy;
      }
    };
  }

  private void change(Optional<Entry> from, Optional<Entry> to, Node node) {
    from.ifPresent(entry -> entry.folder().current.remove(entry.name()));
    to.ifPresent(entry -> entry.folder().current.put(entry.name(), node));
    Change change = new Change(from, to, node, new HashSet<>());
    change.entries().forEach(entry -> change.unsynced().add(entry.folder()));
    journal.add(change);
  }

  private Entry entry(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    return new Entry(folder(absolute.getParent()), absolute.getFileName().toString());
  }

  private void refuseIfFull(Path path) throws IOException {
    Optional<Node> node = find(path);
    if (node.isPresent() && node.get() instanceof Folder folder && !folder.current.isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
  }
}

package io.quiver.node;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The folders below which clients may name files: those of the setting, and the data directory. A
 * path is followed link by link; nothing outside of them is ever looked at, not even whether it is
 * there. Immutable; any thread.
 */
final class ImportRoots {
  private static final String FIELD = "orphaned_path";
  private static final int LINKS_MAX = 40;

  /** As it was configured → what it is without links. */
  private final Map<Path, Path> roots = new LinkedHashMap<>();

  private final Path data;

  /**
   * Roots that exist now; others are left out.
   *
   * @param data the data directory, also what relative paths are relative to
   */
  ImportRoots(Path data, List<Path> configured) throws IOException {
    this.data = data.toRealPath();
    add(data);
    for (Path root : configured) {
      if (Files.isDirectory(root)) {
        add(root);
      }
    }
  }

  private void add(Path root) throws IOException {
    roots.put(root.toAbsolutePath().normalize(), root.toRealPath());
    roots.put(root.toRealPath(), root.toRealPath());
  }

  /** The data directory without links. */
  Path data() {
    return data;
  }

  /**
   * The folder that a client names, without links.
   *
   * @throws QuiverException PERMISSION_DENIED if it, or a link on the way, leads out of the roots;
   *     INVALID_ARGUMENT if there is no folder
   */
  Path folder(String text) throws IOException {
    Path folder = follow(parse(text), text);
    if (!Files.isDirectory(folder)) {
      throw QuiverException.invalid(FIELD, "a folder", text);
    }
    return folder;
  }

  /**
   * Checks a file of such a folder.
   *
   * @return whether it is there
   * @throws QuiverException PERMISSION_DENIED if it is a link out of the roots; INVALID_ARGUMENT if
   *     it is no plain file in this folder
   */
  boolean hasFile(Path folder, String name, String text) throws IOException {
    Path file = follow(folder.resolve(name), text);
    if (!Files.exists(file)) {
      return false;
    }
    if (!Files.isRegularFile(file)) {
      throw QuiverException.invalid(FIELD, "a plain file " + name, "something else");
    }
    return true;
  }

  private Path parse(String text) {
    try {
      return data.resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw QuiverException.invalid(FIELD, "a path", text);
    }
  }

  private Path follow(Path path, String text) throws IOException {
    Path wanted = path;
    for (int links = 0; links < LINKS_MAX; links++) {
      Path root = rootOf(wanted, text);
      Path at = roots.get(root);
      Path rest = root.relativize(wanted);
      Path next = null;
      for (int i = 0; i < rest.getNameCount() && next == null; i++) {
        Path parent = at;
        at = at.resolve(rest.getName(i)).normalize();
        if (Files.isSymbolicLink(at)) {
          next = parent.resolve(Files.readSymbolicLink(at)).normalize();
          if (i + 1 < rest.getNameCount()) {
            next = next.resolve(rest.subpath(i + 1, rest.getNameCount()));
          }
        }
      }
      if (next == null) {
        return at;
      }
      wanted = next;
    }
    throw QuiverException.invalid(FIELD, "at most " + LINKS_MAX + " links", text);
  }

  private Path rootOf(Path path, String text) {
    return roots.keySet().stream()
        .filter(path::startsWith)
        .findFirst()
        .orElseThrow(() -> outside(text));
  }

  private static QuiverException outside(String text) {
    String expected = "a folder in the data directory or below one of import_roots";
    String got = QuiverException.clip(text);
    return new QuiverException(
        ErrorCode.PERMISSION_DENIED,
        FIELD + ": expected " + expected + ", got " + got,
        Map.of("field", FIELD, "expected", expected, "got", got));
  }
}

package io.quiver.arch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The Java files of the checkout, for the tests that read them. */
final class Sources {

  static final Path ROOT = Path.of(System.getProperty("basedir", "."));

  private Sources() {}

  static List<Path> all() {
    return under(ROOT.resolve("src"));
  }

  static List<Path> main() {
    return under(ROOT.resolve("src/main/java"));
  }

  private static List<Path> under(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

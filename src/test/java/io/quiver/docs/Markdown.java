package io.quiver.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The documents of the checkout and the code blocks in them. */
final class Markdown {
  static final Path ROOT = Path.of(System.getProperty("basedir", "."));

  private Markdown() {}

  /** README.md and its neighbours, and everything under docs/ and loadtest/. */
  static List<Path> all() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> loadtest = Files.walk(ROOT.resolve("loadtest"))) {
      return Stream.of(top, docs, loadtest)
          .flatMap(each -> each)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  static String read(String path) throws IOException {
    return Files.readString(ROOT.resolve(path));
  }

  /**
   * A fenced block.
   *
   * @param language what stands behind the fence
   * @param line of the fence, from 1
   * @param text without the fences, with a newline at its end
   */
  record Block(String language, int line, String text) {}

  static List<Block> blocks(String markdown) {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = markdown.lines().toList();
    int i = 0;
    while (i < lines.size()) {
      if (lines.get(i).startsWith("```")) {
        int start = i++;
        StringBuilder text = new StringBuilder();
        while (!lines.get(i).equals("```")) {
          text.append(lines.get(i++)).append('\n');
        }
        blocks.add(new Block(lines.get(start).substring(3).strip(), start + 1, text.toString()));
      }
      i++;
    }
    return blocks;
  }
}

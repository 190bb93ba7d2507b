package io.quiver.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.config.Key;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What documents and sources say of each other is there. */
class DocsTest {
  private static final Pattern PAGE = Pattern.compile("docs/[\\w./-]+\\.md");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern TYPE = Pattern.compile("`([a-z][a-z.]*)\\.([A-Z]\\w+)`");

  @Test
  void everyPageThatASourceNamesExists() throws IOException {
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path file : filesUnder("src", "quiver", "tools", "pom.xml")) {
      Matcher page = PAGE.matcher(Files.readString(file));
      while (page.find()) {
        named++;
        if (!Files.exists(Markdown.ROOT.resolve(page.group()))) {
          missing.add(file + ": " + page.group());
        }
      }
    }
    assertThat(named).isGreaterThan(5);
    assertThat(missing).isEmpty();
  }

  @Test
  void everyLinkOfADocumentLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path file : Markdown.all()) {
      Matcher link = LINK.matcher(Files.readString(file));
      while (link.find()) {
        String target = link.group(1);
        if (!target.startsWith("http") && !leadsSomewhere(file, target)) {
          broken.add(file + ": " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path from, String target) throws IOException {
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    Path file = path.isEmpty() ? from : from.resolveSibling(path);
    return Files.exists(file) && (hash < 0 || anchors(file).contains(target.substring(hash + 1)));
  }

  /** The anchors that a forge makes of headings. */
  private static List<String> anchors(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }

  /** {@code `vectors.RowStore`} in a document is a class of ours. */
  @Test
  void everyClassThatADocumentNamesWithItsPackageExists() throws IOException {
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path file : Markdown.all()) {
      Matcher type = TYPE.matcher(Files.readString(file));
      while (type.find()) {
        String path = "io/quiver/" + type.group(1).replace('.', '/') + "/" + type.group(2);
        named++;
        if (!Files.exists(Markdown.ROOT.resolve("src/main/java/" + path + ".java"))
            && !Files.exists(Markdown.ROOT.resolve("src/test/java/" + path + ".java"))) {
          missing.add(file + ": " + type.group());
        }
      }
    }
    assertThat(named).isGreaterThan(20);
    assertThat(missing).isEmpty();
  }

  /** What compiles and runs in the tests is what the README shows. */
  @ParameterizedTest
  @ValueSource(strings = {"EmbeddedExample", "GrpcExample"})
  void theExamplesOfTheReadmeAreTheFilesThatAreTested(String name) throws IOException {
    String source = Markdown.read("src/test/java/io/quiver/example/" + name + ".java");
    assertThat(Markdown.blocks(Markdown.read("README.md")))
        .filteredOn(block -> block.language().equals("java"))
        .filteredOn(block -> block.text().contains("class " + name))
        .singleElement()
        .extracting(Markdown.Block::text)
        .isEqualTo(source);
  }

  @Test
  void theManifestThatIsShownIsTheStoredOne() throws IOException {
    assertThat(Markdown.blocks(Markdown.read("docs/formats/manifest.md")))
        .first()
        .extracting(Markdown.Block::text)
        .isEqualTo(Markdown.read("src/test/resources/fixtures/v2/colors/metadata.json"));
  }

  @Test
  void everyDecisionIsInTheIndex() throws IOException {
    String index = Markdown.read("docs/decisions/README.md");
    try (Stream<Path> files = Files.list(Markdown.ROOT.resolve("docs/decisions"))) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted())
          .filteredOn(name -> !name.equals("README.md"))
          .isNotEmpty()
          .allSatisfy(name -> assertThat(index).contains("(" + name + ")"));
    }
  }

  /** The table of ARCHITECTURE.md against the one that is enforced, as far as rooms exist. */
  @Test
  void theHouseIsTheOneThatIsEnforced() throws Exception {
    Field enforced = Class.forName("io.quiver.arch.ArchitectureTest").getDeclaredField("MAY_KNOW");
    enforced.setAccessible(true);
    Map<String, Set<String>> expected = new TreeMap<>();
    ((Map<?, ?>) enforced.get(null))
        .forEach((name, mayKnow) -> {
          if (exists(name.toString())) {
            expected.put(name.toString(), existing(mayKnow.toString()));
          }
        });
    Map<String, Set<String>> shown = new TreeMap<>();
    Matcher row =
        Pattern.compile("(?m)^\\|[^|\n]*\\| `([\\w.]+)` \\|[^|\n]*\\|([^|\n]*)\\|$")
            .matcher(Markdown.read("docs/ARCHITECTURE.md"));
    while (row.find()) {
      shown.put(row.group(1), existing(row.group(2).strip()));
    }
    assertThat(shown).isEqualTo(expected);
  }

  private static Set<String> existing(String names) {
    return Stream.of(names.split(" ", -1)).filter(DocsTest::exists).collect(Collectors.toSet());
  }

  private static boolean exists(String name) {
    Path folder = Markdown.ROOT.resolve("src/main/java/io/quiver/" + name.replace('.', '/'));
    return name.equals("front.grpc.v1") || (name.matches("[\\w.]*\\w") && Files.exists(folder));
  }

  @ParameterizedTest
  @EnumSource(Key.class)
  void everySettingIsInTheReadme(Key key) throws IOException {
    assertThat(Markdown.read("README.md"))
        .contains(
            "| `%s` | `%s` | `%s` | `%s` | %s |"
                .formatted(
                    key.flag(), key.variable(), key.key(), key.defaultValue(), key.description()));
  }

  /** Neither tool can list them: Locust's help leaves a locustfile's out, Gatling has none. */
  @ParameterizedTest
  @CsvSource({
    "loadtest/locust/quiver_load/options.py, '^    \\(\"([a-z-]+)\"', --, locust",
    "loadtest/gatling/src/test/java/io/quiver/loadtest/Settings.java,"
        + " '(?:getProperty|getInteger|getLong)\\(\"(\\w+)\"', -D, gatling",
  })
  void everyOptionOfTheLoadTestsIsInTheirReadmes(
      String source, String option, String dashes, String tool) throws IOException {
    String readme = Markdown.read("loadtest/" + tool + "/README.md");
    List<String> options =
        Pattern.compile(option, Pattern.MULTILINE)
            .matcher(Markdown.read(source))
            .results()
            .map(match -> "| `" + dashes + match.group(1) + "` |")
            .toList();
    assertThat(options).hasSizeGreaterThan(10);
    assertThat(options).allSatisfy(row -> assertThat(readme).contains(row));
  }

  /** The commands of the documents name simulations that are there. */
  @Test
  void everySimulationThatADocumentNamesExists() throws IOException {
    Path sources = Markdown.ROOT.resolve("loadtest/gatling/src/test/java");
    Pattern simulation = Pattern.compile("simulationClass=([\\w.]+)");
    Set<String> named = new TreeSet<>();
    for (Path file : Markdown.all()) {
      simulation
          .matcher(Files.readString(file))
          .results()
          .forEach(each -> named.add(each.group(1)));
    }
    assertThat(named).hasSize(3);
    assertThat(named)
        .allSatisfy(each -> assertThat(sources.resolve(each.replace('.', '/') + ".java")).exists());
  }

  private static List<Path> filesUnder(String... names) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      try (Stream<Path> all = Files.walk(Markdown.ROOT.resolve(name))) {
        all.filter(Files::isRegularFile)
            .filter(file -> !file.toString().contains("fixtures"))
            .forEach(files::add);
      }
    }
    return files;
  }
}

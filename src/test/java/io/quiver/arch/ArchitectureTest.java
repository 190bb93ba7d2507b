package io.quiver.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.quiver.Main;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The house plan: which package may know which. Rows stand in the order of the layers; a package
 * imports only what its row names, and every package needs a row. A change here is a change of the
 * design, not of a test.
 */
class ArchitectureTest {

  private static final String ROOT = "io.quiver";

  private static final String ENGINE =
      "core filter message disk simd wal vectors quant hnsw metadata query";

  private static final String AGGREGATE = ENGINE + " collection catalog snapshot migrate";

  /** Package under io.quiver → the packages under io.quiver it may know, besides itself. */
  private static final Map<String, String> MAY_KNOW = new LinkedHashMap<>();

  static {
    // 0 words
    MAY_KNOW.put("core", "");
    MAY_KNOW.put("filter", "core");
    MAY_KNOW.put("message", "core filter");
    // 1 machine
    MAY_KNOW.put("disk", "core");
    MAY_KNOW.put("simd", "core");
    // 2 engine
    MAY_KNOW.put("wal", "core disk");
    MAY_KNOW.put("vectors", "core disk message simd");
    MAY_KNOW.put("quant", "core disk simd vectors");
    MAY_KNOW.put("hnsw", "core disk vectors quant");
    MAY_KNOW.put("metadata", "core filter disk");
    MAY_KNOW.put("query", "core filter message vectors quant hnsw metadata");
    // 3 aggregate
    MAY_KNOW.put("collection", ENGINE);
    MAY_KNOW.put("catalog", "core disk message wal collection");
    MAY_KNOW.put("snapshot", "core disk message collection catalog");
    MAY_KNOW.put("migrate", "core disk message");
    // 4 node
    MAY_KNOW.put("bus", "core filter message");
    MAY_KNOW.put("cluster", "core message bus");
    MAY_KNOW.put("embed", "core");
    MAY_KNOW.put("library", "core filter message bus embed");
    MAY_KNOW.put("node", AGGREGATE + " bus cluster embed library");
    // 5 front
    MAY_KNOW.put("auth", "core");
    MAY_KNOW.put("ops", "core message bus");
    MAY_KNOW.put("front.rest", "core filter message bus auth ops");
    MAY_KNOW.put("front.grpc", "core filter message bus auth ops front.grpc.v1");
    MAY_KNOW.put("front.grpc.v1", ""); // generated from src/main/proto
    MAY_KNOW.put("front.dashboard", "core filter message bus auth ops");
    // 6 outside. Besides its row, config knows the records it fills: see OPTION_RECORDS.
    MAY_KNOW.put("config", "core");
    // serve needs the configuration and Quiver itself, bench a gRPC client
    MAY_KNOW.put(
        "cli",
        "core message disk wal collection catalog snapshot migrate bus config front.grpc.v1 .");
  }

  /** What config may know of any package: the records it fills. */
  private static final DescribedPredicate<JavaClass> OPTION_RECORDS =
      simpleNameEndingWith("Options").as("option records");

  private record Library(String name, List<String> packages, String homes) {}

  private static final String NODE_AND_UP =
      "bus cluster embed library node auth ops front.rest front.grpc front.grpc.v1 front.dashboard"
          + " config cli .";

  /** Each library has its homes ("." is the root package) and is unknown everywhere else. */
  private static final List<Library> LIBRARIES =
      List.of(
          new Library("the Vector API", List.of("jdk.incubator.vector.."), "simd quant"),
          new Library("Lucene", List.of("org.apache.lucene.."), "metadata"),
          new Library("RE2/J", List.of("com.google.re2j.."), "filter"),
          new Library("Micrometer", List.of("io.micrometer..", "io.vertx.micrometer.."), "ops"),
          new Library(
              "Jackson",
              List.of("com.fasterxml.jackson.."),
              "filter catalog snapshot embed migrate front.rest front.grpc config cli"),
          new Library(
              "Protocol Buffers", List.of("com.google.protobuf.."), "front.grpc front.grpc.v1 cli"),
          new Library("Vert.x", List.of("io.vertx.."), NODE_AND_UP),
          new Library("Netty", List.of("io.netty.."), NODE_AND_UP),
          new Library("picocli", List.of("picocli.."), "cli ."));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  @TestFactory
  Stream<DynamicTest> aPackageKnowsOnlyWhatItsRowNames() {
    return MAY_KNOW.entrySet().stream()
        .map(row ->
            DynamicTest.dynamicTest(row.getKey(), () -> checkRow(row.getKey(), row.getValue())));
  }

  private static void checkRow(String name, String mayKnow) {
    DescribedPredicate<JavaClass> allowed =
        resideOutsideOfPackage(ROOT + "..").or(resideInAnyPackage(qualified(name + " " + mayKnow)));
    if (name.equals("config")) {
      allowed = allowed.or(OPTION_RECORDS);
    }
    classes()
        .that()
        .resideInAPackage(ROOT + "." + name)
        .should()
        .onlyDependOnClassesThat(allowed)
        .because("the row of " + name + " in the import table is: " + mayKnow)
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void everyPackageHasARow() {
    Set<String> withoutRow =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> !name.equals(ROOT))
            .map(name -> name.substring(ROOT.length() + 1))
            .filter(name -> !MAY_KNOW.containsKey(name))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(withoutRow).as("packages without a row in the import table").isEmpty();
  }

  @Test
  void rowsNameOnlyPackagesThatHaveARowThemselves() {
    for (String mayKnow : MAY_KNOW.values()) {
      for (String name : names(mayKnow)) {
        assertThat(name.equals(".") || MAY_KNOW.containsKey(name)).as(name).isTrue();
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> aLibraryIsKnownOnlyAtHome() {
    return LIBRARIES.stream()
        .map(library -> DynamicTest.dynamicTest(library.name(), () -> checkHomes(library)));
  }

  private static void checkHomes(Library library) {
    noClasses()
        .that()
        .resideOutsideOfPackages(qualified(library.homes()))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library.packages().toArray(String[]::new))
        .because(library.name() + " lives in " + library.homes())
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static String[] qualified(String packages) {
    return names(packages).stream()
        .map(name -> name.equals(".") ? ROOT : ROOT + "." + name)
        .toArray(String[]::new);
  }

  private static List<String> names(String packages) {
    return Stream.of(packages.split(" ", -1)).filter(name -> !name.isEmpty()).toList();
  }
}

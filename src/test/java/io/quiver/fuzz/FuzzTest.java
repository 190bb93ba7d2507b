package io.quiver.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Coverage-guided fuzzing of every target, as many at a time as there are cores, but no more than
 * eight: each is a JVM of some hundred megabytes. {@code tools/fuzz} runs it for longer
 * (docs/decisions/0011-fuzzing.md).
 */
class FuzzTest {
  private static final int SECONDS = Integer.getInteger("quiver.fuzz.seconds", 8);
  private static final long SEED = Long.getLong("quiver.fuzz.seed", 1);
  private static final String WANTED = System.getProperty("quiver.fuzz.targets", "");
  private static final Path FOLDER =
      Path.of(System.getProperty("quiver.fuzz.folder", "target/fuzz")).toAbsolutePath();

  private static final ExecutorService RUNNERS =
      Executors.newFixedThreadPool(Math.min(8, Runtime.getRuntime().availableProcessors()));

  @AfterAll
  static void stop() {
    RUNNERS.shutdownNow();
  }

  @TestFactory
  List<DynamicTest> noInputBreaksAPromise() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String target : Targets.names()) {
      if (WANTED.isEmpty() || List.of(WANTED.split(",", -1)).contains(target)) {
        Future<Fuzzer.Outcome> outcome = RUNNERS.submit(() -> fuzz(target));
        tests.add(DynamicTest.dynamicTest(target, () -> report(target, outcome)));
      }
    }
    assertThat(tests).as("targets that are called one of %s", WANTED).isNotEmpty();
    return tests;
  }

  private static Fuzzer.Outcome fuzz(String target) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(FOLDER.resolve(target));
    return new Fuzzer(target, folder).run(SECONDS, SEED);
  }

  private static void report(String target, Future<Fuzzer.Outcome> running)
      throws InterruptedException, ExecutionException {
    Fuzzer.Outcome outcome = running.get();
    System.out.printf(
        "fuzz %-14s %,12d executions in %d s, %,6d branches, %,5d inputs kept, seed %d%n",
        target, outcome.executions(), SECONDS, outcome.branches(), outcome.corpus(), SEED);
    assertThat(outcome.branches()).as("instrumented branches reached").isGreaterThan(20);
    assertThat(outcome.executions()).as("the seeds at least").isPositive();
  }
}

package io.quiver.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Starts Jazzer on one target in a JVM of its own: it instruments classes as they are loaded. What
 * it found worth keeping stays in {@code folder/corpus} and is where the next run begins.
 */
final class Fuzzer {
  private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in");
  private static final Pattern COVERED = Pattern.compile("cov: (\\d+) ft: (\\d+) corp: (\\d+)");

  /** Starting, reading the corpus, and a machine that does many other things. */
  private static final int SECONDS_AROUND = 300;

  /** From here on it pays to compile well. */
  private static final int LONG_SECONDS = 60;

  private final String target;
  private final Path folder;

  Fuzzer(String target, Path folder) {
    this.target = target;
    this.folder = folder;
  }

  /**
   * What a run did.
   *
   * @param executions inputs that were run
   * @param branches edges of the code that they reached
   * @param corpus inputs worth keeping
   */
  record Outcome(long executions, int branches, int corpus) {}

  /**
   * Fuzzes for so many seconds.
   *
   * @throws AssertionError with Jazzer's report if there is a finding
   */
  Outcome run(int seconds, long seed) throws IOException, InterruptedException {
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    List<byte[]> seeds = Targets.of(target).seeds();
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(corpus.resolve("seed-" + i), seeds.get(i));
    }
    Path report = folder.resolve("report.txt");
    Process process =
        new ProcessBuilder(command(corpus, seconds, seed))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(report.toFile())
            .start();
    try {
      if (!process.waitFor(seconds + SECONDS_AROUND, TimeUnit.SECONDS)) {
        throw new AssertionError(target + ": does not end: " + tail(report));
      }
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(report);
    Matcher done = DONE.matcher(text);
    if (process.exitValue() != 0 || !done.find()) {
      throw new AssertionError(
          ("%s, seed %d, exit status %d. The input of a finding is beside %s; in base64 it"
                  + " belongs into src/test/resources/fuzz/%s%n%s")
              .formatted(target, seed, process.exitValue(), report, target, tail(report)));
    }
    Matcher covered = COVERED.matcher(text);
    int branches = 0;
    int kept = 0;
    while (covered.find()) {
      branches = Integer.parseInt(covered.group(1));
      kept = Integer.parseInt(covered.group(3));
    }
    return new Outcome(Long.parseLong(done.group(1)), branches, kept);
  }

  private List<String> command(Path corpus, int seconds, long seed) {
    return Stream.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+EnableDynamicAgentLoading",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=" + (seconds < LONG_SECONDS ? 1 : 4),
            "-Xmx512m",
            "-XX:MaxDirectMemorySize=256m", // native memory, that of an Arena included
            "-ea:io.quiver...",
            "-D" + Targets.PROPERTY + "=" + target,
            "-cp",
            classPath(),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + JazzerEntry.class.getName(),
            "--instrumentation_includes=io.quiver.**:com.fasterxml.jackson.core.json.**",
            "--instrumentation_excludes=io.quiver.fuzz.**:io.quiver.testkit.**"
                + ":io.quiver.front.grpc.v1.**", // generated
            "--custom_hook_includes=io.quiver.**",
            "--reproducer_path=" + folder,
            "-artifact_prefix=" + folder + "/",
            "-seed=" + seed,
            "-max_total_time=" + seconds,
            "-timeout=60",
            // What the JVM may take is bounded above. The fuzzer's own look at memory sees the peak
            // of the process that started this one, which Linux hands on to it.
            "-rss_limit_mb=0",
            "-print_final_stats=1",
            corpus.toString())
        .toList();
  }

  /** Surefire starts tests with one jar that names the others. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static String tail(Path report) throws IOException {
    List<String> lines = Files.readAllLines(report);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }
}

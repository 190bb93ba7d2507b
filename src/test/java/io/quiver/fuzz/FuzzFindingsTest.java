package io.quiver.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a fuzzer once found, and what it begins with; and a little of the same without guidance. */
class FuzzFindingsTest {
  private static final Path FINDINGS = Path.of("src/test/resources/fuzz");
  private static final int MUTANTS = 1_500;

  static Iterable<String> targets() {
    return Targets.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("targets")
  void seedsFindingsAndTheirMutantsBreakNoPromise(String name) throws IOException {
    FuzzTarget target = Targets.of(name);
    List<byte[]> inputs = new ArrayList<>(target.seeds());
    assertThat(inputs).as("seeds of %s", name).isNotEmpty();
    for (Path file : findings(name)) {
      inputs.add(Base64.getMimeDecoder().decode(Files.readString(file)));
    }
    Guard guard = new Guard(target);
    for (byte[] input : inputs) {
      check(guard, name, input);
    }
    SplittableRandom random = new SplittableRandom(name.hashCode());
    for (int i = 0; i < MUTANTS; i++) {
      check(guard, name, Mutation.of(inputs.get(random.nextInt(inputs.size())), random));
    }
  }

  private static void check(Guard guard, String name, byte[] input) throws IOException {
    try {
      guard.run(input);
    } catch (IOException | RuntimeException | Error e) {
      Path kept = Files.createTempFile("fuzz-" + name + "-", "");
      Files.write(kept, input);
      fail(name + ": this input is kept in " + kept, e);
    }
  }

  private static List<Path> findings(String name) throws IOException {
    Path folder = FINDINGS.resolve(name);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}

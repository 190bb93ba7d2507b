package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of file in turn is cut, flipped and zeroed, and the directory opened, read and searched
 * after it: right answers, or exactly the damaged collection set aside. {@code ./quiver check}
 * finds whatever a server sets aside.
 *
 * <p>{@code -Dquiver.rot.faults=1000} makes so many flips and zeroed pages for each kind, and cuts
 * at every byte; without it there are fewer.
 */
class RotMatrixTest {
  private static final int FAULTS = Integer.getInteger("quiver.rot.faults", 200);
  private static final int CUTS = FAULTS >= 1_000 ? Integer.MAX_VALUE : FAULTS;

  @TempDir(factory = RotTest.InMemory.class)
  Path temporary;

  /** The kinds of files of a data directory. */
  enum FileKind {
    GRAPH("one/0/index.bin", "right"),
    VECTORS("one/0/vectors.bin", "right aside"),
    ORDINALS("one/0/ordinals.bin", "right aside"),
    PAYLOAD("one/0/payload.bin", "right aside"),
    IDS("one/0/ids.bin", "aside"),
    MANIFEST("one/metadata.json", "right aside"),
    LOG("wal", "right aside");

    private final String name;
    private final String outcomes;

    FileKind(String name, String outcomes) {
      this.name = name;
      this.outcomes = outcomes;
    }

    Path in(Path folder) throws Exception {
      Path file = folder.resolve(name);
      return Files.isDirectory(file) ? SampleData.files(file).getLast() : file;
    }
  }

  /** One way to damage a file. */
  private record Fault(RotTest.Kind kind, long seed, long length) {}

  @ParameterizedTest
  @EnumSource
  void everyKindOfFileRotsAloneAndIsToldOf(FileKind kind) throws Exception {
    Path whole = temporary.resolve("whole");
    SampleData data = SampleData.write(whole, 11, false);
    List<Fault> faults = faults(Files.size(kind.in(whole)));
    Map<String, Integer> outcomes = new ConcurrentHashMap<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      List<Callable<String>> work = new ArrayList<>();
      for (Fault fault : faults) {
        work.add(() -> outcome(kind, whole, data, fault));
      }
      for (Future<String> done : pool.invokeAll(work)) {
        outcomes.merge(done.get(), 1, Integer::sum);
      }
    }
    assertThat(outcomes.keySet()).as("%s %s", kind, outcomes).isSubsetOf(kind.outcomes.split(" "));
    assertThat(outcomes.values().stream().mapToInt(count -> count).sum()).isEqualTo(faults.size());
  }

  private static List<Fault> faults(long size) {
    List<Fault> faults = new ArrayList<>();
    long step = Math.max(1, size / CUTS);
    for (long length = 0; length < size; length += step) {
      faults.add(new Fault(RotTest.Kind.TRUNCATE, 0, length));
    }
    for (int seed = 0; seed < FAULTS; seed++) {
      faults.add(new Fault(RotTest.Kind.FLIP, seed, 0));
    }
    for (int seed = 0; seed < FAULTS / 10; seed++) {
      faults.add(new Fault(RotTest.Kind.ZERO_PAGE, seed, 0));
    }
    return faults;
  }

  private String outcome(FileKind kind, Path whole, SampleData data, Fault fault) throws Exception {
    Path copy = temporary.resolve("%s-%d-%d".formatted(fault.kind(), fault.seed(), fault.length()));
    SampleData.copy(whole, copy);
    Path file = kind.in(copy);
    String what = "%s of %s".formatted(fault, copy.relativize(file));
    if (fault.kind() == RotTest.Kind.TRUNCATE) {
      try (SeekableByteChannel open = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
        open.truncate(fault.length());
      }
    } else {
      RotTest.rot(file, fault.kind(), new SplittableRandom(fault.seed()));
    }
    try {
      SampleData.Told told = SampleData.Told.of(copy);
      String outcome = RotTest.verify(copy, file, data, what);
      if (!outcome.equals("right")) {
        assertThat(told.faults).as("check").anyMatch(each -> each.contains(file.toString()));
      }
      return outcome;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(what, e);
    } finally {
      SampleData.delete(copy);
    }
  }
}

package io.quiver.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.disk.Crc;
import io.quiver.disk.MappedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kernels, copies and checksums over a mapped file that somebody empties: an {@link InternalError},
 * never the end of the process; in a JVM of its own for each way in which code is run.
 */
class MappedLoadsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:+UseG1GC",
        "-XX:+UseZGC",
        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC -XX:-TieredCompilation",
        "-XX:+UseSerialGC -Xint",
        // As if a vector load had been compiled on its own, which else is a matter of luck.
        "-XX:CompileCommand=dontinline,jdk.incubator.vector.FloatVector::fromMemorySegment",
        "-XX:CompileCommand=dontinline,jdk.incubator.vector.Float*::fromMemorySegment0",
      })
  void aShortenedFileIsAnErrorHoweverTheCodeIsRun(String flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags.split(" ")));
    command.addAll(launcherFlags());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + folder.resolve("error.log"),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            folder.toString(),
            flags.contains("-Xint") ? "1" : "30"));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as("%s: %s", flags, text).isZero();
  }

  /** What {@code ./quiver} tells the compiler. */
  private static List<String> launcherFlags() throws IOException {
    Path launcher = Path.of(System.getProperty("quiver.home", ".")).resolve("quiver");
    String text =
        Files.readString(launcher).replace("$alone,", "-XX:CompileCommand=DisableIntrinsic,");
    List<String> flags = new ArrayList<>(List.of("-XX:+UnlockDiagnosticVMOptions"));
    Matcher matcher =
        Pattern.compile("-XX:CompileCommand=(quiet|DisableIntrinsic,[^ '\"]+)").matcher(text);
    while (matcher.find()) {
      flags.add(matcher.group());
    }
    assertThat(flags).hasSize(4);
    return flags;
  }

  @Test
  void onlyTheErrorOfAPageIsTakenForOne() {
    assertThat(MappedFile.isPageFault(new InternalError("a fault of ours"))).isFalse();
    assertThat(MappedFile.isPageFault(new InternalError())).isFalse();
    assertThat(MappedFile.isPageFault(new IllegalStateException("unsafe memory access"))).isFalse();
  }

  /** What runs in the other JVM; its status is 0 if it lived through all of it. */
  static final class Child {
    private static final int DIMENSION = 96;
    private static final int ROWS = 600;
    private static final long BYTES = (long) ROWS * DIMENSION * Float.BYTES;
    private static final float[] QUERY = new float[DIMENSION];

    private Child() {}

    private interface Use {
      double of(MemorySegment mapped, int row);
    }

    public static void main(String[] arguments) throws Exception {
      Kernels kernels = Kernels.best();
      List<Use> uses =
          List.of(
              (mapped, row) -> kernels.squaredL2(QUERY, mapped, at(row), DIMENSION),
              (mapped, row) -> kernels.dot(QUERY, mapped, at(row), DIMENSION),
              (mapped, row) -> kernels.l1(QUERY, mapped, at(row), DIMENSION),
              (mapped, row) -> four(mapped, row, kernels::squaredL2x4),
              (mapped, row) -> four(mapped, row, kernels::dotx4),
              (mapped, row) -> four(mapped, row, kernels::l1x4),
              (mapped, row) -> Crc.of(mapped, at(row), DIMENSION * 4L),
              (mapped, row) -> row % 100 == 0 ? Crc.of(mapped) : 0,
              (mapped, row) -> mapped.get(ValueLayout.JAVA_INT, at(row)),
              (mapped, row) -> mapped.asSlice(at(row)).toArray(ValueLayout.JAVA_BYTE).length);
      // Cut when cold, half warm and warm: the code changes while it warms up.
      int scansMax = Integer.parseInt(arguments[1]);
      for (int scans = 1; scans <= scansMax; scans *= 5) {
        for (int use = 0; use < uses.size(); use++) {
          shortenWhile(Path.of(arguments[0], "mapped"), uses.get(use), scans);
        }
      }
    }

    private interface Four {
      void run(
          float[] query,
          MemorySegment rows,
          long a,
          long b,
          long c,
          long d,
          int dimension,
          float[] results,
          int at);
    }

    private static double four(MemorySegment mapped, int row, Four kernel) {
      float[] results = new float[4];
      kernel.run(QUERY, mapped, 0, at(row), at(row / 2), at(row / 3), DIMENSION, results, 0);
      return results[1];
    }

    private static long at(int row) {
      return (long) row * DIMENSION * Float.BYTES;
    }

    private static void shortenWhile(Path path, Use use, int scans) throws Exception {
      try (FileChannel file = make(path)) {
        MemorySegment mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, BYTES, Arena.ofShared());
        AtomicLong scanned = new AtomicLong();
        AtomicInteger survived = new AtomicInteger();
        List<Thread> readers = new ArrayList<>();
        for (int reader = 0; reader < 2; reader++) {
          Thread thread = new Thread(() -> survived.addAndGet(scan(mapped, use, scanned)));
          thread.start();
          readers.add(thread);
        }
        while (scanned.get() < scans) {
          Thread.onSpinWait();
        }
        file.truncate(0);
        for (Thread reader : readers) {
          reader.join();
        }
        if (survived.get() != 2) {
          throw new AssertionError("readers that met the error: " + survived);
        }
      }
    }

    private static FileChannel make(Path path) throws IOException {
      Files.write(path, new byte[(int) BYTES]);
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Scans until a page is gone. */
    private static int scan(MemorySegment mapped, Use use, AtomicLong scanned) {
      try {
        double sum = 0;
        while (sum < Double.MAX_VALUE) {
          for (int row = 0; row < ROWS; row++) {
            sum += use.of(mapped, row);
          }
          scanned.incrementAndGet();
        }
        return 0;
      } catch (InternalError e) {
        return MappedFile.isPageFault(e) ? 1 : 0;
      }
    }
  }
}

package io.quiver.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.FaultyDisk.Call;
import io.quiver.testkit.FaultyDisk.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk refuses a write while rows are staged. */
class RowStagingTest {
  private static final Path FOLDER = Path.of("/rows");
  private static final UUID COLLECTION = new UUID(1, 2);
  private static final int DIMENSION = 21;
  private static final long LARGE_BYTES = 24L << 20;

  /** The one that is refused is that of vectors, of payloads, or of entries. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theNextRowsStandWhereTheRefusedOnesWouldHaveAndNothingOfThoseIsInThem(int writesBefore)
      throws IOException {
    FaultyDisk clean = disk();
    FaultyDisk refused = disk();
    try (Arena arena = Arena.ofConfined()) {
      RowStore never = store(clean, DIMENSION, arena);
      RowStore once = store(refused, DIMENSION, arena);
      for (RowStore rows : List.of(never, once)) {
        assertThat(rows.stage(some("before", 3, 40))).isZero();
      }
      refused.fail(
          new Fault(
              refused.calls() + 1 + writesBefore,
              1,
              EnumSet.of(Call.WRITE),
              new IOException("No space left on device")));
      assertThatThrownBy(() -> once.stage(some("refused-and-long", 50, 100)))
          .hasMessage("No space left on device");
      assertThat(once.stagedCount()).isEqualTo(3);
      assertThat(once.payloadEnd()).isEqualTo(never.payloadEnd());

      List<Row> after = some("after", 5, 0);
      for (RowStore rows : List.of(never, once)) {
        assertThat(rows.stage(after)).isEqualTo(3);
        rows.publish(8);
      }
      for (int i = 0; i < 5; i++) {
        assertThat(once.row(3 + i, true, true)).isEqualTo(after.get(i));
      }
      assertThat(once.payloadEnd()).isEqualTo(never.payloadEnd());
      RowLayout layout = new RowLayout(DIMENSION, Metric.COSINE);
      same(clean, refused, "vectors.bin", layout.rowOffset(8));
      same(clean, refused, "ordinals.bin", RowLayout.entryOffset(8));
      same(clean, refused, "payload.bin", never.payloadEnd());
      never.close();
      once.close();
    }
  }

  /**
   * A search thread's session may know a store for as long as the process lives. The memory is
   * counted in a process of its own: in this one other tests give some back at any time.
   */
  @Test
  void aStoreThatIsClosedAfterARefusedWriteKeepsNoMemoryForIt() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                RowStagingTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).endsWith("nothing is kept\n");
  }

  public static void main(String[] args) throws IOException {
    FaultyDisk disk = disk();
    try (Arena arena = Arena.ofConfined()) {
      RowStore rows = store(disk, 65_536, arena);
      long before = directBytes();
      disk.failAll(Call.WRITE, new IOException("No space left on device"));
      List<Row> large = new ArrayList<>();
      float[] components = new float[65_536];
      Arrays.fill(components, 1);
      for (int i = 0; i < 96; i++) {
        large.add(new Row(new VectorId("r" + i), DenseVector.of(components), Metadata.ABSENT));
      }
      assertThatThrownBy(() -> rows.stage(large)).hasMessage("No space left on device");
      long staged = directBytes();
      assertThat(staged).isGreaterThan(before + LARGE_BYTES - 1);
      disk.heal();
      rows.close();
      long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (directBytes() > staged - LARGE_BYTES && System.nanoTime() < endNanos) {
        System.gc(); // The memory goes with the last who knows it.
      }
      assertThat(directBytes()).as("of %d", staged).isLessThanOrEqualTo(staged - LARGE_BYTES);
      assertThat(rows.count()).as("somebody knows it still").isZero();
    }
    System.out.print("nothing is kept\n");
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private static FaultyDisk disk() throws IOException {
    FaultyDisk disk = new FaultyDisk(4);
    disk.createDirectories(FOLDER);
    return disk;
  }

  private static RowStore store(FaultyDisk disk, int dimension, Arena arena) throws IOException {
    return RowStore.create(disk, FOLDER, COLLECTION, dimension, Metric.COSINE, arena);
  }

  private static List<Row> some(String id, int count, int metadataBytes) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] components = new float[DIMENSION];
      Arrays.fill(components, i + 1);
      Metadata metadata =
          metadataBytes == 0
              ? Metadata.ABSENT
              : Metadata.ofJson("{\"a\":\"" + "x".repeat(metadataBytes) + "\"}");
      rows.add(new Row(new VectorId(id + i), DenseVector.of(components), metadata));
    }
    return rows;
  }

  private static void same(FaultyDisk one, FaultyDisk other, String file, long bytes)
      throws IOException {
    int length = Math.toIntExact(bytes);
    assertThat(Arrays.copyOf(other.readAll(FOLDER.resolve(file)), length))
        .as(file)
        .isEqualTo(Arrays.copyOf(one.readAll(FOLDER.resolve(file)), length));
  }
}

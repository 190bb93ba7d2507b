package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.Metric;
import io.quiver.disk.OsDisk;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Bits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints: what was written comes back, what was damaged is named. */
class GraphFileTest {
  private static final UUID COLLECTION = new UUID(0x0123456789abcdefL, 0x8edcba9876543210L);
  private static final int DIMENSION = 16;

  @TempDir Path folder;
  private final OsDisk disk = new OsDisk();
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("index.bin");
  }

  /** Around the chunk sizes 64, 128 and 1,024, and an odd stride (M = 3: 24 of 64 bytes). */
  @ParameterizedTest(name = "{0} rows")
  @ValueSource(ints = {0, 1, 63, 64, 65, 128, 1024, 1025, 1500})
  void whatWasWrittenComesBack(int rows) throws IOException {
    ArraySpace space =
        ArraySpace.of(Metric.EUCLIDEAN, Vectors.gaussian(rows, Math.max(1, rows), DIMENSION));
    try (Graph graph = new Graph(new GraphParams(3, 40, 5, 7))) {
      GraphFixture.insert(graph, space, 0, rows);
      GraphRepair.consolidate(graph, space, row -> row % 10 == 9);
      GraphFile.write(disk, file, COLLECTION, graph, Integer.MAX_VALUE);
      assertThat(GraphFile.verify(disk, file, COLLECTION)).isEmpty();
      try (Graph back = GraphFile.open(disk, file, COLLECTION)) {
        assertSame(graph, back);
        assertThat(back.needsReconnect()).isFalse();
        assertThat(GraphCheck.check(back, Bits.NONE).faults()).isEmpty();
      }
    }
  }

  private static void assertSame(Graph graph, Graph back) {
    assertThat(back.params()).isEqualTo(graph.params());
    assertThat(back.bound()).isEqualTo(graph.bound());
    assertThat(back.nodes()).isEqualTo(graph.nodes());
    assertThat(back.entry()).isEqualTo(graph.entry());
    int[] left = new int[graph.params().linksMax(0)];
    int[] right = new int[graph.params().linksMax(0)];
    for (int ordinal = 0; ordinal < graph.bound(); ordinal++) {
      assertThat(back.contains(ordinal)).isEqualTo(graph.contains(ordinal));
      for (int layer = 0; graph.contains(ordinal) && layer <= graph.level(ordinal); layer++) {
        int count = graph.lists(layer).readRaw(graph.listIndex(ordinal, layer), left);
        assertThat(back.lists(layer).readRaw(back.listIndex(ordinal, layer), right))
            .isEqualTo(count);
        assertThat(Arrays.copyOf(right, count)).isEqualTo(Arrays.copyOf(left, count));
      }
    }
  }

  /** The mapping is private: inserts after opening change the graph, not the file. */
  @Test
  void anOpenedGraphGrowsWithoutTouchingItsFile() throws IOException {
    float[][] rows = Vectors.gaussian(1, 2_000, DIMENSION);
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    try (Graph graph = new Graph(GraphParams.DEFAULT)) {
      GraphFixture.insert(graph, space, 0, 1_500);
      GraphFile.write(disk, file, COLLECTION, graph, Integer.MAX_VALUE);
    }
    byte[] before = Files.readAllBytes(file);
    try (Graph back = GraphFile.open(disk, file, COLLECTION)) {
      GraphFixture.insert(back, space, 1_500, 2_000);
      GraphRepair.consolidate(back, space, row -> row % 5 == 0);
      assertThat(GraphCheck.check(back, Bits.NONE).faults()).isEmpty();
      double recall =
          GraphFixture.recall(
              back,
              space,
              Metric.EUCLIDEAN,
              rows,
              Vectors.gaussian(2, 50, DIMENSION),
              row -> row % 5 == 0,
              100);
      assertThat(recall).isGreaterThanOrEqualTo(0.95);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  /** Rows beyond the limit are not yet in the checkpoint's other files. */
  @Test
  void nodesBeyondTheLimitAreLeftOutAndTheRestIsReconnected() throws IOException {
    float[][] rows = Vectors.skewed(3, 1_000, DIMENSION, 1.0);
    ArraySpace space = ArraySpace.of(Metric.DOT_PRODUCT, rows);
    try (Graph graph = new Graph(new GraphParams(4, 60, 8, 9))) {
      for (int row = 999; row >= 0; row--) { // The oldest nodes, all others' ties, are cut off.
        GraphFixture.insert(graph, space, row, row + 1);
      }
      GraphFile.write(disk, file, COLLECTION, graph, 600);
    }
    try (Graph back = GraphFile.open(disk, file, COLLECTION)) {
      assertThat(back.nodes()).isEqualTo(600);
      assertThat(back.bound()).isEqualTo(600);
      assertThat(back.needsReconnect()).isTrue();
      GraphRepair.reconnect(back, space);
      assertThat(back.needsReconnect()).isFalse();
      GraphReport report = GraphCheck.check(back, Bits.NONE);
      assertThat(report.faults()).isEmpty();
      assertThat(report.reachable()).isEqualTo(600);
    }
  }

  /** One bit anywhere is found by verify; in what opening reads, by opening. */
  @Test
  void everyFlippedBitIsNamed() throws IOException {
    byte[] good = written(700);
    long upperAt = 4096 + 700 * 128;
    for (int at = 0; at < good.length; at += at < 200 ? 1 : 977) {
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << (at % 8));
      Files.write(file, bad);
      assertThat(GraphFile.verify(disk, file, COLLECTION))
          .as("flipped byte %d", at)
          .singleElement()
          .asString()
          .contains(file.toString())
          .contains("offset")
          .contains("expected ")
          .contains("found ");
      if (at < 4096 || at >= upperAt) {
        assertThatThrownBy(() -> GraphFile.open(disk, file, COLLECTION))
            .as("flipped byte %d", at)
            .isInstanceOf(GraphFileException.class);
      }
    }
  }

  @Test
  void aShortFileIsRefused() throws IOException {
    byte[] good = written(700);
    for (int length = 0; length < good.length; length += 499) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> GraphFile.open(disk, file, COLLECTION))
          .as("length %d", length)
          .isInstanceOf(GraphFileException.class)
          .hasMessageContaining("expected ");
    }
  }

  @Test
  void anotherCollectionsFileIsRefused() throws IOException {
    written(10);
    UUID other = new UUID(1, 2);
    assertThatThrownBy(() -> GraphFile.open(disk, file, other))
        .hasMessage(
            "%s is damaged at offset 16: expected collection uuid %s, found %s"
                .formatted(file, other, COLLECTION));
  }

  /** A damaged link may lead astray but never out of the rows. */
  @Test
  void searchingADamagedBaseLayerDoesNoHarm() throws IOException {
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, Vectors.gaussian(700, 700, DIMENSION));
    byte[] bad = written(700);
    for (int at = 4096; at < 4096 + 700 * 128; at += 3) {
      bad[at] = (byte) (at * 31);
    }
    Files.write(file, bad);
    try (Graph back = GraphFile.open(disk, file, COLLECTION)) {
      for (float[] query : Vectors.gaussian(5, 50, DIMENSION)) {
        int[] got = GraphFixture.search(back, space, query, SearchView.ALL, 100);
        assertThat(Arrays.stream(got).allMatch(x -> x >= 0 && x < 700)).isTrue();
      }
    }
  }

  private byte[] written(int rows) throws IOException {
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, Vectors.gaussian(rows, rows, DIMENSION));
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      GraphFile.write(disk, file, COLLECTION, graph, Integer.MAX_VALUE);
    }
    return Files.readAllBytes(file);
  }
}

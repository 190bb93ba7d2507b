package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.quiver.core.Deadline;
import io.quiver.core.Metric;
import io.quiver.core.OrdinalSet;
import io.quiver.quant.BlockReader;
import io.quiver.quant.ByteRows;
import io.quiver.quant.CodeMemory;
import io.quiver.quant.RowCodes;
import io.quiver.simd.Kernels;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Scorer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compiled searches allocate nothing on the base layer. Each form is measured in a process of its
 * own: what the compiler inlines, and so whether a vector is boxed, depends on all that ran before.
 * Without AVX-512 walks by blocks box, for longs have no way to floats (81 KB a search of JDK 25
 * with {@code -XX:UseAVX=2}), so nothing is promised of them there.
 */
class SearchAllocationTest {
  private static final int ROWS = 1_500;
  private static final int SEARCHES = 1_000;
  private static final int EF = 50;
  private static final int KEEP = 15;
  private static final long GIVE_UP_CPU_NANOS = 60_000_000_000L;

  /** What a search walks by. */
  enum Form {
    ROWS(100, 0, 128),
    /** Few rows are scored, in the upper layers: C2 compiles that early, and boxes stay in it. */
    BYTES(64, 1_024, 128),
    BLOCKS(256, 0, 512),
    FILTERED_ROWS(100, 0, 128),
    FILTERED_BLOCKS(256, 0, 512);

    final int dimension;
    final int allocatedBytesMax;
    final int registerBitsMin;

    Form(int dimension, int allocatedBytesMax, int registerBitsMin) {
      this.dimension = dimension;
      this.allocatedBytesMax = allocatedBytesMax;
      this.registerBitsMin = registerBitsMin;
    }
  }

  @ParameterizedTest(name = "{0}, seed=7")
  @EnumSource(Form.class)
  void aCompiledSearchAllocatesNoMoreThanItsFormMay(Form form) throws Exception {
    int bits = Kernels.vectorBits();
    assumeTrue(
        bits >= form.registerBitsMin,
        () -> form + " needs registers of " + form.registerBitsMin + " bits, here are " + bits);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SearchAllocationTest.class.getName(),
                form.name())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output).endsWith(form + " allocates as little as it may\n");
  }

  public static void main(String[] args) {
    Form form = Form.valueOf(args[0]);
    float[][] rows = Vectors.gaussian(7, ROWS, form.dimension);
    ArraySpace space = ArraySpace.of(Metric.EUCLIDEAN, rows);
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      Consumer<float[]> search =
          switch (form) {
            case ROWS -> byRows(graph, space);
            case BYTES -> byBytes(graph, space);
            case BLOCKS -> byBlocks(graph, space);
            case FILTERED_ROWS -> filteredByRows(graph, space);
            case FILTERED_BLOCKS -> filteredByBlocks(graph, space);
          };
      long most = (long) SEARCHES * form.allocatedBytesMax;
      long least = leastAllocatedBytes(search, rows, most);
      System.out.print(
          form + (least <= most ? " allocates as little as it may\n" : ": " + least + " bytes\n"));
    }
  }

  private static Consumer<float[]> byRows(Graph graph, ArraySpace space) {
    Scorer scorer = space.scorer();
    GraphSearcher searcher = new GraphSearcher();
    SearchView view = new SearchView(ROWS, ordinal -> ordinal % 4 == 0);
    return query -> {
      scorer.target(query);
      searcher.search(graph, scorer, view, KEEP, EF);
    };
  }

  private static Consumer<float[]> byBytes(Graph graph, ArraySpace space) {
    RowCodes bytes = new ByteRows(space, new CodeMemory(1L << 32), graph.arena());
    for (int i = 0; i < ROWS; i++) {
      bytes.encode(i);
    }
    Scorer coded = bytes.scorer();
    Scorer exact = space.scorer();
    GraphSearcher searcher = new GraphSearcher();
    return query -> {
      coded.target(query);
      exact.target(query);
      searcher.search(graph, exact, coded, SearchView.ALL, KEEP, EF, Deadline.NEVER);
    };
  }

  private static Consumer<float[]> filteredByRows(Graph graph, ArraySpace space) {
    Scorer scorer = space.scorer();
    FilteredSearcher searcher = new FilteredSearcher(new GraphSearcher());
    MatchView view = new MatchView(ROWS, OrdinalSet.of(ROWS, row -> row % 4 == 0), 0);
    return query -> {
      scorer.target(query);
      searcher.search(graph, scorer, scorer, view, KEEP, EF, Deadline.NEVER);
    };
  }

  private static Consumer<float[]> filteredByBlocks(Graph graph, ArraySpace space) {
    SearchBlocks blocks = blocks(graph, space);
    BlockReader reader = blocks.reader();
    FilteredBlockSearcher searcher = new FilteredBlockSearcher(new BlockSearcher());
    MatchView view = new MatchView(ROWS, OrdinalSet.of(ROWS, row -> row % 4 == 0), 0);
    return query -> {
      reader.target(query);
      searcher.search(blocks, reader, view, KEEP, EF, Deadline.NEVER);
    };
  }

  private static SearchBlocks blocks(Graph graph, ArraySpace space) {
    SearchBlocks blocks = new SearchBlocks(graph, space, new CodeMemory(1L << 32));
    while (blocks.hasWork(ROWS)) {
      blocks.work(ROWS, ROWS);
    }
    return blocks;
  }

  private static Consumer<float[]> byBlocks(Graph graph, ArraySpace space) {
    SearchBlocks blocks = blocks(graph, space);
    BlockReader reader = blocks.reader();
    BlockSearcher searcher = new BlockSearcher();
    return query -> {
      reader.target(query);
      searcher.search(blocks, reader, SearchView.ALL, KEEP, EF, Deadline.NEVER);
    };
  }

  /** The best of many rounds: the interpreter boxes vectors, compiled kernels do not. */
  private static long leastAllocatedBytes(
      Consumer<float[]> search, float[][] queries, long enough) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    while (least > enough && cpuNanos() < GIVE_UP_CPU_NANOS) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < SEARCHES; i++) {
        search.accept(queries[i]);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  /** Of the whole process, the compiler included: a busy machine leaves it little for long. */
  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}

package io.quiver.hnsw;

import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.disk.Crc;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.fuzz.MemoryFiles;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.Vectors;
import io.quiver.vectors.Bits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * An {@code index.bin} of any bytes, once as they are and once with checksums that hold: it is
 * damaged, or it can be checked, searched and repaired, and no search leaves the rows.
 *
 * <p>Input: the fields of the header, then what stands behind the header, without checksums.
 */
public final class GraphFileFuzz implements FuzzTarget {
  private static final Path FOLDER = Path.of("/g");
  private static final Path FILE = FOLDER.resolve("index.bin");
  private static final UUID COLLECTION = new UUID(1, 2);
  private static final int HEADER_FIELDS_BYTES = 96;
  private static final int ROWS = 96;
  private static final float[][] VECTORS = Vectors.gaussian(1, ROWS, 4);
  private static final ArraySpace SPACE = ArraySpace.of(Metric.EUCLIDEAN, VECTORS);

  @Override
  public void run(byte[] input) throws IOException {
    byte[] fields = Arrays.copyOf(input, HEADER_FIELDS_BYTES);
    byte[] body =
        Arrays.copyOfRange(input, Math.min(input.length, HEADER_FIELDS_BYTES), input.length);
    byte[] file = Arrays.copyOf(fields, GraphFileLayout.HEADER_BYTES + body.length);
    System.arraycopy(body, 0, file, GraphFileLayout.HEADER_BYTES, body.length);
    check(file);
    check(sealed(file));
  }

  private static void check(byte[] bytes) throws IOException {
    FaultyDisk disk = MemoryFiles.disk(FOLDER);
    MemoryFiles.write(disk, FILE, bytes);
    boolean isWhole = GraphFile.verify(disk, FILE, COLLECTION).isEmpty();
    try (Graph graph = GraphFile.open(disk, FILE, COLLECTION);
        Graph copy = GraphFile.copy(disk, FILE, COLLECTION)) {
      GraphReport report = GraphCheck.check(graph, Bits.NONE);
      Expect.equal(GraphCheck.check(copy, Bits.NONE), report);
      search(graph);
      if (isWhole && report.faults().isEmpty()) {
        GraphRepair.consolidate(graph, SPACE, row -> row >= ROWS || row % 3 == 0);
        search(graph);
        Expect.equal(GraphCheck.check(graph, Bits.NONE).faults(), List.of());
      }
    } catch (GraphFileException e) {
      Expect.equal(e.fault().file(), FILE);
    }
  }

  /** As a shard does, which looks at no graph that knows more rows than there are. */
  private static void search(Graph graph) {
    if (graph.bound() <= ROWS) {
      int[] found = GraphFixture.search(graph, SPACE, VECTORS[5], SearchView.ALL, 20);
      Expect.that(
          Arrays.stream(found).allMatch(row -> row >= 0 && row < ROWS),
          () -> Arrays.toString(found));
    }
  }

  /** With the checksums that the header's own numbers ask for, if the file is near as long. */
  private static byte[] sealed(byte[] file) {
    GraphFileLayout layout;
    try {
      GraphParams params =
          new GraphParams(
              MemoryFiles.getInt(file, GraphFileLayout.CONNECTIONS_AT),
              MemoryFiles.getInt(file, GraphFileLayout.EF_AT),
              MemoryFiles.getInt(file, GraphFileLayout.LAYERS_AT),
              MemoryFiles.getLong(file, GraphFileLayout.SEED_AT));
      layout =
          new GraphFileLayout(
              params,
              MemoryFiles.getInt(file, GraphFileLayout.BOUND_AT),
              MemoryFiles.getInt(file, GraphFileLayout.UPPER_NODES_AT),
              MemoryFiles.getInt(file, GraphFileLayout.UPPER_LISTS_AT));
    } catch (QuiverException e) {
      sealHeader(file);
      return file;
    }
    long wanted = layout.sumsAt();
    boolean isSane = layout.bound() >= 0 && layout.upperNodes() >= 0 && layout.upperLists() >= 0;
    if (!isSane || wanted > 2L * file.length) {
      sealHeader(file);
      return file;
    }
    byte[] sealed = Arrays.copyOf(file, (int) layout.fileBytes());
    int sum = (int) layout.sumsAt();
    sum = sums(sealed, (int) layout.baseAt(), (int) layout.baseBytes(), sum);
    sums(sealed, (int) layout.upperAt(), (int) layout.upperBytes(), sum);
    MemoryFiles.putInt(
        sealed,
        GraphFileLayout.SUMS_CRC_AT,
        Crc.of(sealed, (int) layout.sumsAt(), (int) layout.sumsBytes()));
    sealHeader(sealed);
    return sealed;
  }

  private static int sums(byte[] file, int from, int bytes, int sumAt) {
    int at = sumAt;
    for (int done = 0; done < bytes; done += GraphFileLayout.BLOCK_BYTES) {
      int length = Math.min(GraphFileLayout.BLOCK_BYTES, bytes - done);
      MemoryFiles.seal(file, from + done, from + done + length, at);
      at += Integer.BYTES;
    }
    return at;
  }

  private static void sealHeader(byte[] file) {
    MemoryFiles.putInt(file, GraphFileLayout.HEADER_CRC_AT, 0);
    MemoryFiles.seal(file, 0, GraphFileLayout.HEADER_BYTES, GraphFileLayout.HEADER_CRC_AT);
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (int rows : new int[] {0, 1, 20, ROWS}) {
      ArraySpace space = new ArraySpace(Metric.EUCLIDEAN, 4, Math.max(1, rows));
      for (int row = 0; row < rows; row++) {
        space.add(VECTORS[row]);
      }
      FaultyDisk disk = MemoryFiles.disk(FOLDER);
      try (Graph graph = GraphFixture.build(space, new GraphParams(2, 20, 5, 7))) {
        GraphFile.write(disk, FILE, COLLECTION, graph, Integer.MAX_VALUE);
      }
      byte[] file = disk.readAll(FILE);
      byte[] seed = Arrays.copyOf(file, HEADER_FIELDS_BYTES + file.length - headerBytes());
      System.arraycopy(file, headerBytes(), seed, HEADER_FIELDS_BYTES, file.length - headerBytes());
      seeds.add(seed);
    }
    return seeds;
  }

  private static int headerBytes() {
    return GraphFileLayout.HEADER_BYTES;
  }
}

package io.quiver.hnsw;

import static io.quiver.hnsw.GraphFileLayout.INT;
import static io.quiver.hnsw.GraphFileLayout.LONG;

import io.quiver.disk.AtomicFile;
import io.quiver.disk.Crc;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/** Writes one checkpoint through a buffer of one block. The caller keeps inserts out. */
final class GraphFileWriter {
  private final Graph graph;
  private final int bound;
  private final int[] upperNodes;
  private final GraphFileLayout layout;
  private final int[] links;
  private int nodes;
  private boolean severed;

  GraphFileWriter(Graph graph, int ordinalLimit) {
    this.graph = graph;
    this.bound = Math.min(graph.bound(), ordinalLimit);
    this.upperNodes =
        Arrays.stream(graph.upper().ordinals())
            .filter(ordinal -> ordinal < bound && graph.contains(ordinal))
            .toArray();
    this.layout =
        new GraphFileLayout(
            graph.params(),
            bound,
            upperNodes.length,
            Arrays.stream(upperNodes).map(graph::level).sum());
    this.links = new int[graph.params().linksMax(0)];
    this.severed = graph.needsReconnect();
  }

  void write(Disk disk, Path file, UUID uuid) throws IOException {
    AtomicFile.write(disk, file, out -> write(out, uuid));
  }

  private void write(DiskFile out, UUID uuid) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      BlockWriter blocks =
          new BlockWriter(out, layout.baseAt(), layout.baseBlocks() + layout.upperBlocks(), arena);
      writeBase(blocks);
      writeUpper(blocks);
      MemorySegment sums = blocks.sums(arena);
      out.write(layout.sumsAt(), sums);
      out.write(0, header(uuid, Crc.of(sums), arena));
    }
  }

  private void writeBase(BlockWriter blocks) throws IOException {
    for (int ordinal = 0; ordinal < bound; ordinal++) {
      if (graph.contains(ordinal)) {
        nodes++;
        writeList(blocks, 0, ordinal);
      } else {
        writeInts(blocks, 0, LinkLists.strideBytes(layout.params().linksMax(0)), LinkLists.ABSENT);
      }
    }
    blocks.endPart();
  }

  private void writeUpper(BlockWriter blocks) throws IOException {
    for (int ordinal : upperNodes) {
      blocks.put(ordinal);
      blocks.put(graph.level(ordinal));
    }
    for (int ordinal : upperNodes) {
      for (int layer = 1; layer <= graph.level(ordinal); layer++) {
        writeList(blocks, layer, graph.listIndex(ordinal, layer));
      }
    }
    blocks.endPart();
  }

  private void writeList(BlockWriter blocks, int layer, int index) throws IOException {
    LinkLists lists = graph.lists(layer);
    int count = lists.readRaw(index, links);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (LinkLists.ordinalOf(links[i]) < bound) {
        links[kept++] = links[i];
      } else if (LinkLists.isTree(links[i])) {
        severed = true;
      }
    }
    writeInts(blocks, kept, lists.strideBytes(), LinkLists.NONE);
  }

  /** A list of {@code links[0 .. count)}, filled up to its stride. */
  private void writeInts(BlockWriter blocks, int count, long strideBytes, int end)
      throws IOException {
    for (int i = 0; i < strideBytes / Integer.BYTES; i++) {
      blocks.put(i < count ? links[i] : end);
    }
  }

  private MemorySegment header(UUID uuid, int sumsCrc, Arena arena) {
    MemorySegment header = arena.allocate(GraphFileLayout.HEADER_BYTES, Long.BYTES);
    GraphParams params = layout.params();
    header.set(LONG, GraphFileLayout.MAGIC_AT, GraphFileLayout.MAGIC);
    header.set(INT, GraphFileLayout.VERSION_AT, GraphFileLayout.VERSION);
    header.set(GraphFileLayout.LONG_BIG, GraphFileLayout.UUID_AT, uuid.getMostSignificantBits());
    header.set(
        GraphFileLayout.LONG_BIG, GraphFileLayout.UUID_AT + 8L, uuid.getLeastSignificantBits());
    header.set(INT, GraphFileLayout.CONNECTIONS_AT, params.maxConnections());
    header.set(INT, GraphFileLayout.EF_AT, params.efConstruction());
    header.set(INT, GraphFileLayout.LAYERS_AT, params.maxLayer());
    header.set(INT, GraphFileLayout.SEVERED_AT, severed ? 1 : 0);
    header.set(LONG, GraphFileLayout.SEED_AT, params.seed());
    header.set(INT, GraphFileLayout.BOUND_AT, bound);
    header.set(INT, GraphFileLayout.NODES_AT, nodes);
    header.set(LONG, GraphFileLayout.ENTRY_AT, entry());
    header.set(INT, GraphFileLayout.UPPER_NODES_AT, layout.upperNodes());
    header.set(INT, GraphFileLayout.UPPER_LISTS_AT, layout.upperLists());
    header.set(INT, GraphFileLayout.SUMS_CRC_AT, sumsCrc);
    header.set(INT, GraphFileLayout.HEADER_CRC_AT, Crc.of(header));
    return header;
  }

  /** The entry point, or the highest node written if the entry point is too new. */
  private long entry() {
    if (graph.isEmpty() || Graph.entryOrdinal(graph.entry()) < bound) {
      return graph.entry();
    }
    int best = -1;
    for (int ordinal : upperNodes) {
      if (best < 0 || graph.level(ordinal) > graph.level(best)) {
        best = ordinal;
      }
    }
    for (int ordinal = 0; best < 0 && ordinal < bound; ordinal++) {
      if (graph.contains(ordinal)) {
        best = ordinal;
      }
    }
    return best < 0 ? Graph.NO_ENTRY : Graph.packEntry(best, graph.level(best));
  }
}

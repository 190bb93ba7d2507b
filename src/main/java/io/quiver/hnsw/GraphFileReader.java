package io.quiver.hnsw;

import static io.quiver.hnsw.GraphFileLayout.INT;
import static io.quiver.hnsw.GraphFileLayout.LONG;

import io.quiver.core.QuiverException;
import io.quiver.disk.Crc;
import io.quiver.disk.DiskFile;
import io.quiver.disk.FileFault;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads one checkpoint; header and checksum table are checked when it is made. */
final class GraphFileReader implements Closeable {
  private final Path path;
  private final DiskFile file;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment header;
  private final GraphFileLayout layout;
  private final MemorySegment sums;

  /** Owns {@code file} from now on, also if it fails. */
  GraphFileReader(DiskFile file, Path path, UUID uuid) throws IOException {
    this.path = path;
    this.file = file;
    boolean ready = false;
    try {
      this.header = readHeader(uuid);
      this.layout = readLayout();
      checkCounts();
      this.sums = readSums();
      ready = true;
    } finally {
      if (!ready) {
        close();
      }
    }
  }

  private MemorySegment readHeader(UUID uuid) throws IOException {
    expectSize(GraphFileLayout.HEADER_BYTES);
    MemorySegment read = arena.allocate(GraphFileLayout.HEADER_BYTES, Long.BYTES);
    file.read(0, read);
    long magic = read.get(LONG, GraphFileLayout.MAGIC_AT);
    expect(GraphFileLayout.MAGIC_AT, "magic", hex(GraphFileLayout.MAGIC), hex(magic));
    int crc = read.get(INT, GraphFileLayout.HEADER_CRC_AT);
    read.set(INT, GraphFileLayout.HEADER_CRC_AT, 0);
    expect(GraphFileLayout.HEADER_CRC_AT, "header checksum", hex(Crc.of(read)), hex(crc));
    int version = read.get(INT, GraphFileLayout.VERSION_AT);
    expect(GraphFileLayout.VERSION_AT, "format version", GraphFileLayout.VERSION, version);
    UUID found =
        new UUID(
            read.get(GraphFileLayout.LONG_BIG, GraphFileLayout.UUID_AT),
            read.get(GraphFileLayout.LONG_BIG, GraphFileLayout.UUID_AT + 8L));
    expect(GraphFileLayout.UUID_AT, "collection uuid", uuid, found);
    return read;
  }

  private GraphFileLayout readLayout() throws IOException {
    try {
      GraphParams params =
          new GraphParams(
              header.get(INT, GraphFileLayout.CONNECTIONS_AT),
              header.get(INT, GraphFileLayout.EF_AT),
              header.get(INT, GraphFileLayout.LAYERS_AT),
              header.get(LONG, GraphFileLayout.SEED_AT));
      return new GraphFileLayout(
          params,
          header.get(INT, GraphFileLayout.BOUND_AT),
          header.get(INT, GraphFileLayout.UPPER_NODES_AT),
          header.get(INT, GraphFileLayout.UPPER_LISTS_AT));
    } catch (QuiverException e) { // The checksum was right: written by something else than us.
      throw new GraphFileException(
          new FileFault(path, GraphFileLayout.CONNECTIONS_AT, "valid parameters", e.getMessage()));
    }
  }

  /** What the reading below, and every search, relies on. */
  private void checkCounts() throws IOException {
    int bound = layout.bound();
    int layers = layout.params().maxLayer();
    expectWithin(GraphFileLayout.BOUND_AT, "bound", bound, 0, Graph.ORDINALS_MAX);
    int nodes = header.get(INT, GraphFileLayout.NODES_AT);
    expectWithin(GraphFileLayout.NODES_AT, "nodes", nodes, 0, bound);
    expectWithin(GraphFileLayout.UPPER_NODES_AT, "upper nodes", layout.upperNodes(), 0, bound);
    long listsMax = (layers - 1L) * layout.upperNodes();
    expectWithin(GraphFileLayout.UPPER_LISTS_AT, "upper lists", layout.upperLists(), 0, listsMax);
    long entry = header.get(LONG, GraphFileLayout.ENTRY_AT);
    if (!Graph.isNone(entry)) {
      int at = GraphFileLayout.ENTRY_AT;
      expectWithin(at, "entry point", Graph.entryOrdinal(entry), 0, bound - 1L);
      expectWithin(at, "level of the entry point", Graph.entryLevel(entry), 0, layers - 1L);
    }
  }

  private MemorySegment readSums() throws IOException {
    expectSize(layout.fileBytes());
    MemorySegment read = read(layout.sumsAt(), layout.sumsBytes());
    int crc = header.get(INT, GraphFileLayout.SUMS_CRC_AT);
    expect(layout.sumsAt(), "checksum of the checksum table", hex(crc), hex(Crc.of(read)));
    return read;
  }

  private MemorySegment read(long position, long bytes) throws IOException {
    MemorySegment segment = arena.allocate(Math.max(1, bytes), Long.BYTES).asSlice(0, bytes);
    if (bytes > 0) {
      file.read(position, segment);
    }
    return segment;
  }

  private interface BaseLoader {
    MemorySegment load(long bytes, Arena arena) throws IOException;
  }

  /** Maps the base layer, reads the upper ones. The graph owns the mapping. */
  Graph open() throws IOException {
    return open(file::mapPrivate);
  }

  /** Reads all layers into the graph's memory. */
  Graph copy() throws IOException {
    return open((bytes, memory) -> {
      MemorySegment copy = memory.allocate(bytes, GraphFileLayout.HEADER_BYTES);
      file.read(0, copy);
      return copy;
    });
  }

  private Graph open(BaseLoader loader) throws IOException {
    List<FileFault> faults = verify(layout.baseBlocks(), layout.upperBlocks());
    if (!faults.isEmpty()) {
      throw new GraphFileException(faults.getFirst());
    }
    Graph graph = new Graph(layout.params());
    boolean ready = false;
    try {
      if (layout.bound() > 0) {
        MemorySegment mapped = loader.load(layout.upperAt(), graph.arena());
        graph.base().adopt(mapped.asSlice(layout.baseAt()), layout.bound());
      }
      readUpper(graph);
      graph.restored(
          layout.bound(),
          header.get(INT, GraphFileLayout.NODES_AT),
          header.get(INT, GraphFileLayout.SEVERED_AT) != 0);
      graph.setEntry(header.get(LONG, GraphFileLayout.ENTRY_AT));
      ready = true;
      return graph;
    } finally {
      if (!ready) {
        graph.close();
      }
    }
  }

  private void readUpper(Graph graph) throws IOException {
    MemorySegment part = read(layout.upperAt(), layout.upperBytes());
    UpperLayers upper = graph.upper();
    int[] links = new int[layout.params().linksMax(1)];
    long at = layout.upperNodeBytes();
    int lists = 0;
    int before = -1;
    for (int i = 0; i < layout.upperNodes(); i++) {
      int ordinal = part.get(INT, i * 8L);
      int level = part.get(INT, i * 8L + Integer.BYTES);
      long place = layout.upperAt() + i * 8L;
      expectWithin(place, "upper node", ordinal, before + 1L, layout.bound() - 1L);
      before = ordinal;
      expectWithin(place, "level of a node", level, 1, layout.params().maxLayer() - 1L);
      lists += level;
      expectWithin(place, "lists so far", lists, 1, layout.upperLists());
      upper.add(ordinal, level);
      for (int layer = 1; layer <= level; layer++) {
        int count = 0;
        while (count < links.length && part.get(INT, at + count * 4L) >= 0) {
          links[count] = part.get(INT, at + count * 4L);
          count++;
        }
        upper.lists.write(upper.index(ordinal, layer), links, count);
        at += upper.lists.strideBytes();
      }
    }
  }

  /** Blocks of both parts together. */
  int blocks() {
    return layout.blocks();
  }

  /** What is wrong with some blocks, which need not all exist. */
  List<FileFault> verify(int first, int count) throws IOException {
    List<FileFault> faults = new ArrayList<>();
    MemorySegment buffer = arena.allocate(GraphFileLayout.BLOCK_BYTES, Long.BYTES);
    int end = Math.min(layout.blocks(), first + count);
    for (int block = first; block < end; block++) {
      long at = layout.blockAt(block);
      MemorySegment slice = buffer.asSlice(0, layout.blockBytes(block));
      file.read(at, slice);
      int want = sums.get(INT, (long) block * Integer.BYTES);
      int got = Crc.of(slice);
      if (want != got) {
        faults.add(new FileFault(path, at, "block checksum " + hex(want), hex(got)));
      }
    }
    return faults;
  }

  private void expectSize(long bytes) throws IOException {
    if (file.size() < bytes) {
      throw new GraphFileException(
          new FileFault(
              path, file.size(), "file size of at least " + bytes, String.valueOf(file.size())));
    }
  }

  private void expectWithin(long offset, String what, long found, long low, long high)
      throws GraphFileException {
    if (found < low || found > high) {
      throw new GraphFileException(
          new FileFault(
              path, offset, "%s of %d to %d".formatted(what, low, high), String.valueOf(found)));
    }
  }

  private void expect(long offset, String what, Object expected, Object found)
      throws GraphFileException {
    if (!expected.equals(found)) {
      throw new GraphFileException(
          new FileFault(path, offset, what + " " + expected, String.valueOf(found)));
    }
  }

  private static String hex(int value) {
    return "0x%08x".formatted(value);
  }

  private static String hex(long value) {
    return "0x%016x".formatted(value);
  }

  @Override
  public void close() throws IOException {
    arena.close();
    file.close();
  }
}

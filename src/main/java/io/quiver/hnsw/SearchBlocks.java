package io.quiver.hnsw;

import io.quiver.quant.BlockReader;
import io.quiver.quant.ByteRows;
import io.quiver.quant.CodeBlocks;
import io.quiver.quant.CodeMemory;
import io.quiver.vectors.VectorSpace;
import java.util.Optional;

/**
 * A block of codes for each node, which is all that one step of a search reads ({@link
 * BlockSearcher}).
 *
 * <p>Thread safety: see {@link SearchForm}.
 *
 * <p>Invariants: {@code entry} has a block; when {@code coded} is n, every node below n has a block
 * whose links were its links after all nodes below n were in the graph, or are newer. Blocks of
 * nodes that left the graph stay as they were, for blocks that still link to them; all their rows
 * are dead.
 */
public final class SearchBlocks implements SearchForm {
  /** Blocks take more than five times the memory of bytes, and are worth more. */
  private static final int INSERT_SHARE = 6;

  private final Graph graph;
  private final VectorSpace rows;
  private final CodeMemory memory;
  private final Optional<InsertCodes> insertCodes;
  private final int[] links;
  private final BlockLinks leads;

  /** Made with the first block: most collections are too small for a graph. */
  private volatile Optional<CodeBlocks> blocks = Optional.empty();

  private boolean isRefused;
  private boolean isBusy;
  private int target;
  private int written;
  private int looked;
  private volatile int entry;
  private volatile int coded;

  /** No blocks yet; there never are any if the memory is not there. */
  SearchBlocks(Graph graph, VectorSpace rows, CodeMemory memory) {
    this.graph = graph;
    this.links = new int[graph.params().linksMax(0)];
    this.rows = rows;
    this.memory = memory;
    this.insertCodes =
        ByteRows.isPossible(rows.metric())
            ? Optional.of(
                new InsertCodes(
                    new ByteRows(rows, memory.part(INSERT_SHARE), graph.arena()),
                    SearchForm.fewest(rows)))
            : Optional.empty();
    this.leads = new BlockLinks(graph, rows, insertCodes);
  }

  @Override
  public int coded() {
    return coded;
  }

  /** Where searches begin. */
  int entry() {
    return entry;
  }

  /** A reader for the calling thread; once {@link #coded} was not 0. */
  public BlockReader reader() {
    return new BlockReader(blocks.orElseThrow());
  }

  @Override
  public long memoryBytes() {
    return blocks.map(CodeBlocks::memoryBytes).orElse(0L)
        + insertCodes.map(codes -> codes.codes().memoryBytes()).orElse(0L);
  }

  /** Bytes beside the blocks, as blocks are only there when everything is inserted. */
  @Override
  public Optional<InsertCodes> insertCodes() {
    return insertCodes;
  }

  @Override
  public synchronized void giveUp() {
    isRefused = true;
    isBusy = false;
    coded = 0;
  }

  @Override
  public synchronized void close() {
    giveUp();
    blocks.ifPresent(CodeBlocks::close);
    insertCodes.ifPresent(codes -> codes.codes().close());
  }

  @Override
  public synchronized boolean hasWork(int indexed) {
    return !isRefused && (isBusy || indexed > coded || graph.base().nextChanged(0, coded) >= 0);
  }

  /**
   * Writes up to {@code count} blocks, in rounds: first the new nodes, then the nodes whose links
   * changed until then; after the last of them the new nodes may be searched.
   */
  @Override
  public synchronized void work(int indexed, int count) {
    if (isRefused) {
      return;
    }
    if (blocks.isEmpty()) {
      blocks = Optional.of(new CodeBlocks(rows, links.length, memory, graph.arena()));
    }
    if (!isBusy) {
      isBusy = true;
      target = Math.max(coded, indexed);
      looked = 0;
    }
    for (int done = 0; done < count && isBusy; done++) {
      if (written < target) {
        encode(written++);
      } else {
        encodeNextChanged();
      }
    }
  }

  private void encodeNextChanged() {
    int changed = graph.base().nextChanged(looked, target);
    if (changed < 0) {
      long newest = graph.entry();
      if (!Graph.isNone(newest) && Graph.entryOrdinal(newest) < target) {
        entry = Graph.entryOrdinal(newest);
      }
      isBusy = false;
      coded = target;
      return;
    }
    looked = changed + 1;
    if (graph.contains(changed)) {
      encode(changed);
    } else {
      graph.base().clearChanged(changed);
    }
  }

  private void encode(int ordinal) {
    graph.base().clearChanged(ordinal);
    int count = leads.read(ordinal, target, links);
    if (!blocks.orElseThrow().encode(ordinal, links, count)) {
      giveUp();
    }
  }
}

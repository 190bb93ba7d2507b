package io.quiver.collection;

import io.quiver.core.Quantization;
import io.quiver.disk.Disk;
import io.quiver.disk.MappedFile;
import io.quiver.hnsw.Graph;
import io.quiver.hnsw.GraphBuilder;
import io.quiver.hnsw.GraphFile;
import io.quiver.hnsw.GraphRemap;
import io.quiver.hnsw.GraphRepair;
import io.quiver.hnsw.InsertContext;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Effort;
import io.quiver.query.Searchable;
import io.quiver.vectors.RowStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/**
 * Keeps a shard's graph up with its rows: published rows are inserted in the background, in slices.
 * Rows below {@link #indexed} are in the graph (or were dead before they got there); the others are
 * the tail that searches scan.
 *
 * <p>Thread safety: any thread. Slices run beside each other, each in its own slot; {@link #pause}
 * keeps them all out.
 *
 * <p>Invariants: {@code next} only grows, unless the graph is begun anew; a slot in use announces
 * its first ordinal before {@code next} passes it.
 */
final class ShardIndex {
  private static final System.Logger LOG = System.getLogger(ShardIndex.class.getName());
  private static final int CLAIM_ROWS = 16;
  private static final int SLICE_ROWS = 64;
  private static final int REPAIR_DEAD_MIN = 64;
  private static final int REPAIR_DEAD_SHARE = 10;

  private final RowStore rows;
  private final Indexing indexing;
  private final Tuning tuning;
  private final Quantization quantization;
  private final Semaphore running;
  private final InsertSlots slots;
  private volatile Upkeep upkeep;
  private final InsertContext[] contexts;
  private final List<Searched> replaced = new ArrayList<>();
  private volatile Searched searched;
  private GraphBuilder builder;
  private volatile GraphBacking backing = GraphBacking.memory();
  private volatile int next;
  private volatile ReadView published;
  private volatile boolean stopped;
  private volatile boolean failed;
  private int scheduled;
  private boolean isRebuilt; // And not in a file yet.

  /** An index of rows, of which those below {@code next} are in the graph. */
  ShardIndex(
      RowStore rows,
      ReadView view,
      Graph graph,
      int next,
      Quantization quantization,
      Environment environment) {
    this.rows = rows;
    this.published = view;
    this.quantization = quantization;
    this.indexing = environment.indexing();
    this.tuning = environment.tuning();
    this.next = next;
    int parallelism = indexing.parallelism();
    this.running = new Semaphore(parallelism, true); // Or slices would keep maintenance out.
    this.contexts = new InsertContext[parallelism];
    this.slots = new InsertSlots(parallelism);
    this.upkeep = new Upkeep(this, indexing);
    use(graph);
  }

  private void use(Graph graph) {
    searched = Searched.of(graph, rows, indexing.codes(), quantization);
    builder = new GraphBuilder(graph, rows, searched.form().insertCodes());
  }

  static ShardIndex empty(
      RowStore rows, ReadView view, CollectionConfig config, Environment environment) {
    Graph graph = new Graph(Indexing.params(config.index()));
    return new ShardIndex(rows, view, graph, 0, config.quantization(), environment);
  }

  /** When opened: whether what is in its file is not this graph. */
  ShardIndex opened(GraphBacking from, boolean rebuilt) {
    backing = from;
    isRebuilt = rebuilt;
    return this;
  }

  /**
   * Maintenance only. Reads the file of the graph once; if it is damaged, the graph is built anew
   * while rows are scanned.
   */
  void verifyOnce(Disk disk) {
    backing.verifyOnce(disk).ifPresent(this::rebuild);
  }

  /** Where the present graph lies; to be asked for before {@link #graph}. */
  GraphBacking backing() {
    return backing;
  }

  /**
   * Maintenance only, after the rows were found to be there: builds the graph anew if its file was
   * shortened.
   *
   * @throws InternalError what index threads met, if it was not the graph
   */
  void expectWhole(Disk disk) throws IOException {
    backing.whyLost(disk).ifPresent(this::rebuild);
  }

  /** Maintenance only. Builds the graph anew, while rows are scanned. */
  void rebuild(String why) {
    LOG.log(System.Logger.Level.WARNING, "the graph is built anew: {0}", why);
    pause();
    try {
      replaced.add(searched); // Searches may be in it.
      next = 0; // First: who sees the new graph sees that it is empty.
      Arrays.fill(contexts, null);
      use(new Graph(graph().params()));
      backing = GraphBacking.memory();
      isRebuilt = true;
    } finally {
      resume();
    }
    schedule();
  }

  /**
   * For searches, to be asked for before {@link #indexed(ReadView)}; the generation keeps its
   * memory.
   */
  Searched searched() {
    return searched;
  }

  Graph graph() {
    return searched.graph();
  }

  /**
   * All rows of the view below are in the graph, except dead ones; 0 = there is no graph to use.
   */
  int indexed(ReadView view) {
    return failed || backing.isLost() || view.count() < tuning.graphRowsMin()
        ? 0
        : Math.min(indexed(), view.count());
  }

  /** Maintenance only. Whether the graph is built anew, and what is in its file is not it. */
  boolean isRebuilt() {
    return isRebuilt;
  }

  int indexed() {
    return slots.least(next); // Next is read before the slots: see the invariant.
  }

  /** Changes whenever a checkpoint would write another graph. */
  int progress() {
    return next;
  }

  /** Live rows that a search has to scan because the graph is not there yet. */
  int unindexed(ReadView view) {
    if (view.count() < tuning.graphRowsMin()) {
      return 0;
    }
    int indexed = indexed(view);
    return view.count() - indexed - (view.dead().count() - view.dead().countBelow(indexed));
  }

  /** The writer published rows: lets slices run if there are enough. */
  void rowsPublished(ReadView view) {
    published = view;
    schedule();
  }

  /** The same for an index that is not the shard's yet: views may come late. */
  synchronized void follow(ReadView view) {
    published = view.lsn() > published.lsn() ? view : published;
    schedule();
  }

  synchronized void schedule() {
    int tail = published.count() - next;
    if (stopped || failed || backing.isLost() || published.count() < tuning.graphRowsMin()) {
      return;
    }
    if (tail <= 0 && scheduled == 0) {
      upkeep.schedule(); // A row more in the graph is worth more than any code.
    }
    int wanted = Math.min(contexts.length, (tail + SLICE_ROWS - 1) / SLICE_ROWS);
    while (scheduled < wanted) {
      scheduled++;
      indexing.submit(this::slice);
    }
  }

  /** Runs something in an index thread while {@link #pause} is kept waiting. */
  void runUnlessStopped(Runnable work) {
    running.acquireUninterruptibly();
    try {
      if (!stopped) {
        work.run();
      }
    } finally {
      running.release();
    }
    schedule();
  }

  /** What a search of all rows there are reads. */
  Searchable searchable() {
    return searchable(published);
  }

  Searchable searchable(ReadView view) {
    Searched now;
    int indexed;
    do { // Of one graph: another may take its place between the two.
      now = searched;
      indexed = indexed(view);
    } while (now.graph() != graph());
    return new Searchable(
        rows, now.graph(), now.form(), indexed, view.count(), view.live(), view.dead());
  }

  /** See {@link Upkeep#ef}. */
  int ef(Effort effort, int asked, int usual, int window) {
    return upkeep.ef(effort, asked, usual, window);
  }

  private void slice() {
    runUnlessStopped(() -> {
      try {
        runSlice();
      } finally {
        synchronized (this) {
          scheduled--;
        }
      }
    });
  }

  private void runSlice() {
    int slot = claimSlot();
    try {
      for (int done = 0; done < SLICE_ROWS && !stopped; done += CLAIM_ROWS) {
        insertClaim(slot);
      }
    } catch (RuntimeException | Error e) {
      if (e instanceof InternalError fault && MappedFile.isPageFault(e)) {
        backing.pageFault(fault); // Maintenance looks which file it was.
        return;
      }
      failed = true;
      stopped = true;
      LOG.log(System.Logger.Level.ERROR, "a graph insert failed; rows are scanned instead", e);
    } finally {
      slots.release(slot);
    }
  }

  private synchronized int claimSlot() {
    return slots.claim(next);
  }

  private void insertClaim(int slot) {
    ReadView view;
    int first;
    int end;
    synchronized (this) {
      view = published;
      first = next;
      end = Math.max(first, Math.min(first + CLAIM_ROWS, view.count()));
      slots.announce(slot, first);
      next = end;
    }
    if (contexts[slot] == null) {
      contexts[slot] = builder.context();
    }
    for (int ordinal = first; ordinal < end; ordinal++) {
      if (!view.dead().contains(ordinal)) {
        builder.insert(ordinal, contexts[slot]);
      }
    }
  }

  /** Waits for the running slices and keeps new ones waiting, until {@link #resume}. */
  void pause() {
    running.acquireUninterruptibly(contexts.length);
  }

  void resume() {
    running.release(contexts.length);
  }

  /** Takes dead rows out of the graph when there are enough. Maintenance only. */
  boolean repairIfWorthIt(ReadView view) {
    int indexed = indexed();
    int dead = graph().nodes() - (indexed - view.dead().countBelow(indexed));
    if (dead < REPAIR_DEAD_MIN || dead * (long) REPAIR_DEAD_SHARE < graph().nodes()) {
      return false;
    }
    repair(view);
    return true;
  }

  /** Takes all dead rows out of the graph. Maintenance only; searches go on beside it. */
  void repair(ReadView view) {
    GraphRepair.consolidate(graph(), rows, view.dead());
  }

  /**
   * Before the first row is published: takes over the graph of another generation, renumbered.
   *
   * @param view of the other generation: its dead rows leave its graph first
   * @param moved where each of its rows went, -1 = nowhere
   */
  void adopt(ShardIndex from, ReadView view, int[] moved) {
    from.repair(view);
    int below = Math.min(from.next, moved.length);
    int top = Arrays.stream(moved, 0, below).max().orElse(-1) + 1;
    Searched empty = searched;
    use(GraphRemap.remap(from.graph(), moved));
    backing = GraphBacking.memory();
    empty.close();
    next = top;
  }

  /**
   * While paused: writes the graph; durable when it returns. The file may get ahead of the manifest
   * if a crash falls between them: then the number of nodes tells.
   */
  WrittenGraph write(Disk disk, Path file, UUID uuid) throws IOException {
    if (failed || graph().nodes() == 0) {
      isRebuilt = false;
      return WrittenGraph.NOTHING;
    }
    GraphFile.write(disk, file, uuid, graph(), next);
    backing.replaced();
    isRebuilt = false;
    return new WrittenGraph(next, graph().nodes());
  }

  boolean hasFailed() {
    return failed || backing.isLost();
  }

  /** Maintenance only. Takes the graph of another index of the same rows, and ends that one. */
  void takeOver(ShardIndex fresh) {
    fresh.stop();
    pause();
    try {
      replaced.add(searched); // Searches may be in it.
      next = Math.min(next, fresh.next); // First: who still sees the old graph misses no row.
      Arrays.fill(contexts, null);
      builder = fresh.builder;
      searched = fresh.searched;
      backing = GraphBacking.memory();
      isRebuilt = true;
      upkeep = new Upkeep(this, indexing); // Of recall, too, it knows nothing yet.
    } finally {
      resume();
    }
    schedule();
  }

  /** Maintenance only, when no search can be in what was replaced. */
  void discardReplaced() {
    replaced.forEach(Searched::close);
    replaced.clear();
  }

  /** Running slices end soon; no new ones start. */
  void stop() {
    stopped = true;
    pause();
    resume();
  }

  /** Frees the graph; nobody may search any more. */
  void close() {
    searched.close();
    replaced.forEach(Searched::close);
  }
}

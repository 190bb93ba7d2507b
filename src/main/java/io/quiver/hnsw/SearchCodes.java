package io.quiver.hnsw;

import io.quiver.quant.ByteRows;
import io.quiver.quant.RowCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A code for each row in a graph. A row never changes, so its code never does, unless codes are
 * trained anew; links are read from the graph itself.
 *
 * <p>Thread safety: see {@link SearchForm}.
 *
 * <p>Invariant: every row below {@code ready.coded} has a code of {@code ready.codes}.
 */
public final class SearchCodes implements SearchForm {
  private final int fewest;
  private final List<RowCodes> all = new ArrayList<>();
  private Optional<Ready> renewing = Optional.empty();
  private boolean isRefused;
  private volatile Ready ready;

  /**
   * Codes that may be searched.
   *
   * @param coded rows below have one
   */
  public record Ready(RowCodes codes, int coded) {}

  /**
   * None yet.
   *
   * @param fewest rows for which there are codes
   */
  SearchCodes(RowCodes codes, int fewest) {
    this.fewest = Math.max(fewest, codes.rowsMin());
    this.ready = new Ready(codes, 0);
    all.add(codes);
  }

  @Override
  public int coded() {
    return ready.coded();
  }

  /** What a search has to read once and stay with. */
  public Ready ready() {
    return ready;
  }

  @Override
  public synchronized boolean hasWork(int indexed) {
    return !isRefused
        && indexed >= fewest
        && (indexed > ready.coded() || renewing.isPresent() || ready.codes().isOutgrown(indexed));
  }

  @Override
  public synchronized void work(int indexed, int count) {
    if (isRefused || indexed < fewest) {
      return;
    }
    if (renewing.isEmpty() && ready.codes().isOutgrown(indexed)) {
      renewing = Optional.of(new Ready(ready.codes().renewed(), 0));
      all.add(renewing.get().codes());
    }
    // While they are renewed, new rows wait for the new codes and are searched without any.
    Ready more = encode(renewing.orElse(ready), indexed, count);
    boolean hasCaughtUp = renewing.isEmpty() || more.coded() >= indexed;
    if (isRefused) {
      return;
    }
    if (hasCaughtUp) {
      ready = more;
      renewing = Optional.empty();
    } else {
      renewing = Optional.of(more);
    }
  }

  private Ready encode(Ready from, int indexed, int count) {
    int present = from.coded();
    int target = (int) Math.min(indexed, (long) present + count);
    while (present < target) {
      if (!from.codes().encode(present)) {
        giveUp();
        return from;
      }
      present++;
    }
    return new Ready(from.codes(), Math.max(present, from.coded()));
  }

  /** Searches and inserts share bytes; products are too coarse to choose neighbours by. */
  @Override
  public Optional<InsertCodes> insertCodes() {
    return ready.codes() instanceof ByteRows bytes
        ? Optional.of(new InsertCodes(bytes, fewest))
        : Optional.empty();
  }

  @Override
  public synchronized long memoryBytes() {
    return all.stream().mapToLong(RowCodes::memoryBytes).sum();
  }

  @Override
  public synchronized void giveUp() {
    isRefused = true;
    ready = new Ready(ready.codes(), 0);
  }

  @Override
  public synchronized void close() {
    giveUp();
    all.forEach(RowCodes::close);
  }
}

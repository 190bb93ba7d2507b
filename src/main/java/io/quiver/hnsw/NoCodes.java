package io.quiver.hnsw;

import java.util.Optional;

/** Searches read rows: codes are not wanted, do not pay or cannot be had on this machine. */
public record NoCodes() implements SearchForm {
  @Override
  public int coded() {
    return 0;
  }

  @Override
  public boolean hasWork(int indexed) {
    return false;
  }

  @Override
  public void work(int indexed, int count) {}

  @Override
  public Optional<InsertCodes> insertCodes() {
    return Optional.empty();
  }

  @Override
  public long memoryBytes() {
    return 0;
  }

  @Override
  public void giveUp() {}

  @Override
  public void close() {}
}

package io.quiver.collection;

import io.quiver.message.KeyWrite;

/** Writes of a collection that look at what is there. Its one writer. */
public final class RowWrites {
  private RowWrites() {}

  /**
   * As {@link Collection#prepare(io.quiver.message.WriteVectors)}.
   *
   * @throws io.quiver.core.QuiverException if the write is refused; then nothing changed
   * @throws UndecidedException if that depends on a write prepared before it; nothing changed
   */
  public static PreparedWrite prepare(Collection collection, KeyWrite write) {
    OpenCollection present = collection.opened();
    return collection.reading(() -> present.writer().prepare(write));
  }
}

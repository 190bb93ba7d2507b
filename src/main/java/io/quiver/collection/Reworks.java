package io.quiver.collection;

import io.quiver.message.IndexParams;
import io.quiver.message.IndexWork;
import io.quiver.message.IndexWork.Kind;
import java.util.Optional;

/** Begins work on a collection that maintenance does in the background. Any thread. */
public final class Reworks {
  private Reworks() {}

  /**
   * Builds the graph anew beside the present one.
   *
   * @param index how; empty = as before
   * @throws io.quiver.core.QuiverException CONFLICT if something is under way
   */
  public static IndexWork rebuild(Collection collection, Optional<IndexParams> index) {
    Rework rework = collection.opened().rework();
    rework.start(Kind.REBUILD, index.orElseGet(rework::params));
    return rework.status();
  }

  /** Rewrites the rows without those that are dead; throws the same. */
  public static IndexWork compact(Collection collection) {
    Rework rework = collection.opened().rework();
    rework.start(Kind.COMPACT, rework.params());
    return rework.status();
  }

  /** How far it is. */
  public static IndexWork status(Collection collection) {
    collection
        .fault()
        .ifPresent(reason -> {
          throw reason;
        });
    return collection.isOpen() ? collection.opened().rework().status() : IndexWork.NONE;
  }
}

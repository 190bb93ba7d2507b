package io.quiver.message;

import io.quiver.core.CollectionName;

/**
 * A request about one collection, which clients may name by an alias.
 *
 * @param <Q> the request's own type
 */
public interface OfCollection<Q> {
  CollectionName collection();

  /** The same request about a collection of another name. */
  Q at(CollectionName other);
}

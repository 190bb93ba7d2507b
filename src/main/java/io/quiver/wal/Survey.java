package io.quiver.wal;

import java.util.Set;
import java.util.UUID;

/**
 * What the whole records and marks of a log say of the others.
 *
 * @param collections everybody with a whole record
 * @param settledLsn no record up to this number is needed by anybody; 0 = the log does not say
 */
public record Survey(Set<UUID> collections, long settledLsn) {
  public Survey {
    collections = Set.copyOf(collections);
  }
}

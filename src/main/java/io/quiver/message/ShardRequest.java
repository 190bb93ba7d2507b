package io.quiver.message;

import io.quiver.core.CollectionName;

/** What is put to every shard of a collection, and whose answers are merged by distance. */
public sealed interface ShardRequest extends Request
    permits SearchVectors, SearchByExamples, SearchVersions {
  CollectionName collection();

  int limit();

  int offset();

  long deadlineMillis();

  /** How many candidates each shard has to gather. */
  default int window() {
    return limit() + offset();
  }
}

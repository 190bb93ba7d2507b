package io.quiver.api;

import io.quiver.core.DenseVector;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What can be done over REST, gRPC and the bus. A front is used by one thread. Reads must be
 * answered: they fail the test if not.
 */
interface Front {
  /** One row; the value names it, and its vector and metadata follow from both. */
  record Row(String id, String value) {}

  /** What the server said: did it, refused it with no effect, or nothing that settles it. */
  enum Outcome {
    DONE,
    REFUSED,
    UNKNOWN
  }

  /** A row as it was read; NONE for a vector where an interface gives none out. */
  record Found(Row row, DenseVector vector) {}

  /** gRPC has no upsert, deletes one row a request, and reads none by its id. */
  boolean hasEverything();

  Outcome create(String collection, int dimension, String metric, int shards);

  Outcome drop(String collection);

  /** Never overwrites; several rows are one batch, all or nothing. */
  Outcome insert(String collection, List<Row> rows);

  /** Replaces or inserts, all or nothing. */
  Outcome upsert(String collection, List<Row> rows);

  /** Refused if there is no such row. */
  Outcome update(String collection, Row row);

  /** Takes rows away as one; those that are not there do no harm. */
  Outcome delete(String collection, List<String> ids);

  Set<String> collections();

  long count(String collection);

  /** Reads a row by its id. */
  boolean has(String collection, String id);

  /** The nearest rows, nearest first; all rows are compared, never the graph alone. */
  List<Found> scan(String collection, float[] query, int limit);

  /** The nearest row as the graph finds it. */
  Optional<Found> nearest(String collection, float[] query);
}

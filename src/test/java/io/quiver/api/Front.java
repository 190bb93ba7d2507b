package io.quiver.api;

import java.util.List;

/** The writes that both APIs have. A front is used by one thread. */
interface Front {
  /** One row; the value names it, and its vector and metadata follow from both. */
  record Row(String id, String value) {}

  /** What the server said: did it, refused it with no effect, or nothing that settles it. */
  enum Outcome {
    DONE,
    REFUSED,
    UNKNOWN
  }

  Outcome create(String collection, int dimension, String metric, int shards);

  Outcome drop(String collection);

  /** Never overwrites; several rows are one batch, all or nothing. */
  Outcome insert(String collection, List<Row> rows);

  /** Refused if there is no such row. */
  Outcome update(String collection, Row row);

  /** Takes rows away as one; those that are not there do no harm. */
  Outcome delete(String collection, List<String> ids);
}

package io.quiver.metadata;

import io.quiver.core.Metadata;
import java.io.IOException;

/**
 * Something derived from the metadata of one shard's rows, which come in the order of their
 * ordinals. After a failure it is of no use.
 *
 * <p>Thread safety: one thread at a time adds, publishes and tidies; any thread searches what was
 * published.
 */
public interface RowIndex extends AutoCloseable {
  /** Adds the row of the next ordinal. */
  void add(Metadata metadata) throws IOException;

  /** The row of the next ordinal is dead: it need not be found. */
  void skip() throws IOException;

  /** Rows added so far: the next one has this ordinal. */
  int count();

  /** Lets searches see all rows that were added. */
  void publish() throws IOException;

  /** Does some work that makes searches faster; returns whether there may be more. */
  boolean tidy() throws IOException;

  /** Bytes of heap as of the last {@link #publish}. */
  long memoryBytes();

  /** Nobody searches or adds any more. */
  @Override
  void close();
}

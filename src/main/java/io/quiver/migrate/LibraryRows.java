package io.quiver.migrate;

import io.quiver.core.Metric;
import java.util.List;

/**
 * The rows of a directory that an embedded library wrote. Nothing in the directory is changed. A
 * row that cannot be read whole is left out and told; the rest goes on. Belongs to one thread.
 */
public interface LibraryRows extends VectorReader {
  /** Problems that are told one by one; of the others only the number. */
  int PROBLEMS_MAX = 10;

  /** Components of every row. */
  int dimension();

  /** The metric that the library searched by. */
  Metric metric();

  /** Rows that were left out so far; all of them once {@link #next} has come to the end. */
  long refused();

  /** The first of {@link #refused()}, with file and place. */
  List<String> problems();

  /** What else the user should know of the directory: what is not read, and why. */
  List<String> notes();
}

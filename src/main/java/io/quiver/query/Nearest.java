package io.quiver.query;

import io.quiver.core.DenseVector;
import io.quiver.core.OrdinalSet;
import io.quiver.message.Effort;
import java.util.Optional;

/**
 * Which rows a search is to find: the nearest {@code k} to a vector, of all live rows or of those
 * that are allowed.
 *
 * @param ef candidates to keep in the graph, at least {@code k} of them are
 * @param exact every row that may be found is compared
 * @param effort of what codes found
 * @param allowed rows that may be found; those that are dead or not in the view never are
 */
public record Nearest(
    DenseVector vector, int k, int ef, boolean exact, Effort effort, Optional<OrdinalSet> allowed) {

  /** Of all rows, as the engine does it when nobody says more. */
  public static Nearest of(DenseVector vector, int k, int ef) {
    return new Nearest(vector, k, ef, false, Effort.DEFAULT, Optional.empty());
  }

  /** The same to another vector. */
  Nearest to(DenseVector other) {
    return new Nearest(other, k, ef, exact, effort, allowed);
  }

  /** The same by comparing every row that may be found. */
  public Nearest exactly() {
    return new Nearest(vector, k, ef, true, effort, allowed);
  }

  /** The same among these rows only; empty = all. */
  public Nearest among(Optional<OrdinalSet> rows) {
    return new Nearest(vector, k, ef, exact, effort, rows);
  }
}

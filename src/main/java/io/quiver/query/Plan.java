package io.quiver.query;

/**
 * How a search was done, for whoever wants it explained.
 *
 * @param way what was chosen in the end
 * @param matches live rows that might be returned
 * @param live rows there are
 * @param scanRowsMax up to so many matches would have been scanned rather than walked to: the
 *     estimate that decided; 0 = none was needed
 * @param opened nodes of the graph's base layer that were opened; of a search without a filter they
 *     are not counted
 * @param scored rows that were scored one by one, by codes or by themselves, those of a search of
 *     the graph without a filter and of upper layers not counted
 * @param walkNanos time in the graph, until it was left
 * @param scanNanos time for the rest: scans, and scoring again what codes found
 */
public record Plan(
    Way way,
    int matches,
    int live,
    int scanRowsMax,
    long opened,
    long scored,
    long walkNanos,
    long scanNanos) {
  /** What a search may do. */
  public enum Way {
    /** Nothing matches. */
    NOTHING,
    /** Every row that may be returned was compared. */
    SCAN,
    /** Every match was compared by its code, and the best of them by themselves. */
    CODE_SCAN,
    /** The graph was searched without a filter. */
    GRAPH,
    /** The graph was walked from match to match. */
    FILTERED_WALK
  }
}

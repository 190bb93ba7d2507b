package io.quiver.message;

import io.quiver.core.Required;

/**
 * How one shard was searched.
 *
 * @param way what was chosen in the end
 * @param source who said which rows the filter means
 * @param indexedRows rows that the index of fields knew when it was asked; 0 = it was not
 * @param filterRowsRead rows whose metadata or ids were read for the filter
 * @param matches live rows that might be returned
 * @param live rows there are
 * @param scanRowsMax up to so many matches would have been scanned rather than walked to; 0 = no
 *     such estimate was needed
 * @param opened nodes of the graph that were opened under a filter
 * @param scored rows that were scored one by one
 * @param filterNanos time to find out which rows the filter means
 * @param walkNanos time in the graph
 * @param scanNanos time for scans, and for scoring again what codes found
 * @param readNanos time to read what is returned of the rows
 */
public record ShardPlan(
    Way way,
    FilterSource source,
    int indexedRows,
    int filterRowsRead,
    int matches,
    int live,
    int scanRowsMax,
    long opened,
    long scored,
    long filterNanos,
    long walkNanos,
    long scanNanos,
    long readNanos) {
  public ShardPlan {
    Required.value("way", way);
    Required.value("source", source);
  }

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

  /** Who said which rows a filter means. */
  public enum FilterSource {
    /** There is no filter. */
    NONE,
    /** It is known from the last time: nothing was written since. */
    KEPT,
    /** The index of fields, or the table of ids. */
    INDEX,
    /** The index for some rows, the rows themselves for others. */
    INDEX_AND_ROWS,
    /** Every row was read. */
    ROWS
  }
}

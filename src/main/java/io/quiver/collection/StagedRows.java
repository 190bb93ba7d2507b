package io.quiver.collection;

import io.quiver.message.Row;
import java.util.List;

/**
 * Rows of one write that were written to one shard's files and wait to be published.
 *
 * @param first ordinal of the first row; the others follow
 */
record StagedRows(int shard, int first, List<Row> rows) {}

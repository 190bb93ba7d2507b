package io.quiver.message;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Figures of one collection, counted, never estimated.
 *
 * @param vectorCount live rows
 * @param indexBytes bytes of the graph in memory
 * @param memoryBytes bytes of memory this collection holds beside the page cache
 * @param deletedRows rows that were deleted or replaced and wait for compaction
 * @param unindexedRows live rows that are scanned because the graph does not have them yet
 * @param codedRows rows that searches find by codes, dead ones included; the others are read
 * @param appliedLsn log sequence number of the last write that searches see
 * @param checkpointLsn log sequence number up to which the files need no log
 * @param memoryByComponent bytes by component, e.g. {@code graph}, {@code ids}, {@code rows}
 * @param diskByComponent bytes by file kind, e.g. {@code vectors.bin}
 */
public record CollectionStats(
    long vectorCount,
    long indexBytes,
    long memoryBytes,
    long deletedRows,
    long unindexedRows,
    long codedRows,
    long appliedLsn,
    long checkpointLsn,
    Map<String, Long> memoryByComponent,
    Map<String, Long> diskByComponent) {
  public CollectionStats {
    memoryByComponent = Collections.unmodifiableMap(new TreeMap<>(memoryByComponent));
    diskByComponent = Collections.unmodifiableMap(new TreeMap<>(diskByComponent));
  }

  public long diskBytes() {
    return diskByComponent.values().stream().mapToLong(Long::longValue).sum();
  }
}

/** Rows by ordinal: memory-mapped vectors, their ids and metadata, tombstones, and scorers. */
package io.quiver.vectors;

/**
 * The log that every write goes through: records in segments, group commit, torn tails. It knows
 * neither messages nor collections: a record is a collection's uuid and bytes.
 */
package io.quiver.wal;

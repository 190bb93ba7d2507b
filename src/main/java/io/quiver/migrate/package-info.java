/**
 * Readers of the files that other systems and data sets bring: rows, one after another, with the
 * position of whatever is wrong in them.
 */
package io.quiver.migrate;

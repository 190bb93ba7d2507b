/** The data directory: which collections there are, and the log they share. */
package io.quiver.catalog;

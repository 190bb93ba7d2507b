/**
 * Which rows are meant: one sealed tree for every dialect of filters, the parsers of the dialects,
 * and what each condition says of one metadata document. The truth table is {@code
 * docs/filters.md}; an index has to give the answers of it.
 */
package io.quiver.filter;

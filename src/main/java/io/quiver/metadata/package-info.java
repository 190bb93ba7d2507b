/**
 * What is derived from the metadata of rows, so that it can be searched: text by BM25. Nothing here
 * is the truth: it is built of the rows, and built anew when it is lost. The one home of Lucene.
 */
package io.quiver.metadata;

package io.quiver.metadata;

import io.quiver.core.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;

/**
 * Searches the texts of several shards as one: the statistics are of all of them together, so a
 * score does not depend on which rows lie beside each other.
 */
public final class TextSearch {
  private TextSearch() {}

  /**
   * The texts of one shard.
   *
   * @param rows the first so many rows are searched
   * @param passes of those, rows for which it says no are not there
   */
  public record Part(TextIndex index, int rows, IntPredicate passes) {}

  /**
   * Finds the rows that score best.
   *
   * @param paths the fields to search; a row's score is the sum of its scores in them
   * @param window how many
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED; INVALID_ARGUMENT for a query that
   *     becomes too large, or a field that not all of the index has
   */
  public static TextMatches run(
      List<Part> parts, TextQuery query, List<String> paths, int window, Deadline deadline)
      throws IOException {
    List<DirectoryReader> readers = new ArrayList<>();
    try {
      for (Part part : parts) {
        readers.add(part.index().reader());
      }
      return run(parts, readers, query, paths, window, deadline);
    } finally {
      for (DirectoryReader reader : readers) {
        reader.decRef();
      }
    }
  }

  private static TextMatches run(
      List<Part> parts,
      List<DirectoryReader> readers,
      TextQuery query,
      List<String> paths,
      int window,
      Deadline deadline)
      throws IOException {
    int[] starts = new int[parts.size()];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + readers.get(i - 1).maxDoc();
    }
    IndexSearcher searcher =
        new IndexSearcher(new MultiReader(readers.toArray(IndexReader[]::new), false));
    searcher.setQueryCache(null);
    searcher.setSimilarity(TextIndex.BM25);
    searcher.setTimeout(deadline::passed);
    List<TextFields> fields = parts.stream().map(part -> part.index().fields()).toList();
    Query asked = new LuceneQueries(fields, paths).of(query, searcher);
    BestRows.Found found =
        new BestRows(searcher, asked, document -> passes(parts, starts, document)).collect(window);
    if (searcher.timedOut()) {
      throw deadline.exceeded();
    }
    return new TextMatches(found.documents(), found.scores(), starts);
  }

  private static boolean passes(List<Part> parts, int[] starts, int document) {
    int number = TextMatches.part(starts, document);
    Part part = parts.get(number);
    int ordinal = document - starts[number];
    return ordinal < part.rows() && part.passes().test(ordinal);
  }
}

package io.quiver.metadata;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import io.quiver.filter.FilterValue;
import java.io.IOException;
import java.util.function.ObjLongConsumer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;

/** Counts the rows that have each value of a field, by its terms. For one thread. */
final class FieldValues {
  /** Terms looked at between two looks at the clock. */
  private static final int BLOCK_TERMS = 256;

  private final DirectoryReader reader;
  private final OrdinalSet rows;
  private final boolean isEveryRow;
  private final Deadline deadline;
  private PostingsEnum postings;

  /**
   * Counts some rows.
   *
   * @param rows whose values the terms tell, all of them below the reader's bound
   */
  FieldValues(DirectoryReader reader, OrdinalSet rows, Deadline deadline) {
    this.reader = reader;
    this.rows = rows;
    this.isEveryRow = rows.count() == reader.maxDoc();
    this.deadline = deadline;
  }

  /**
   * Tells of every value how many of the rows have it; of the same one perhaps several times.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  void each(String path, ObjLongConsumer<FilterValue> found) throws IOException {
    for (LeafReaderContext part : reader.leaves()) {
      Terms terms = part.reader().terms(FieldTerms.terms(path));
      TermsEnum each = terms == null ? TermsEnum.EMPTY : terms.iterator();
      int seen = 0;
      for (BytesRef term = each.next(); term != null; term = each.next()) {
        if (seen++ % BLOCK_TERMS == 0) {
          deadline.check();
        }
        if (FieldTerms.isScalar(term)) {
          long count = isEveryRow ? each.docFreq() : count(each, part.docBase);
          if (count > 0) {
            found.accept(FieldTerms.scalar(term), count);
          }
        }
      }
    }
  }

  private long count(TermsEnum term, int first) throws IOException {
    postings = term.postings(postings, PostingsEnum.NONE);
    long count = 0;
    for (int row = postings.nextDoc();
        row != DocIdSetIterator.NO_MORE_DOCS;
        row = postings.nextDoc()) {
      count += rows.contains(first + row) ? 1 : 0;
    }
    return count;
  }
}

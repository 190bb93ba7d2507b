package io.quiver.metadata;

import io.quiver.core.Deadline;
import io.quiver.core.OrdinalSet;
import java.io.IOException;
import java.util.function.Predicate;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.StringHelper;

/** Sets of rows that one reader has for queries. For one thread. */
final class RowQueries {
  /** Terms looked at between two looks at the clock. */
  private static final int BLOCK_TERMS = 1_024;

  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final Deadline deadline;

  RowQueries(DirectoryReader reader, Deadline deadline) {
    this.reader = reader;
    this.deadline = deadline;
    searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
  }

  /** All rows with a term. */
  OrdinalSet rows(String field, BytesRef term) throws IOException {
    return rows(new TermQuery(new Term(field, term)));
  }

  /** All rows that a query finds. */
  OrdinalSet rows(Query query) throws IOException {
    long[] words = new long[OrdinalSet.wordsOf(reader.maxDoc())];
    FixedBitSet bits = new FixedBitSet(words, reader.maxDoc());
    Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
    for (LeafReaderContext part : reader.leaves()) {
      Scorer scorer = weight.scorer(part);
      if (scorer != null) {
        put(scorer.iterator(), part, bits);
      }
    }
    return OrdinalSet.owning(words, reader.maxDoc());
  }

  /**
   * All rows with a term that begins so and passes.
   *
   * @param passes takes a term that is valid during the call
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  OrdinalSet rows(String field, BytesRef beginning, Predicate<BytesRef> passes) throws IOException {
    long[] words = new long[OrdinalSet.wordsOf(reader.maxDoc())];
    FixedBitSet bits = new FixedBitSet(words, reader.maxDoc());
    PostingsEnum rows = null;
    for (LeafReaderContext part : reader.leaves()) {
      Terms terms = part.reader().terms(field);
      TermsEnum each = terms == null ? TermsEnum.EMPTY : terms.iterator();
      int seen = 0;
      boolean goesOn = each.seekCeil(beginning) != TermsEnum.SeekStatus.END;
      while (goesOn && startsWith(each.term(), beginning)) {
        if (passes.test(each.term())) {
          rows = each.postings(rows, PostingsEnum.NONE);
          put(rows, part, bits);
        }
        if (++seen % BLOCK_TERMS == 0) {
          deadline.check();
        }
        goesOn = each.next() != null;
      }
    }
    return OrdinalSet.owning(words, reader.maxDoc());
  }

  private static void put(DocIdSetIterator rows, LeafReaderContext part, FixedBitSet into)
      throws IOException {
    if (rows.docID() < 0) {
      rows.nextDoc();
    }
    rows.intoBitSet(DocIdSetIterator.NO_MORE_DOCS, into, -part.docBase);
  }

  private static boolean startsWith(BytesRef term, BytesRef beginning) {
    return StringHelper.startsWith(term, beginning);
  }
}

package io.quiver.metadata;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.FilterCollector;
import org.apache.lucene.search.FilterLeafCollector;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.search.TopScoreDocCollectorManager;

/** Collects the rows that score best among those that pass, and all that tie with the last. */
final class BestRows {
  private final IndexSearcher searcher;
  private final Query query;
  private final IntPredicate passes;

  BestRows(IndexSearcher searcher, Query query, IntPredicate passes) {
    this.searcher = searcher;
    this.query = query;
    this.passes = passes;
  }

  /** What was collected, best first. */
  @SuppressWarnings("ArrayRecordComponent") // Handed over, and never kept.
  record Found(int[] documents, float[] scores) {
    int count() {
      return documents.length;
    }
  }

  Found collect(int window) throws IOException {
    int rows = Math.max(1, Math.min(window, searcher.getIndexReader().maxDoc()));
    ScoreDoc[] best = searcher.search(query, new Top(rows, passes)).scoreDocs;
    int[] documents = Arrays.stream(best).mapToInt(row -> row.doc).toArray();
    float[] scores = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      scores[i] = best[i].score;
    }
    Found found = new Found(documents, scores);
    boolean isCut = best.length == rows && rows < searcher.getIndexReader().maxDoc();
    return isCut && !searcher.timedOut() ? withTies(found) : found;
  }

  /** Which of the rows with the same score come first is not for their ordinals to decide. */
  private Found withTies(Found found) throws IOException {
    float last = found.scores()[found.count() - 1];
    int[] tied = searcher.search(query, new TiedRows(last, passes));
    int[] known = found.documents().clone();
    Arrays.sort(known);
    int[] others = Arrays.stream(tied).filter(row -> Arrays.binarySearch(known, row) < 0).toArray();
    int count = found.count() + others.length;
    int[] documents = Arrays.copyOf(found.documents(), count);
    float[] scores = Arrays.copyOf(found.scores(), count);
    System.arraycopy(others, 0, documents, found.count(), others.length);
    Arrays.fill(scores, found.count(), count, last);
    return new Found(documents, scores);
  }

  /** Lucene's own collector, which is not shown rows that do not pass. */
  private record Top(TopScoreDocCollectorManager manager, IntPredicate passes)
      implements CollectorManager<Top.Passing, TopDocs> {
    Top(int rows, IntPredicate passes) {
      this(new TopScoreDocCollectorManager(rows, rows), passes);
    }

    @Override
    public Passing newCollector() {
      return new Passing(manager.newCollector(), passes);
    }

    @Override
    public TopDocs reduce(Collection<Passing> collectors) throws IOException {
      List<TopScoreDocCollector> inside = new ArrayList<>();
      collectors.forEach(each -> inside.add(each.top));
      return manager.reduce(inside);
    }

    private static final class Passing extends FilterCollector {
      private final TopScoreDocCollector top;
      private final IntPredicate passes;

      Passing(TopScoreDocCollector top, IntPredicate passes) {
        super(top);
        this.top = top;
        this.passes = passes;
      }

      @Override
      public LeafCollector getLeafCollector(LeafReaderContext segment) throws IOException {
        int first = segment.docBase;
        return new FilterLeafCollector(super.getLeafCollector(segment)) {
          @Override
          public void collect(int doc) throws IOException {
            if (passes.test(first + doc)) {
              super.collect(doc);
            }
          }
        };
      }
    }
  }
}

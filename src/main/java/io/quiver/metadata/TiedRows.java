package io.quiver.metadata;

import java.io.IOException;
import java.util.Collection;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;

/** Collects the rows of one score. */
record TiedRows(float score, IntPredicate passes)
    implements CollectorManager<TiedRows.Equal, int[]> {
  @Override
  public Equal newCollector() {
    return new Equal(score, passes);
  }

  @Override
  public int[] reduce(Collection<Equal> collectors) {
    return collectors.stream().flatMapToInt(each -> each.found.build()).toArray();
  }

  static final class Equal extends SimpleCollector {
    private final IntStream.Builder found = IntStream.builder();
    private final float score;
    private final IntPredicate passes;
    private Scorable scorer;
    private int first;

    private Equal(float score, IntPredicate passes) {
      this.score = score;
      this.passes = passes;
    }

    @Override
    protected void doSetNextReader(LeafReaderContext segment) {
      first = segment.docBase;
    }

    @Override
    public void setScorer(Scorable present) {
      scorer = present;
    }

    @Override
    public void collect(int doc) throws IOException {
      if (scorer.score() == score && passes.test(first + doc)) {
        found.add(first + doc);
      }
    }

    @Override
    public ScoreMode scoreMode() {
      return ScoreMode.COMPLETE;
    }
  }
}

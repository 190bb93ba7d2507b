package io.quiver.collection;

import io.quiver.collection.NearRows.Near;
import io.quiver.core.VectorId;
import io.quiver.message.RerankedHits;
import io.quiver.message.SearchReranked;
import io.quiver.message.SearchVectors;
import io.quiver.query.Distances;
import io.quiver.query.Similarity;
import io.quiver.vectors.Scorer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Orders the nearest rows by their scores, or so that each is unlike those before it. */
final class RerankedSearch {
  private final HeldShards shards;
  private final SearchReranked asked;

  private RerankedSearch(HeldShards shards, SearchReranked asked) {
    this.shards = shards;
    this.asked = asked;
  }

  /** A row that may come back. */
  private record Candidate(Near row, VectorId id, double score) {
    static final Comparator<Candidate> BEST_FIRST =
        Comparator.comparingDouble(Candidate::score)
            .reversed()
            .thenComparing(each -> each.id().value());
  }

  static RerankedHits run(HeldShards shards, SearchReranked asked) throws IOException {
    shards.check(asked.search().vector());
    return new RerankedSearch(shards, asked).run();
  }

  private RerankedHits run() throws IOException {
    SearchVectors search = asked.search();
    List<Candidate> ordered = candidates();
    ordered.sort(Candidate.BEST_FIRST);
    if (asked.reranking().isDiverse()) {
      ordered = diverse(ordered, Math.min(search.window(), ordered.size()));
    }
    List<RerankedHits.Scored> hits = new ArrayList<>();
    int end = Math.min(search.window(), ordered.size());
    for (Candidate each : ordered.subList(Math.min(search.offset(), end), end)) {
      hits.add(new RerankedHits.Scored(shards.hit(each.row(), search), (float) each.score()));
    }
    return new RerankedHits(hits);
  }

  /** The nearest rows with their scores. */
  private List<Candidate> candidates() throws IOException {
    List<BoostReader> boosts = asked.reranking().boosts().stream().map(BoostReader::new).toList();
    NearRows nearest = shards.nearest(asked.search(), asked.candidates());
    List<Candidate> found = new ArrayList<>();
    for (int rank = 0; rank < nearest.size(); rank++) {
      Near row = nearest.get(rank);
      double score = Similarity.of(shards.config().metric(), row.distance());
      if (!boosts.isEmpty()) {
        byte[] metadata = shards.metadata(row).toUtf8();
        for (BoostReader boost : boosts) {
          score += boost.of(metadata);
        }
      }
      found.add(new Candidate(row, shards.id(row), score));
    }
    shards.deadline().check();
    return found;
  }

  /**
   * Maximal marginal relevance (Carbonell and Goldstein 1998): chooses one row after the other,
   * each time the one with the largest (1 − d) · score − d · similarity to the most similar of the
   * rows chosen before; of equal ones the better one, then by id.
   *
   * @param candidates best first
   */
  private List<Candidate> diverse(List<Candidate> candidates, int count) throws IOException {
    double diversity = asked.reranking().diversity();
    Likeness likeness = new Likeness(candidates);
    double[] nearest = new double[candidates.size()];
    Arrays.fill(nearest, Double.NEGATIVE_INFINITY);
    boolean[] taken = new boolean[candidates.size()];
    List<Candidate> chosen = new ArrayList<>();
    while (chosen.size() < count) {
      shards.deadline().check();
      int best = -1;
      double bestValue = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < taken.length; i++) {
        double value =
            chosen.isEmpty()
                ? candidates.get(i).score()
                : (1 - diversity) * candidates.get(i).score() - diversity * nearest[i];
        if (!taken[i] && (best < 0 || value > bestValue)) {
          best = i;
          bestValue = value;
        }
      }
      taken[best] = true;
      chosen.add(candidates.get(best));
      likeness.raise(candidates.get(best), nearest);
    }
    return chosen;
  }

  /** How alike candidates are. */
  private final class Likeness {
    private final List<Scorer> scorers = new ArrayList<>();

    /** Of each shard: which of its rows are candidates, and which of the candidates they are. */
    private final List<int[]> ordinals = new ArrayList<>();

    private final List<int[]> indexes = new ArrayList<>();

    Likeness(List<Candidate> candidates) {
      for (int each = 0; each < shards.count(); each++) {
        int shard = each;
        int[] own =
            IntStream.range(0, candidates.size())
                .filter(i -> candidates.get(i).row().shard() == shard)
                .toArray();
        indexes.add(own);
        ordinals.add(Arrays.stream(own).map(i -> candidates.get(i).row().ordinal()).toArray());
        scorers.add(shards.scorer(shard));
      }
    }

    /** Notes of every candidate how like this one it is, if it is more so than what is noted. */
    void raise(Candidate chosen, double[] nearest) throws IOException {
      Near row = chosen.row();
      float[] vector = shards.row(row.shard(), row.ordinal(), true, false).vector().toArray();
      for (int shard = 0; shard < scorers.size(); shard++) {
        int[] rows = ordinals.get(shard);
        float[] scores = new float[rows.length];
        scorers.get(shard).target(vector);
        scorers.get(shard).score(rows, rows.length, scores);
        for (int i = 0; i < rows.length; i++) {
          float distance = Distances.ofScore(shards.config().metric(), scores[i]);
          double similarity = Similarity.of(shards.config().metric(), distance);
          int index = indexes.get(shard)[i];
          nearest[index] = Math.max(nearest[index], similarity);
        }
      }
    }
  }
}

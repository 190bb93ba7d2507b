package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.OrdinalSet;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Effort;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchByExamples;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchOptions;
import io.quiver.message.SearchVectors;
import io.quiver.message.SearchVersions;
import io.quiver.message.ShardRequest;
import io.quiver.query.BestScore;
import io.quiver.query.Distances;
import io.quiver.query.Nearest;
import io.quiver.query.Plan;
import io.quiver.query.SearchSession;
import io.quiver.query.Searchable;
import io.quiver.vectors.Norms;
import io.quiver.vectors.RowStore;
import io.quiver.vectors.RowVersions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs a checked search on a held generation and reads the rows it found. */
final class ShardSearch {
  private final CollectionConfig config;
  private final Deadline deadline;
  private final ShardIndex index;
  private final Searchable rows;
  private final Wanted wanted;
  private final Optional<RowFilter.Resolved> resolved;
  private final Optional<OrdinalSet> allowed;
  private final RowVersions versions;
  private final List<Hit> hits = new ArrayList<>();

  /**
   * Which rows come back.
   *
   * @param window the nearest so many
   * @param without never these
   */
  private record Wanted(
      int window,
      int efSearch,
      boolean exact,
      boolean withVectors,
      boolean withMetadata,
      float maxDistance,
      Effort effort,
      Set<VectorId> without,
      Filter filter,
      boolean withVersions) {
    static Wanted of(SearchVectors search, boolean withVersions) {
      return new Wanted(
          search.window(),
          search.efSearch(),
          search.exact(),
          search.withVectors(),
          search.withMetadata(),
          search.maxDistance(),
          search.effort(),
          Set.of(),
          search.filter(),
          withVersions);
    }

    static Wanted of(SearchByExamples search) {
      SearchOptions options = search.options();
      return new Wanted(
          search.window(),
          options.efSearch(),
          options.exact(),
          options.withVectors(),
          options.withMetadata(),
          Float.POSITIVE_INFINITY,
          Effort.DEFAULT,
          new HashSet<>(search.without()),
          options.filter(),
          false);
    }

    /** So many have to be found, for some of them may be among those not wanted. */
    int candidates() {
      return window + without.size();
    }
  }

  private ShardSearch(CollectionConfig config, Generation held, Deadline deadline, Wanted wanted)
      throws IOException {
    this.config = config;
    this.deadline = deadline;
    this.wanted = wanted;
    this.versions = held.versions;
    this.index = held.index;
    ReadView view = held.view();
    this.rows = index.searchable(view);
    this.resolved =
        wanted.filter() instanceof Filter.All
            ? Optional.empty()
            : Optional.of(RowFilter.resolve(wanted.filter(), held, view, deadline));
    this.allowed = resolved.map(RowFilter.Resolved::rows);
  }

  static SearchHits run(
      CollectionConfig config, Generation held, ShardRequest request, Deadline deadline)
      throws IOException {
    return switch (request) {
      case SearchVectors search -> near(config, held, search, false, deadline);
      case SearchVersions(SearchVectors search) -> near(config, held, search, true, deadline);
      case SearchByExamples search -> {
        ExampleQuery.checkDimensions(config, search);
        ShardSearch run = new ShardSearch(config, held, deadline, Wanted.of(search));
        yield search.hasTarget() || search.strategy() == ExampleStrategy.AVERAGE_VECTOR
            ? run.near(ExampleQuery.of(config, search))
            : run.bestOf(search);
      }
    };
  }

  private static SearchHits near(
      CollectionConfig config,
      Generation held,
      SearchVectors search,
      boolean withVersions,
      Deadline deadline)
      throws IOException {
    check(config, search.vector());
    Wanted wanted = Wanted.of(search, withVersions);
    return new ShardSearch(config, held, deadline, wanted).near(search.vector());
  }

  /** The same, and says how it was done. */
  static ExplainedSearch.Of explain(
      CollectionConfig config, Generation held, SearchVectors search, Deadline deadline)
      throws IOException {
    check(config, search.vector());
    long start = System.nanoTime();
    ShardSearch run = new ShardSearch(config, held, deadline, Wanted.of(search, false));
    long resolved = System.nanoTime();
    SearchSession session = SearchSession.ofThread();
    Nearest sought = run.sought(search.vector());
    Plan plan = session.explain(run.rows, sought, deadline);
    long found = System.nanoTime();
    SearchHits hits = run.read(session, sought, session.found());
    return new ExplainedSearch.Of(
        hits.hits(),
        ExplainedSearch.plan(run.resolved, plan, resolved - start, System.nanoTime() - found));
  }

  private static void check(CollectionConfig config, DenseVector vector) {
    if (vector.dimension() != config.dimension()) {
      throw QuiverException.dimensionMismatch("vector", config.dimension(), vector.dimension());
    }
    Norms.check(vector, config.metric(), "vector");
  }

  private SearchHits near(DenseVector vector) throws IOException {
    SearchSession session = SearchSession.ofThread();
    Nearest sought = sought(vector);
    return read(session, sought, session.run(rows, sought, deadline));
  }

  private Nearest sought(DenseVector vector) {
    return new Nearest(vector, wanted.candidates(), ef(), wanted.exact(), wanted.effort(), allowed);
  }

  /** What the session found. */
  private SearchHits read(SearchSession session, Nearest sought, int found) throws IOException {
    for (int rank = 0; rank < found; rank++) {
      add(session.ordinal(rank), Distances.ofScore(config.metric(), session.score(rank)));
    }
    if (wanted.exact() && session.leftOutTies()) {
      float last = Distances.ofScore(config.metric(), session.score(found - 1));
      addTies(session.allTied(rows, sought, deadline), last);
    }
    return sorted();
  }

  private SearchHits bestOf(SearchByExamples search) throws IOException {
    BestScore best = new BestScore(rows, search.positive(), search.negative());
    int found = best.run(wanted.candidates(), ef(), wanted.exact(), allowed, deadline);
    for (int rank = 0; rank < found; rank++) {
      add(best.ordinal(rank), best.distance(rank));
    }
    return sorted();
  }

  private int ef() {
    int usual = config.index().efSearch();
    return index.ef(wanted.effort(), wanted.efSearch(), usual, wanted.candidates());
  }

  private SearchHits sorted() {
    hits.sort(Hit.NEAREST_FIRST);
    return new SearchHits(hits.subList(0, Math.min(wanted.window(), hits.size())), List.of());
  }

  /** Rows as near as the last one compete with it for the last places, by id. */
  private void addTies(int[] tied, float distance) throws IOException {
    Set<VectorId> present = new HashSet<>();
    hits.forEach(hit -> present.add(hit.id()));
    for (int ordinal : tied) {
      if (!present.contains(rows.rows().id(ordinal))) {
        add(ordinal, distance);
      }
    }
  }

  private void add(int ordinal, float distance) throws IOException {
    if (distance > wanted.maxDistance()) {
      return;
    }
    RowStore store = rows.rows();
    Row row = store.row(ordinal, wanted.withVectors(), wanted.withMetadata());
    if (!wanted.without().contains(row.id())) {
      long version = wanted.withVersions() ? versions.of(ordinal) : Hit.NO_VERSION;
      hits.add(new Hit(row.id(), distance, row.metadata(), row.vector(), version));
    }
  }
}

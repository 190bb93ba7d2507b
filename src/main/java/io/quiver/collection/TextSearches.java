package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.core.Metadata;
import io.quiver.core.OrdinalSet;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.message.SearchText;
import io.quiver.message.TextHit;
import io.quiver.message.TextHits;
import io.quiver.metadata.TextHighlights;
import io.quiver.metadata.TextIndex;
import io.quiver.metadata.TextMatches;
import io.quiver.metadata.TextQuery;
import io.quiver.metadata.TextSearch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Searches the texts of a collection, all its shards as one. Any thread. */
public final class TextSearches {
  private TextSearches() {}

  /**
   * Finds rows by their texts; see {@link SearchText}. The first search of a collection waits until
   * its texts are indexed.
   *
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED, or INVALID_ARGUMENT of {@code query}
   */
  public static TextHits run(Collection collection, SearchText search, Deadline deadline) {
    OpenCollection present = collection.opened();
    TextQuery query = TextQuery.parse(search.query());
    return collection.reading(() -> {
      List<Generation> held = new ArrayList<>();
      try {
        acquireAll(present, held);
        Sought sought = new Sought(query, search.fields(), search.window(), search.filter());
        List<Scored> found = best(held, sought, deadline);
        return new TextHits(hits(found, search, query, deadline));
      } finally {
        held.forEach(Generation::release);
      }
    });
  }

  /** Holds all shards: the caller must release what is in the list, also after a failure. */
  static void acquireAll(OpenCollection collection, List<Generation> held) {
    for (int shard = 0; shard < collection.shards(); shard++) {
      held.add(collection.acquire(shard));
    }
  }

  /** A row that was found. */
  record Scored(Generation in, int ordinal, VectorId id, float score) {
    static final Comparator<Scored> BEST_FIRST =
        Comparator.comparingDouble(Scored::score).reversed().thenComparing(row -> row.id().value());
  }

  /** What is looked for: the best so many rows that the filter means. */
  record Sought(TextQuery query, List<String> fields, int window, Filter filter) {}

  /** The best rows, best first, equal scores by id. */
  static List<Scored> best(List<Generation> held, Sought sought, Deadline deadline)
      throws IOException {
    List<TextSearch.Part> parts = new ArrayList<>();
    for (Generation each : held) {
      DerivedIndex.Ready<TextIndex> ready = each.text.ready(deadline);
      ReadView view = ready.view();
      Optional<OrdinalSet> allowed = RowFilter.allowed(sought.filter(), each, view, deadline);
      IntPredicate passes =
          allowed.isPresent() ? allowed.get()::contains : ordinal -> !view.dead().contains(ordinal);
      parts.add(new TextSearch.Part(ready.index(), view.count(), passes));
    }
    TextMatches matches =
        TextSearch.run(parts, sought.query(), sought.fields(), sought.window(), deadline);
    List<Scored> found = new ArrayList<>(matches.count());
    for (int rank = 0; rank < matches.count(); rank++) {
      Generation in = held.get(matches.part(rank));
      int ordinal = matches.ordinal(rank);
      found.add(new Scored(in, ordinal, in.rows.id(ordinal), matches.score(rank)));
    }
    found.sort(Scored.BEST_FIRST);
    return found.subList(0, Math.min(sought.window(), found.size()));
  }

  private static List<TextHit> hits(
      List<Scored> found, SearchText search, TextQuery query, Deadline deadline)
      throws IOException {
    Optional<TextHighlights> highlights =
        search.highlight()
            ? Optional.of(new TextHighlights(query, search.fields()))
            : Optional.empty();
    List<TextHit> hits = new ArrayList<>();
    for (Scored row : found.subList(Math.min(search.offset(), found.size()), found.size())) {
      deadline.check(); // Texts to highlight may be long.
      boolean needsMetadata = search.withMetadata() || search.highlight();
      Metadata metadata = row.in().rows.row(row.ordinal(), false, needsMetadata).metadata();
      hits.add(
          new TextHit(
              row.id(),
              row.score(),
              search.withMetadata() ? metadata : Metadata.ABSENT,
              highlights.map(marks -> marks.of(metadata)).orElse(Map.of())));
    }
    return hits;
  }
}

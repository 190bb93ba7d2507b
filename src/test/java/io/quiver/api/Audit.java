package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quiver.api.Front.Found;
import io.quiver.api.Front.Row;
import io.quiver.api.Ledger.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Compares what a server holds, as each of its interfaces tells it, with what its clients know. */
final class Audit {
  private static final int SAMPLES = 8;
  private static final int ROWS_MAX = 10_000;
  private static final int SHOWN_MAX = 8;

  private final List<Front> fronts;
  private final SplittableRandom random;

  /**
   * An audit over some interfaces.
   *
   * @param fronts the first one also gives out vectors
   */
  Audit(List<Front> fronts, SplittableRandom random) {
    this.fronts = fronts;
    this.random = random;
  }

  /** Returns the number of rows found. */
  long verify(List<Ledger> ledgers) {
    Set<String> names = fronts.getFirst().collections();
    for (Front front : fronts) {
      assertThat(front.collections()).as("collections over %s", over(front)).isEqualTo(names);
    }
    Map<String, List<Ledger>> byCollection =
        ledgers.stream()
            .collect(Collectors.groupingBy(Ledger::collection, TreeMap::new, Collectors.toList()));
    assertThat(byCollection.keySet()).as("collections nobody made").containsAll(names);
    long found = 0;
    for (Map.Entry<String, List<Ledger>> each : byCollection.entrySet()) {
      if (names.contains(each.getKey())) {
        found += verify(each.getKey(), each.getValue());
      } else {
        each.getValue().forEach(ledger -> settle(ledger, State.GONE));
      }
    }
    return found;
  }

  private long verify(String collection, List<Ledger> ledgers) {
    SortedMap<String, String> found = rows(fronts.getFirst(), collection);
    for (Front front : fronts) {
      assertThat(front.count(collection))
          .as("count of %s over %s", collection, over(front))
          .isEqualTo(found.size());
    }
    Front other = fronts.get(1 + random.nextInt(fronts.size() - 1));
    assertThat(rows(other, collection))
        .as("rows of %s over %s", collection, over(other))
        .isEqualTo(found);
    int owned = 0;
    for (Ledger ledger : ledgers) {
      SortedMap<String, String> own = new TreeMap<>(found);
      own.keySet().removeIf(id -> !id.startsWith(ledger.prefix()));
      owned += own.size();
      verifySamples(ledger, own);
      settle(ledger, new State(true, own));
    }
    assertThat(owned).as("rows of %s that a client sent", collection).isEqualTo(found.size());
    return found.size();
  }

  private static String over(Front front) {
    return front.getClass().getSimpleName();
  }

  /** All rows, by comparing a vector with each of them; each with the vector that belongs to it. */
  private static SortedMap<String, String> rows(Front front, String collection) {
    SortedMap<String, String> rows = new TreeMap<>();
    for (Found hit : front.scan(collection, Ledger.vector(new Row("", "")), ROWS_MAX)) {
      Row row = hit.row();
      assertThat(rows.put(row.id(), row.value())).as("another row %s", row).isNull();
      if (hit.vector().dimension() > 0) {
        assertThat(hit.vector().toArray())
            .as("the vector of %s in %s over %s", row, collection, over(front))
            .containsExactly(Ledger.vector(row), within(1e-5f));
      }
    }
    return rows;
  }

  /** Some rows by their vectors: the usual search finds those present, and nobody the others. */
  private void verifySamples(Ledger ledger, SortedMap<String, String> own) {
    Map<String, String> known = new TreeMap<>(own);
    ledger.possible().forEach(state -> state.rows().forEach(known::putIfAbsent));
    List<String> ids = new ArrayList<>(known.keySet());
    for (int i = 0; i < SAMPLES && !ids.isEmpty(); i++) {
      String id = ids.get(random.nextInt(ids.size()));
      Row row = new Row(id, known.get(id));
      Front front = fronts.get(random.nextInt(fronts.size()));
      Optional<Found> nearest = front.nearest(ledger.collection(), Ledger.vector(row));
      assertThat(nearest.map(Found::row).equals(Optional.of(row)))
          .as("%s found by its vector over %s: %s", row, over(front), nearest)
          .isEqualTo(own.containsKey(id));
      if (front.hasEverything()) {
        assertThat(front.has(ledger.collection(), id))
            .as("%s read by its id over %s", row, over(front))
            .isEqualTo(own.containsKey(id));
      }
    }
  }

  private static void settle(Ledger ledger, State found) {
    if (!ledger.possible().contains(found)) {
      throw new AssertionError(
          "%s %s*: found and acknowledged differ in %s, found and attempted in %s"
              .formatted(
                  ledger.collection(),
                  ledger.prefix(),
                  difference(found, ledger.possible().getFirst()),
                  difference(found, ledger.possible().getLast())));
    }
    ledger.settle(found);
  }

  private static String difference(State found, State wanted) {
    if (found.exists() != wanted.exists()) {
      return "that it exists: " + found.exists() + ", not " + wanted.exists();
    }
    Map<String, String> different = new TreeMap<>();
    Set<String> ids = new TreeSet<>(found.rows().keySet());
    ids.addAll(wanted.rows().keySet());
    for (String id : ids) {
      String is = found.rows().getOrDefault(id, "none");
      String want = wanted.rows().getOrDefault(id, "none");
      if (!is.equals(want) && different.size() < SHOWN_MAX) {
        different.put(id, is + " for " + want);
      }
    }
    return different.toString();
  }
}

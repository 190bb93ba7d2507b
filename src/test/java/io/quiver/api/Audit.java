package io.quiver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.api.Front.Row;
import io.quiver.api.Ledger.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Compares what a server holds, as REST tells it, with what its clients know. */
final class Audit {
  private static final int SAMPLES = 25;
  private static final int ROWS_MAX = 10_000;
  private static final int SHOWN_MAX = 8;

  private final RestCaller rest;
  private final SplittableRandom random;

  Audit(RestCaller rest, SplittableRandom random) {
    this.rest = rest;
    this.random = random;
  }

  /** Returns the number of rows found. */
  long verify(List<Ledger> ledgers) throws IOException {
    Set<String> names = new TreeSet<>();
    rest.ok("GET", "/collections").forEach(name -> names.add(name.asText()));
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

  private long verify(String collection, List<Ledger> ledgers) throws IOException {
    SortedMap<String, String> found = rows(collection);
    assertThat(rest.count(collection)).as("count of %s", collection).isEqualTo(found.size());
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

  /** All rows, by comparing a vector with each of them; each with the vector that belongs to it. */
  private SortedMap<String, String> rows(String collection) throws IOException {
    ObjectNode everything =
        RestCaller.object().put("limit", ROWS_MAX).put("exact", true).put("with_vectors", true);
    SortedMap<String, String> rows = new TreeMap<>();
    for (JsonNode hit : rest.search(collection, Ledger.vector(new Row("", "")), everything)) {
      Row row = new Row(hit.path("id").asText(), hit.path("metadata").path("value").asText());
      assertThat(rows.put(row.id(), row.value())).as("another row %s", row).isNull();
      assertThat(RestCaller.floats(hit.path("vector")))
          .as("the vector of %s in %s", row, collection)
          .containsExactly(Ledger.vector(row), within(1e-5f));
    }
    return rows;
  }

  /** Some rows read by their ids, those present also found by the usual search. */
  private void verifySamples(Ledger ledger, SortedMap<String, String> own) throws IOException {
    Set<String> known = new TreeSet<>(own.keySet());
    ledger.possible().forEach(state -> known.addAll(state.rows().keySet()));
    List<String> ids = new ArrayList<>(known);
    for (int i = 0; i < SAMPLES && !ids.isEmpty(); i++) {
      String id = ids.get(random.nextInt(ids.size()));
      RestCaller.Reply reply =
          rest.call("GET", "/collections/" + ledger.collection() + "/vectors/" + id);
      assertThat(reply.status()).as("status of %s", id).isEqualTo(own.containsKey(id) ? 200 : 404);
      if (reply.status() == 200) {
        Row row = new Row(id, own.get(id));
        assertThat(reply.data().path("metadata").path("value").asText()).isEqualTo(row.value());
        assertFound(ledger.collection(), row);
      }
    }
  }

  private void assertFound(String collection, Row row) throws IOException {
    JsonNode hits =
        rest.search(
            collection,
            Ledger.vector(row),
            RestCaller.object().put("limit", 1).put("ef_search", 400));
    assertThat(hits.path(0).path("id").asText()).as("found by its vector").isEqualTo(row.id());
    assertThat(hits.path(0).path("distance").asDouble()).isCloseTo(0, within(1e-3));
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

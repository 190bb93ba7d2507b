package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.catalog.Database;
import io.quiver.collection.Collection;
import io.quiver.collection.HeldShard;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Reads a database through its own interface and holds it against the model. */
final class Verifier {
  static final List<VectorId> ALL_IDS =
      IntStream.range(0, History.IDS).mapToObj(number -> new VectorId("id" + number)).toList();

  private static final DenseVector QUERY = DenseVector.of(0.3f, -0.5f, 0.7f);

  private static final int HITS = 5;

  private Verifier() {}

  /** Everything that the database holds. */
  static Model read(Database database) {
    assertThat(database.health())
        .as("no crash looks like damage")
        .noneMatch(component -> component.message().contains("; damaged: "));
    Model model = Model.EMPTY;
    for (Collection collection : database.collections()) {
      Map<String, Row> rows = new TreeMap<>();
      for (Row row :
          collection.get(new GetVectors(collection.name(), ALL_IDS, true, true)).rows()) {
        rows.put(row.id().value(), row);
      }
      assertThat(collection.stats().vectorCount()).as("count is exact").isEqualTo(rows.size());
      model =
          model.with(
              collection.name().value(),
              new Model.Table(
                  collection.config().metric(),
                  collection.config().dimension(),
                  collection.config().shards(),
                  rows));
    }
    return model;
  }

  /** Searches agree with brute force over the model, through graph and tail as it comes. */
  static void search(Database database, Model model) {
    for (Collection collection : database.collections()) {
      Model.Table table = model.tables().get(collection.name().value());
      for (boolean exact : new boolean[] {true, false}) {
        List<Hit> hits = search(collection, exact);
        check(hits, table, exact);
        checkTail(collection, hits, table);
      }
    }
  }

  /** Also an approximate search finds what is not in the graph; and the graph is whole. */
  private static void checkTail(Collection collection, List<Hit> hits, Model.Table table) {
    for (int shard = 0; shard < table.shards(); shard++) {
      try (HeldShard held = HeldShard.of(collection, shard)) {
        assertThat(held.graphFaults()).isEmpty();
        for (VectorId id : held.tail()) {
          float there = distance(table.metric(), QUERY, table.rows().get(id.value()).vector());
          assertThat(hits.getFirst().distance()).isLessThanOrEqualTo(there + 1e-5f);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The hits of all shards, merged. */
  static List<Hit> search(Collection collection, boolean exact) {
    List<Hit> hits = new ArrayList<>();
    for (int shard = 0; shard < collection.config().shards(); shard++) {
      hits.addAll(collection.search(shard, request(collection, exact), Deadline.NEVER).hits());
    }
    hits.sort(Comparator.comparingDouble(Hit::distance));
    return hits;
  }

  static SearchVectors request(Collection collection, boolean exact) {
    // One candidate, or a scan would be less work than the graph.
    int ef = exact ? 0 : 1;
    int k = exact ? HITS : 1;
    return new SearchVectors(
        collection.name(), QUERY, k, 0, ef, exact, true, true, Float.MAX_VALUE, 0);
  }

  /** The rows that are found are those of the table; an exact search finds the nearest ones. */
  static void check(List<Hit> hits, Model.Table table, boolean exact) {
    for (Hit hit : hits) {
      assertThat(new Row(hit.id(), hit.vector(), hit.metadata()))
          .isEqualTo(table.rows().get(hit.id().value()));
    }
    List<Float> want =
        table.rows().values().stream()
            .map(row -> distance(table.metric(), QUERY, row.vector()))
            .sorted()
            .limit(exact ? HITS : 1)
            .toList();
    assertThat(hits.size()).isGreaterThanOrEqualTo(want.size());
    for (int i = 0; exact && i < want.size(); i++) {
      assertThat(hits.get(i).distance()).isCloseTo(want.get(i), within(1e-5f));
    }
    assertThat(hits).as("no id twice").extracting(Hit::id).doesNotHaveDuplicates();
  }

  private static org.assertj.core.data.Offset<Float> within(float offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }

  /** The textbook formulas in float64, written out anew. */
  private static float distance(Metric metric, DenseVector a, DenseVector b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    double squares = 0;
    double absolute = 0;
    for (int i = 0; i < a.dimension(); i++) {
      double x = a.get(i);
      double y = b.get(i);
      dot += x * y;
      aa += x * x;
      bb += y * y;
      squares += (x - y) * (x - y);
      absolute += Math.abs(x - y);
    }
    return (float)
        switch (metric) {
          case COSINE -> 1 - dot / Math.sqrt(aa * bb);
          case EUCLIDEAN -> Math.sqrt(squares);
          case DOT_PRODUCT -> -dot;
          case MANHATTAN -> absolute;
        };
  }
}

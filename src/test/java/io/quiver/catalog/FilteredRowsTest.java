package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Arrangements;
import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Reworks;
import io.quiver.collection.RowReads;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.filter.FilterValue;
import io.quiver.filter.MetadataEdit;
import io.quiver.filter.NaiveFields;
import io.quiver.filter.NaiveFilter;
import io.quiver.filter.RandomFilters;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CountFacets;
import io.quiver.message.CountRows;
import io.quiver.message.DeleteByFilter;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Facets;
import io.quiver.message.Hit;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A filter means what the oracle says of the raw JSON, whatever of it is indexed by then: beside
 * writes, compaction and maintenance, before and after a restart and a kill.
 */
class FilteredRowsTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final Path FOLDER = Path.of("/data");
  private static final int IDS = 90;
  private static final int STEPS = 1_800;
  private static final int FILTERS_MIN = 400;
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(1 << 20, 1 << 30, 0, new Tuning(50, 100_000));

  /** Id → its metadata as a tree, null if it has none. */
  private final Map<String, Map<String, Object>> model = new TreeMap<>();

  private final long seed = Long.getLong("seed", RandomGenerator.getDefault().nextLong());
  private final RandomFilters trees = new RandomFilters(seed);
  private final SplittableRandom random = new SplittableRandom(seed);
  private FaultyDisk disk = new FaultyDisk(seed);
  private Database database;
  private int filters;
  private boolean indexed = true;

  private void open() throws IOException {
    database = Database.open(disk, FOLDER, OPTIONS);
  }

  private Collection collection() {
    return database.find(NAME).orElseThrow();
  }

  private String id() {
    return "id-" + random.nextInt(IDS);
  }

  private static Metadata text(Map<String, Object> document) {
    return document == null ? Metadata.ABSENT : Metadata.ofJson(RandomFilters.json(document));
  }

  private void commit(PreparedWrite write) {
    if (write.command().isPresent()) {
      long lsn = database.append(collection().uuid(), write.command().get());
      database.sync(true);
      collection().apply(lsn, write.command().get());
    }
  }

  private void put() {
    Map<String, Map<String, Object>> fresh = new TreeMap<>();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      fresh.put(id(), trees.document());
    }
    List<Row> rows = new ArrayList<>();
    fresh.forEach((id, document) ->
        rows.add(
            new Row(
                new VectorId(id), DenseVector.of((float) random.nextDouble(), 1), text(document))));
    commit(collection().prepare(WriteVectors.upsert(NAME, rows)));
    model.putAll(fresh);
  }

  private void delete() {
    String id = id();
    DeleteVectors delete = new DeleteVectors(NAME, List.of(new VectorId(id)), Durability.FSYNC);
    commit(collection().prepare(delete));
    model.remove(id);
  }

  private boolean isMeant(Object filter, String id) {
    Map<String, Object> document = model.get(id);
    return model.containsKey(id)
        && NaiveFilter.matches(filter, document == null ? Map.of() : document, id);
  }

  private List<String> some() {
    return new ArrayList<>(new TreeSet<>(List.of(id(), id(), id(), id())));
  }

  private void deleteByFilter() {
    Object written = trees.filter(2, true);
    Filter filter = FilterJson.read(RandomFilters.json(written));
    List<String> ids = some();
    if (!(filter instanceof Filter.All)) {
      List<VectorId> named = ids.stream().map(VectorId::new).toList();
      commit(collection().prepare(new DeleteByFilter(NAME, filter, Durability.FSYNC).of(named)));
      model.keySet().removeAll(ids.stream().filter(id -> isMeant(written, id)).toList());
    }
  }

  private void changeMetadata() {
    Object written = trees.filter(1, true);
    Filter filter = FilterJson.read(RandomFilters.json(written));
    List<String> ids = some();
    List<VectorId> named = ids.stream().map(VectorId::new).toList();
    Map<String, Object> fields = trees.document();
    int kind = random.nextInt(3);
    if (kind == 1 && fields == null) {
      return;
    }
    MetadataEdit edit =
        switch (kind) {
          case 0 -> MetadataEdit.set(text(fields));
          case 1 -> MetadataEdit.merge(text(fields));
          default -> MetadataEdit.delete(List.of("a", "place"));
        };
    List<String> meant = ids.stream().filter(id -> isMeant(written, id)).toList();
    commit(collection().prepare(new ChangeMetadata(NAME, named, filter, edit, Durability.FSYNC)));
    meant.forEach(id -> model.put(id, changed(kind, model.get(id), fields)));
  }

  private static Map<String, Object> changed(
      int kind, Map<String, Object> before, Map<String, Object> fields) {
    if (kind == 0) {
      return fields;
    }
    if (before == null) {
      return kind == 1 ? fields : null;
    }
    Map<String, Object> after = new LinkedHashMap<>(before);
    if (kind == 1) {
      after.putAll(fields);
    } else {
      after.keySet().removeAll(List.of("a", "place"));
    }
    return after;
  }

  /** The count, and a search whose limit is more than there are. */
  private void check() {
    Object written = trees.filter(random.nextInt(5), true);
    String json = RandomFilters.json(written);
    Filter filter = FilterJson.read(json);
    List<String> expected = model.keySet().stream().filter(id -> isMeant(written, id)).toList();
    String what = "-Dseed=%d, filter %d: %s".formatted(seed, filters++, json);
    CountRows count = new CountRows(NAME, filter);
    assertThat(RowReads.count(collection(), count, Deadline.NEVER).count())
        .as(what)
        .isEqualTo(expected.size());
    List<String> found = new ArrayList<>();
    for (int shard = 0; shard < 2; shard++) {
      SearchVectors search =
          SearchVectors.of(NAME, DenseVector.of(0.5f, 1), 2 * IDS).filteredBy(filter);
      for (Hit hit : collection().search(shard, search, Deadline.NEVER).hits()) {
        found.add(hit.id().value());
      }
    }
    assertThat(found).as(what).containsExactlyInAnyOrderElementsOf(expected);
    checkFacets(filter, expected, what);
  }

  /** The values of a field in the rows that are meant, and how many of these have each. */
  private void checkFacets(Filter filter, List<String> ids, String what) {
    String field = List.of("a", "b", "a.b", "c", "place.lat", "none").get(random.nextInt(6));
    Map<Object, Long> counts = new TreeMap<>(NaiveFields.ORDER);
    for (String id : ids) {
      Map<String, Object> document = model.get(id);
      NaiveFields.values(document == null ? Map.of() : document, field)
          .forEach(value -> counts.merge(value, 1L, Long::sum));
    }
    CountFacets count = CountFacets.of(NAME, field).filteredBy(filter);
    Facets facets = (Facets) Arrangements.run(collection(), count, Deadline.NEVER);
    assertThat(facets.distinct()).as("%s of %s", what, field).isEqualTo(counts.size());
    for (Facets.Facet facet : facets.values()) {
      assertThat(counts.get(plain(facet.value())))
          .as("%s of %s: %s", what, field, facet)
          .isEqualTo(facet.count());
    }
  }

  private static Object plain(FilterValue value) {
    return switch (value) {
      case FilterValue.Text(String text) -> text;
      case FilterValue.Whole(long whole) -> BigDecimal.valueOf(whole);
      case FilterValue.Fraction(double fraction) -> new BigDecimal(fraction);
      case FilterValue.Truth(boolean truth) -> truth;
      case FilterValue.Nothing nothing -> throw new AssertionError("null is no value");
    };
  }

  private void index(int slices) {
    for (int i = 0; i < slices && indexed; i++) {
      if (!database.runIndexSlice()) {
        return;
      }
    }
  }

  private void step() throws IOException {
    switch (random.nextInt(16)) {
      case 0 -> delete();
      case 1 -> deleteByFilter();
      case 2 -> changeMetadata();
      case 3, 4 -> index(1);
      case 5 -> database.runMaintenance();
      case 6 -> {
        switch (random.nextInt(12)) {
          case 0 -> {
            database.close();
            open();
          }
          case 1 -> {
            database.halt();
            disk = random.nextBoolean() ? disk.afterCrash(seed) : disk.afterKill(seed);
            open();
          }
          case 2, 3, 4 -> {
            if (!Reworks.status(collection()).phase().isUnderWay()) {
              Reworks.compact(collection());
            }
          }
          default -> index(Integer.MAX_VALUE);
        }
      }
      case 7, 8, 9, 10, 11 -> check();
      default -> put();
    }
  }

  /** Half the runs never let an index thread work, so that rows alone answer. */
  @ParameterizedTest(name = "indexed={0}")
  @ValueSource(booleans = {true, false})
  void whatIsFoundIsWhatTheRawJsonSays(boolean isIndexed) throws IOException {
    indexed = isIndexed;
    open();
    try {
      database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN).withShards(2));
      for (int step = 0; step < STEPS; step++) {
        step();
      }
      assertThat(filters).isGreaterThan(FILTERS_MIN);
    } finally {
      database.halt();
    }
  }

  /** Who filters nothing has no index. */
  @Test
  void whoFiltersNothingPaysForNone() throws IOException {
    open();
    try {
      database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN).withShards(2));
      put();
      index(Integer.MAX_VALUE);
      assertThat(collection().stats().memoryByComponent()).containsEntry("fields", 0L);
      while (collection().stats().memoryByComponent().get("fields") == 0) {
        check();
        for (int i = 0; i < 20; i++) {
          put();
        }
        index(Integer.MAX_VALUE);
      }
    } finally {
      database.halt();
    }
  }
}

package io.quiver;

import static io.quiver.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.core.Metric;
import io.quiver.filter.FieldPath;
import io.quiver.filter.FilterJson;
import io.quiver.filter.NaiveFields;
import io.quiver.filter.RandomFilters;
import io.quiver.front.grpc.v1.CountFacetsRequest;
import io.quiver.front.grpc.v1.CountFacetsResponse;
import io.quiver.message.CountFacets;
import io.quiver.message.Facets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Facets are counts of what is there, the same over REST, gRPC and the bus. */
class FacetsTest {
  private static final long SEED = 41;

  @TempDir private Path data;

  /** A value and its count. */
  private record Counted(Object value, long rows) {}

  private static List<Counted> expected(ArrangedFixture node, Object filter, String field) {
    Map<Object, Long> counts = new TreeMap<>(NaiveFields.ORDER);
    for (String id : node.matches(filter)) {
      NaiveFields.values(node.documents.get(id), field)
          .forEach(value -> counts.merge(value, 1L, Long::sum));
    }
    List<Counted> sorted = new ArrayList<>();
    counts.forEach((value, rows) -> sorted.add(new Counted(value, rows)));
    sorted.sort(Comparator.comparingLong(Counted::rows).reversed());
    return sorted;
  }

  @Test
  void everySurfaceCountsWhatTheOracleCounts() throws Exception {
    try (ArrangedFixture node = new ArrangedFixture(data, Metric.EUCLIDEAN, SEED)) {
      node.fill(240);
      int counted = 0;
      for (int i = 0; i < 40; i++) {
        Object filter = i == 0 ? Map.of() : node.random.filter(i % 4, true);
        String field = ArrangedFixture.FIELDS.get(i % ArrangedFixture.FIELDS.size());
        counted += check(node, filter, field, i % 3 == 0 ? 3 : 10_000);
      }
      assertThat(counted).as("values that were counted").isGreaterThan(100);
      node.restart();
      assertThat(check(node, Map.of(), "a", 10_000)).isGreaterThan(10);
      node.put("id-0", Map.of("a", List.of("new", "new", 1, "other")));
      check(node, Map.of(), "a", 10_000);
    }
  }

  private static int check(ArrangedFixture node, Object filter, String field, int limit)
      throws Exception {
    List<Counted> all = expected(node, filter, field);
    List<Counted> expected = all.subList(0, Math.min(limit, all.size()));
    String json = RandomFilters.json(filter);
    CountFacets asked =
        new CountFacets(
            node.config.name(), FieldPath.parse(field), limit, 0, FilterJson.read(json));
    Facets bus = await(node.node().client().facets(asked));
    assertThat(bus.values())
        .as("%s of %s", field, json)
        .extracting(facet -> new Counted(ArrangedFixture.plain(facet.value()), facet.count()))
        .isEqualTo(expected);
    assertThat(bus.distinct()).isEqualTo(all.size());
    String options = "\":\"" + field + "\",\"limit\":" + limit + ",\"filter\":" + json + "}";
    for (JsonNode reply :
        List.of(
            node.post("/facets", "{\"field" + options),
            node.post("/points/facet", "{\"exact\":true,\"key" + options))) {
      List<Counted> rest = new ArrayList<>();
      reply
          .get("hits")
          .forEach(hit ->
              rest.add(
                  new Counted(ArrangedFixture.plain(hit.get("value")), hit.get("count").asLong())));
      assertThat(rest).isEqualTo(expected);
      assertThat(reply.get("distinct").asInt()).isEqualTo(all.size());
    }
    CountFacetsResponse grpc =
        await(
            node.stub()
                .countFacets(
                    CountFacetsRequest.newBuilder()
                        .setCollectionName("c")
                        .setField(field)
                        .setFilterJson(json)
                        .setLimit(limit)
                        .build()));
    assertThat(grpc.getFacetsList())
        .extracting(facet -> new Counted(ArrangedFixture.plain(facet.getValue()), facet.getCount()))
        .isEqualTo(expected);
    assertThat(grpc.getDistinct()).isEqualTo(all.size());
    return expected.size();
  }
}

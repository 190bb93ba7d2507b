package io.quiver;

import static io.quiver.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.filter.FieldPath;
import io.quiver.filter.FilterJson;
import io.quiver.filter.NaiveFields;
import io.quiver.filter.RandomFilters;
import io.quiver.front.grpc.v1.Group;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.QueryResult;
import io.quiver.front.grpc.v1.SearchGroupsRequest;
import io.quiver.message.GroupedHits;
import io.quiver.message.SearchGroups;
import io.quiver.message.SearchVectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A search by groups comes back with min(limit, groups that exist) groups, each with its nearest
 * rows, however they are distributed, over REST, gRPC and the bus.
 */
class GroupsTest {
  private static final long SEED = 43;

  @TempDir private Path data;

  /** Groups by their values, in their order. */
  private static Map<Object, List<String>> expected(
      ArrangedFixture node, Object filter, String field, int limit, int size) {
    Map<Object, List<String>> groups = new LinkedHashMap<>();
    for (String id : nearest(node, filter)) {
      for (Object value : NaiveFields.values(node.documents.get(id), field)) {
        if (groups.containsKey(value) || groups.size() < limit) {
          List<String> group = groups.computeIfAbsent(value, each -> new ArrayList<>());
          if (group.size() < size) {
            group.add(id);
          }
        }
      }
    }
    return groups;
  }

  /** Ids by their distance to the origin, equal ones by id. */
  private static List<String> nearest(ArrangedFixture node, Object filter) {
    return node.matches(filter).stream()
        .sorted(
            Comparator.comparingDouble((String id) -> length(node.vectors.get(id)))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /** Squares of whole numbers: exact. */
  private static double length(float[] vector) {
    return vector[0] * vector[0] + vector[1] * vector[1];
  }

  @Test
  void everySurfaceGroupsAsTheOracleDoes() throws Exception {
    try (ArrangedFixture node = new ArrangedFixture(data, Metric.EUCLIDEAN, SEED)) {
      node.fill(240);
      int rows = 0;
      for (int i = 0; i < 30; i++) {
        Object filter = i % 3 == 0 ? Map.of() : node.random.filter(i % 4, true);
        String field = ArrangedFixture.FIELDS.get(i % ArrangedFixture.FIELDS.size());
        rows += check(node, filter, field, 1 + i % 7, 1 + i % 4);
      }
      assertThat(rows).as("rows that were grouped").isGreaterThan(100);
      node.restart();
      assertThat(check(node, Map.of(), "a", 5, 3)).isGreaterThan(10);
    }
  }

  private static int check(ArrangedFixture node, Object filter, String field, int limit, int size)
      throws Exception {
    Map<Object, List<String>> expected = expected(node, filter, field, limit, size);
    String json = RandomFilters.json(filter);
    assertThat(bus(node, FilterJson.read(json), field, limit, size))
        .as("%s of %s", field, json)
        .isEqualTo(expected);
    String body =
        "{\"vector\":[0,0],\"limit\":%d,\"group_by\":\"%s\",\"group_size\":%d,\"filter\":%s}"
            .formatted(limit, field, size, json);
    for (String path : List.of("/search/groups", "/points/search/groups")) {
      Map<Object, List<String>> rest = new LinkedHashMap<>();
      for (JsonNode group : node.post(path, body).get("groups")) {
        List<String> ids = new ArrayList<>();
        group.get("hits").forEach(hit -> ids.add(hit.get("id").asText()));
        rest.put(ArrangedFixture.plain(group.get("id")), ids);
      }
      assertThat(new ArrayList<>(rest.entrySet())).isEqualTo(new ArrayList<>(expected.entrySet()));
    }
    SearchGroupsRequest request =
        SearchGroupsRequest.newBuilder()
            .setQuery(
                QueryRequest.newBuilder()
                    .setCollectionName("c")
                    .addQueryVector(0)
                    .addQueryVector(0)
                    .setLimit(limit))
            .setGroupBy(field)
            .setGroupSize(size)
            .setFilterJson(json)
            .build();
    Map<Object, List<String>> grpc = new LinkedHashMap<>();
    for (Group group : await(node.stub().searchGroups(request)).getGroupsList()) {
      grpc.put(
          ArrangedFixture.plain(group.getValue()),
          group.getResultsList().stream().map(QueryResult::getId).toList());
    }
    assertThat(new ArrayList<>(grpc.entrySet())).isEqualTo(new ArrayList<>(expected.entrySet()));
    return expected.values().stream().mapToInt(List::size).sum();
  }

  private static Map<Object, List<String>> bus(
      ArrangedFixture node, io.quiver.filter.Filter filter, String field, int limit, int size)
      throws Exception {
    SearchVectors search =
        SearchVectors.of(node.config.name(), DenseVector.of(0, 0), limit).filteredBy(filter);
    GroupedHits found =
        await(
            node.node()
                .client()
                .searchGroups(new SearchGroups(search, FieldPath.parse(field), size)));
    Map<Object, List<String>> groups = new LinkedHashMap<>();
    for (GroupedHits.Group group : found.groups()) {
      groups.put(
          ArrangedFixture.plain(group.value()),
          group.hits().stream().map(hit -> hit.id().value()).toList());
    }
    return groups;
  }

  /**
   * The nearest 2,900 rows are of one group, so that no search for a few near rows meets the
   * others; and a group whose rows are all far has fewer than were asked for.
   */
  @Test
  void groupsFarBehindALargeOneAreFound() throws Exception {
    try (ArrangedFixture node = new ArrangedFixture(data, Metric.EUCLIDEAN, SEED)) {
      node.fillInARow(
          3_000, i -> i < 2_900 ? Map.of("g", "near") : i < 2_999 ? Map.of("g", i % 7) : Map.of());
      assertThat(bus(node, FilterJson.read("{}"), "g", 20, 16))
          .isEqualTo(expected(node, Map.of(), "g", 20, 16));
      assertThat(bus(node, FilterJson.read("{}"), "g", 2, 1))
          .isEqualTo(expected(node, Map.of(), "g", 2, 1))
          .hasSize(2);
      assertThat(bus(node, FilterJson.read("{\"g\":\"none\"}"), "g", 2, 1)).isEmpty();
    }
  }
}

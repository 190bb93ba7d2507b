package io.quiver;

import static io.quiver.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.core.Metric;
import io.quiver.filter.FieldPath;
import io.quiver.filter.FilterJson;
import io.quiver.filter.NaiveFields;
import io.quiver.filter.RandomFilters;
import io.quiver.front.grpc.v1.OrderBy;
import io.quiver.front.grpc.v1.ScrollRequest;
import io.quiver.front.grpc.v1.ScrollResponse;
import io.quiver.message.OrderCursor;
import io.quiver.message.OrderRows;
import io.quiver.message.OrderedRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scroll in the order of a field has every row once, the same over REST, gRPC and the bus. */
class OrderTest {
  private static final long SEED = 47;

  @TempDir private Path data;

  private static List<String> expected(
      ArrangedFixture node, Object filter, String field, boolean descending) {
    Comparator<Object> values = descending ? NaiveFields.ORDER.reversed() : NaiveFields.ORDER;
    return node.matches(filter).stream()
        .sorted(
            Comparator.<String, Object>comparing(
                    id -> key(node, id, field, descending), Comparator.nullsLast(values))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private static Object key(ArrangedFixture node, String id, String field, boolean descending) {
    List<Object> values = NaiveFields.values(node.documents.get(id), field);
    if (values.isEmpty()) {
      return null;
    }
    return descending ? values.getLast() : values.getFirst();
  }

  @Test
  void everySurfaceOrdersAsTheOracleDoes() throws Exception {
    try (ArrangedFixture node = new ArrangedFixture(data, Metric.EUCLIDEAN, SEED)) {
      node.fill(240);
      for (int i = 0; i < 24; i++) {
        Object filter = i < 2 ? Map.of() : node.random.filter(i % 4, true);
        String field = ArrangedFixture.FIELDS.get(i % ArrangedFixture.FIELDS.size());
        check(node, filter, field, i % 2 == 0, i < 2 ? 37 : 10);
      }
      node.restart();
      check(node, Map.of(), "a", true, 50);
    }
  }

  private static void check(
      ArrangedFixture node, Object filter, String field, boolean descending, int limit)
      throws Exception {
    List<String> expected = expected(node, filter, field, descending);
    String json = RandomFilters.json(filter);
    assertThat(bus(node, json, field, descending, limit))
        .as("%s of %s", field, json)
        .isEqualTo(expected);
    assertThat(rest(node, json, field, descending, limit)).isEqualTo(expected);
    assertThat(grpc(node, json, field, descending, limit)).isEqualTo(expected);
  }

  private static List<String> bus(
      ArrangedFixture node, String filter, String field, boolean descending, int limit)
      throws Exception {
    List<String> ids = new ArrayList<>();
    Optional<OrderCursor> after = Optional.empty();
    do {
      OrderRows asked =
          new OrderRows(
              node.config.name(),
              FieldPath.parse(field),
              descending,
              after,
              limit,
              false,
              true,
              FilterJson.read(filter));
      OrderedRows page = await(node.node().client().order(asked));
      page.rows().forEach(row -> ids.add(row.id().value()));
      assertThat(page.next().isEmpty() || page.rows().size() == limit).isTrue();
      after = page.next();
    } while (after.isPresent());
    return ids;
  }

  private static List<String> rest(
      ArrangedFixture node, String filter, String field, boolean descending, int limit) {
    String order =
        descending ? "{\"key\":\"" + field + "\",\"direction\":\"desc\"}" : "\"" + field + "\"";
    List<String> ids = new ArrayList<>();
    String offset = "null";
    do {
      JsonNode page =
          node.post(
              "/points/scroll",
              "{\"order_by\":%s,\"limit\":%d,\"offset\":%s,\"filter\":%s}"
                  .formatted(order, limit, offset, filter));
      page.get("points").forEach(point -> ids.add(point.get("id").asText()));
      offset = page.get("next_offset").toString();
    } while (!offset.equals("null"));
    return ids;
  }

  private static List<String> grpc(
      ArrangedFixture node, String filter, String field, boolean descending, int limit)
      throws Exception {
    List<String> ids = new ArrayList<>();
    String offset = "";
    do {
      ScrollResponse page =
          await(
              node.stub()
                  .scroll(
                      ScrollRequest.newBuilder()
                          .setCollectionName("c")
                          .setFilterJson(filter)
                          .setLimit(limit)
                          .setOffset(offset)
                          .setOrderBy(
                              OrderBy.newBuilder().setField(field).setDescending(descending))
                          .build()));
      page.getPointsList().forEach(point -> ids.add(point.getId()));
      offset = page.getNextOffset();
    } while (!offset.isEmpty());
    return ids;
  }

  /**
   * Who comes or goes between two pages moves nobody else; strings beyond a cursor's length tie.
   */
  @Test
  void aPageGoesOnWhereTheOneBeforeEndedWhateverWasWritten() throws Exception {
    try (ArrangedFixture node = new ArrangedFixture(data, Metric.COSINE, SEED)) {
      String lengthy = "x".repeat(OrderCursor.TEXT_CHARS_MAX);
      node.put("a", Map.of("k", 1));
      node.put("b", Map.of("k", 2));
      node.put("d", Map.of("k", lengthy + "2"));
      node.put("e", Map.of("k", lengthy + "1"));
      node.put("f", Map.of());
      OrderRows first =
          new OrderRows(
              node.config.name(),
              FieldPath.parse("k"),
              false,
              Optional.empty(),
              2,
              false,
              true,
              FilterJson.read("{}"));
      OrderedRows page = await(node.node().client().order(first));
      assertThat(page.rows()).extracting(row -> row.id().value()).containsExactly("a", "b");
      node.put("b", Map.of("k", 0));
      node.put("c", Map.of("k", 3));
      OrderCursor cursor = OrderCursor.parse("offset", page.next().orElseThrow().toString());
      OrderRows second =
          new OrderRows(
              node.config.name(),
              FieldPath.parse("k"),
              false,
              Optional.of(cursor),
              9,
              false,
              true,
              FilterJson.read("{}"));
      OrderedRows rest = await(node.node().client().order(second));
      assertThat(rest.rows())
          .extracting(row -> row.id().value())
          .containsExactly("c", "d", "e", "f");
      assertThat(rest.next()).isEmpty();
    }
  }
}

package io.quiver;

import static io.quiver.BusFixture.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.config.QuiverOptions;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.filter.FilterValue;
import io.quiver.filter.NaiveFields;
import io.quiver.filter.NaiveFilter;
import io.quiver.filter.RandomFilters;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.grpc.v1.FieldValue;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;

/**
 * A real node with one collection {@code c} of three shards, whose rows were replaced and deleted,
 * and what it has as plain trees.
 */
final class ArrangedFixture implements AutoCloseable {
  /** Fields that random documents have in every shape. */
  static final List<String> FIELDS = List.of("a", "b", "a.b", "c.a", "none");

  final CollectionConfig config;
  final RandomFilters random;

  /** Documents and vectors by their ids. */
  final Map<String, Map<String, Object>> documents = new TreeMap<>();

  final Map<String, float[]> vectors = new TreeMap<>();
  private final Path data;
  private final SplittableRandom places;
  private BusFixture node;
  private RestServer rest;
  private GrpcClient grpc;
  private VectorDbGrpcClient stub;

  ArrangedFixture(Path data, Metric metric, long seed) throws Exception {
    this.data = data;
    this.config = CollectionConfig.of("c", 2, metric).withShards(3);
    this.random = new RandomFilters(seed);
    this.places = new SplittableRandom(seed);
    open();
    await(node.client().create(config));
  }

  private void open() throws Exception {
    node =
        new BusFixture(
            QuiverOptions.embedded(data)
                .withRest(RestOptions.of("127.0.0.1", 0))
                .withGrpc(GrpcOptions.of("127.0.0.1", 0)));
    rest = RestServer.at(node.quiver().restPort());
    grpc = GrpcClient.client(node.vertx());
    stub =
        VectorDbGrpcClient.create(
            grpc, SocketAddress.inetSocketAddress(node.quiver().grpcPort(), "127.0.0.1"));
  }

  void restart() throws Exception {
    close();
    open();
  }

  @Override
  public void close() throws ExecutionException {
    await(grpc.close());
    node.close();
  }

  BusFixture node() {
    return node;
  }

  VectorDbGrpcClient stub() {
    return stub;
  }

  /** Writes rows with random documents, some of them twice, and deletes some. */
  void fill(int rows) throws Exception {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      all.add(i);
    }
    write(all);
    write(all.subList(rows / 10, rows / 3));
    delete(all.subList(rows / 2, rows / 2 + rows / 8));
  }

  /** Writes so many rows, each farther from the origin than the one before. */
  void fillInARow(int rows, IntFunction<Map<String, Object>> document) throws Exception {
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      Row row = row("id-" + i, document.apply(i));
      float[] vector = {i, 1};
      vectors.put("id-" + i, vector);
      all.add(new Row(row.id(), DenseVector.of(vector), row.metadata()));
    }
    await(node.client().write(WriteVectors.upsert(config.name(), all)));
  }

  static Filter filter(String json) {
    return FilterJson.read(json);
  }

  private void write(List<Integer> numbers) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int i : numbers) {
      rows.add(row("id-" + i, random.document()));
    }
    await(node.client().write(WriteVectors.upsert(config.name(), rows)));
  }

  /** Writes one row. */
  void put(String id, Map<String, Object> document) throws Exception {
    await(node.client().write(WriteVectors.upsert(config.name(), List.of(row(id, document)))));
  }

  private Row row(String id, Map<String, Object> document) {
    float[] vector = {places.nextInt(-99, 100), places.nextInt(1, 100)};
    documents.put(id, document == null ? Map.of() : document);
    vectors.put(id, vector);
    return new Row(
        new VectorId(id),
        DenseVector.of(vector),
        document == null ? Metadata.ABSENT : Metadata.ofJson(RandomFilters.json(document)));
  }

  private void delete(List<Integer> numbers) throws Exception {
    List<VectorId> ids = new ArrayList<>();
    for (int i : numbers) {
      ids.add(new VectorId("id-" + i));
      documents.remove("id-" + i);
      vectors.remove("id-" + i);
    }
    await(node.client().delete(new DeleteVectors(config.name(), ids, Durability.FSYNC)));
  }

  /** The ids that a filter means. */
  List<String> matches(Object filter) {
    return documents.entrySet().stream()
        .filter(row -> NaiveFilter.matches(filter, row.getValue(), row.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  JsonNode post(String path, String body) {
    RestServer.Reply reply = rest.post("/collections/c" + path, body);
    if (reply.status() != 200) {
      throw new AssertionError(path + " " + body + ": " + reply.body());
    }
    return reply.data();
  }

  /** A value as the oracle has it. */
  static Object plain(FilterValue value) {
    return switch (value) {
      case FilterValue.Text(String text) -> text;
      case FilterValue.Whole(long whole) -> NaiveFields.canonical(whole);
      case FilterValue.Fraction(double fraction) -> NaiveFields.canonical(fraction);
      case FilterValue.Truth(boolean truth) -> truth;
      case FilterValue.Nothing nothing -> "nothing";
    };
  }

  static Object plain(FieldValue value) {
    return switch (value.getValueCase()) {
      case TEXT -> value.getText();
      case WHOLE -> NaiveFields.canonical(value.getWhole());
      case FRACTION -> NaiveFields.canonical(value.getFraction());
      case TRUTH -> value.getTruth();
      case VALUE_NOT_SET -> "nothing";
    };
  }

  static Object plain(JsonNode value) {
    if (value.isNumber()) {
      return NaiveFields.canonical(new BigDecimal(value.asText()));
    }
    return value.isBoolean() ? value.asBoolean() : value.asText();
  }
}

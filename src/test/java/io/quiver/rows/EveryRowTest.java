package io.quiver.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.quiver.Quiver;
import io.quiver.config.QuiverOptions;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.grpc.v1.VectorDbProto;
import io.quiver.front.rest.RestOptions;
import io.quiver.rows.Rows.Row;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client of each kind drives every row of the contracts, REST, gRPC and bus, and hears the same:
 * what the table says. What a kind has no row for is done for it over the bus, so that all find the
 * same rows. A route or an rpc without a row fails.
 */
class EveryRowTest {
  @TempDir private static Path data;
  private static Vertx vertx;
  private static Quiver quiver;
  private static final Map<Kind, Driver> DRIVERS = new EnumMap<>(Kind.class);

  /** By which rows are done that a kind does not have. */
  private static final Map<Kind, Driver> STAND_INS = new EnumMap<>(Kind.class);

  @BeforeAll
  static void start() throws IOException {
    for (Kind kind : Kind.values()) {
      Path lost = Files.createDirectories(data.resolve("lost-" + kind.collection()));
      Files.write(lost.resolve("vectors.bin"), new byte[1 << 10]);
    }
    vertx = Vertx.vertx();
    quiver =
        Rows.await(
            Quiver.start(
                vertx,
                QuiverOptions.embedded(data)
                    .withRest(RestOptions.of("127.0.0.1", 0))
                    .withGrpc(GrpcOptions.of("127.0.0.1", 0))));
    DRIVERS.put(Kind.REST, new RestRows(quiver.restPort(), Kind.REST.collection()));
    DRIVERS.put(Kind.GRPC, new GrpcRows(vertx, quiver.grpcPort(), Kind.GRPC.collection()));
    DRIVERS.put(Kind.BUS, new BusRows(quiver.client(), Kind.BUS.collection()));
    for (Kind kind : Kind.values()) {
      STAND_INS.put(kind, new BusRows(quiver.client(), kind.collection()));
    }
  }

  @AfterAll
  static void stop() {
    DRIVERS.values().forEach(Driver::close);
    Rows.await(quiver.stop().eventually(vertx::close));
  }

  @TestFactory
  List<DynamicTest> everyKindHearsWhatTheTableSays() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (Row row : Rows.ALL) {
        Driver driver = row.has(kind) ? DRIVERS.get(kind) : STAND_INS.get(kind);
        if (row.has(kind) || row.onBus()) {
          tests.add(
              dynamicTest(
                  row.name() + (row.has(kind) ? " over " : " for ") + kind,
                  () -> assertThat(kind.shown(driver.answer(row.name()))).isEqualTo(row.answer())));
        }
      }
    }
    return tests;
  }

  @Test
  void everyRouteHasItsRow() throws IOException {
    TreeSet<String> written = new TreeSet<>();
    try (InputStream contract = EveryRowTest.class.getResourceAsStream("/openapi.yaml")) {
      for (JsonNode path : new YAMLMapper().readTree(contract).get("paths")) {
        for (JsonNode method : path) {
          if (method.has("operationId")) {
            written.add(method.get("operationId").asText());
          }
        }
      }
    }
    TreeSet<String> driven = new TreeSet<>();
    Rows.ALL.forEach(row -> driven.add(row.operation()));
    assertThat(driven).isEqualTo(written).hasSizeGreaterThan(50);
  }

  @Test
  void everyRpcHasItsRow() {
    TreeSet<String> written = new TreeSet<>();
    VectorDbProto.getDescriptor()
        .findServiceByName("VectorDb")
        .getMethods()
        .forEach(method -> written.add(method.getName()));
    TreeSet<String> driven = new TreeSet<>();
    Rows.ALL.forEach(row -> driven.add(row.rpc()));
    driven.remove("");
    assertThat(driven).isEqualTo(written).hasSizeGreaterThan(20);
  }
}

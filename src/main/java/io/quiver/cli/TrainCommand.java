package io.quiver.cli;

import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.config.Flags;
import io.quiver.config.Key;
import io.quiver.config.Settings;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * A short life of a server: every kind of request once, then the end. The launcher records which
 * classes that loads, so that later starts find them ready.
 */
@Command(name = "train-cds", hidden = true, description = "Used by the launcher.")
final class TrainCommand implements Callable<Integer> {
  private static final int DIMENSION = 32;
  private static final int ROWS = 200;

  @Override
  public Integer call() throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.create("quiver-train-")) {
      Map<Key, String> values = new EnumMap<>(Key.class);
      values.put(Key.DATA_DIR, folder.path().toString());
      for (Key port : List.of(Key.REST_PORT, Key.GRPC_PORT, Key.METRICS_PORT)) {
        values.put(port, "0");
      }
      Settings settings = Settings.resolve(new Flags(values, Optional.empty()), Map.of());
      Logging.start(settings.text(Key.LOG_LEVEL), settings.text(Key.LOG_FORMAT).equals("json"));
      Server server = Server.start(settings);
      try {
        String host = settings.text(Key.HOST);
        exercise(host, server.quiver().restPort(), server.quiver().grpcPort());
      } finally {
        server.stop(Server.STOP_NANOS_MAX);
      }
    }
    return 0;
  }

  private static void exercise(String host, int restPort, int grpcPort) throws Exception {
    String url = "http://" + host + ":" + restPort;
    String name = "training";
    try (RestApi api = new RestApi(url);
        SearchTarget target =
            new GrpcTarget(
                SocketAddress.inetSocketAddress(grpcPort, host),
                new RestTarget(url, CollectionConfig.of(name, DIMENSION, Metric.COSINE)),
                name)) {
      for (String path : List.of("/health/ready", "/health", "/collections", "/stats")) {
        read(api, path);
      }
      target.load(rows());
      DenseVector query = rows().getFirst().vector();
      target.search(query, 10, 50);
      ObjectNode search = RestApi.object().put("limit", 5).put("exact", false);
      search.putArray("vector").addAll(numbers(query));
      api.post(RestApi.path("collections", name, "search"), search);
      api.get(RestApi.path("collections", name, "vectors", "7"));
      api.get(RestApi.path("collections", name, "stats") + "?detail=true");
      ObjectNode row = RestApi.object().put("id", "new");
      row.putArray("data").addAll(numbers(query));
      row.putObject("metadata").put("k", "v");
      api.post(RestApi.path("collections", name, "vectors"), row);
      api.delete(RestApi.path("collections", name, "vectors", "new"));
    }
  }

  /** Health answers have no envelope; what they say does not matter here. */
  private static void read(RestApi api, String path) {
    try {
      api.get(path);
    } catch (ServerException e) {
      if (e.isTransient()) {
        throw e;
      }
    }
  }

  private static List<FloatNode> numbers(DenseVector vector) {
    List<FloatNode> numbers = new ArrayList<>();
    for (int i = 0; i < vector.dimension(); i++) {
      numbers.add(FloatNode.valueOf(vector.get(i)));
    }
    return numbers;
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      float[] components = new float[DIMENSION];
      for (int j = 0; j < DIMENSION; j++) {
        components[j] = (float) Math.sin(1 + i * 0.7 + j * j);
      }
      rows.add(
          new Row(
              new VectorId(Integer.toString(i)),
              DenseVector.owning(components),
              Metadata.ofJson("{\"n\":" + i + "}")));
    }
    return rows;
  }
}

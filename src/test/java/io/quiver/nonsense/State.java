package io.quiver.nonsense;

import static io.quiver.front.grpc.GrpcFixture.await;

import io.quiver.bus.QuiverClient;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.front.rest.RestServer;
import io.quiver.message.SearchVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that a wrong call could have changed, read over the bus, over REST, and in the folder
 * that holds the data directory.
 */
final class State {
  private static final int ROWS_MAX = 100;

  private final Path folder;
  private final RestServer server;
  private final QuiverClient client;

  State(Path folder, RestServer server, QuiverClient client) {
    this.folder = folder;
    this.server = server;
    this.client = client;
  }

  /** One collection with one row, and one of four shards with three. */
  void fill() {
    String three = "\"dimension\":3,\"distance_metric\":\"";
    server.post("/collections", "{\"name\":\"c\"," + three + "Cosine\"}");
    server.post("/collections", "{\"name\":\"four\",\"shards\":4," + three + "Euclidean\"}");
    server.post("/collections/c/vectors", "{\"id\":\"a\",\"data\":[1,2,3],\"metadata\":{\"k\":1}}");
    server.post(
        "/collections/four/vectors/batch",
        "{\"ids\":[\"a\",\"b\",\"c\"],\"embeddings\":[[1,2,3],[0,0,0],[3,2,1]]}");
  }

  String read() {
    return readBus() + readRest() + entries(folder) + entries(folder.resolve("data"));
  }

  /** Names, counts, and every row with all it has. */
  String readBus() {
    StringBuilder state = new StringBuilder();
    for (CollectionName name : await(client.list())) {
      state.append(await(client.describe(name)).config());
      state.append(await(client.describe(name)).stats().vectorCount());
      SearchVectors all =
          new SearchVectors(
              name, DenseVector.of(1, 1, 1), ROWS_MAX, 0, 0, true, true, true, Float.MAX_VALUE, 0);
      await(client.search(all))
          .hits()
          .forEach(hit ->
              state
                  .append(hit.id())
                  .append(hit.distance())
                  .append(hit.metadata())
                  .append(Arrays.toString(hit.vector().toArray())));
    }
    return state.toString();
  }

  private String readRest() {
    return server.get("/collections").body()
        + server.get("/collections/c/vectors/a").body()
        + server.get("/stats").data().get("total_vectors");
  }

  private static String entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .sorted()
          .collect(Collectors.joining(" "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

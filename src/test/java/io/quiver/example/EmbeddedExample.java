package io.quiver.example;

import io.quiver.Quiver;
import io.quiver.bus.QuiverClient;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.Row;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Quiver inside a Vert.x application: no port and no JSON, the same operations as over REST. */
public final class EmbeddedExample {
  private static final CollectionName COLORS = new CollectionName("colors");

  private EmbeddedExample() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, Path.of("colors-data"), System.out::println)
        .onFailure(Throwable::printStackTrace)
        .eventually(vertx::close);
  }

  /** Starts Quiver, uses it, and stops it again, also when something fails. */
  static Future<SearchHits> run(Vertx vertx, Path data, Consumer<String> log) {
    return Quiver.start(vertx, QuiverOptions.embedded(data))
        .compose(quiver -> paint(quiver.client(), log).eventually(quiver::stop));
  }

  private static Future<SearchHits> paint(QuiverClient client, Consumer<String> log) {
    client.onChange(COLORS, change -> log.accept(change.kind() + " " + change.ids()));
    WriteVectors colors =
        WriteVectors.upsert(
            COLORS,
            List.of(
                row("red", "{\"mood\":\"warm\"}", 1, 0, 0),
                row("orange", "{\"mood\":\"warm\"}", 1, 0.5f, 0),
                row("blue", "{\"mood\":\"cold\"}", 0, 0, 1)));
    return openColors(client)
        .compose(collection -> client.write(colors)) // durable and searchable when it succeeds
        .compose(written -> client.search(SearchVectors.of(COLORS, DenseVector.of(1, 0.2f, 0), 2)))
        .onSuccess(found ->
            found
                .hits()
                .forEach(
                    hit -> log.accept(hit.id() + " " + hit.distance() + " " + hit.metadata())));
  }

  private static Future<CollectionInfo> openColors(QuiverClient client) {
    return client
        .describe(COLORS)
        .recover(absent -> client.create(CollectionConfig.of("colors", 3, Metric.EUCLIDEAN)));
  }

  private static Row row(String id, String metadata, float... components) {
    return new Row(new VectorId(id), DenseVector.of(components), Metadata.ofJson(metadata));
  }
}

package io.quiver.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.Quiver;
import io.quiver.config.QuiverOptions;
import io.quiver.core.Metric;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.grpc.v1.QueryResponse;
import io.quiver.message.CollectionConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrpcExampleTest {
  @Test
  void theExampleOfTheReadmeFindsWhatItWrote(@TempDir Path data) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Quiver quiver =
          await(
              Quiver.start(
                  vertx, QuiverOptions.embedded(data).withGrpc(GrpcOptions.of("127.0.0.1", 0))));
      await(quiver.client().create(CollectionConfig.of("films", 4, Metric.COSINE)));
      QueryResponse found = await(GrpcExample.run(vertx, "127.0.0.1", quiver.grpcPort()));
      assertThat(found.getResultsList())
          .singleElement()
          .satisfies(hit -> {
            assertThat(hit.getId()).isEqualTo("stalker");
            assertThat(hit.getDistance()).isLessThan(1e-6f);
            assertThat(hit.getMetadataMap()).isEqualTo(Map.of("title", "Stalker"));
          });
      await(quiver.stop());
    } finally {
      await(vertx.close());
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}

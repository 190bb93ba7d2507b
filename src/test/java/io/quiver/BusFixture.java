package io.quiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quiver.bus.QuiverClient;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Quiver without ports on a Vert.x instance of its own, for one test. */
final class BusFixture implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Quiver quiver;

  BusFixture(Path data) throws ExecutionException {
    this(QuiverOptions.embedded(data));
  }

  BusFixture(QuiverOptions options) throws ExecutionException {
    try {
      quiver = await(Quiver.start(vertx, options));
    } catch (ExecutionException e) {
      await(vertx.close());
      throw e;
    }
  }

  Vertx vertx() {
    return vertx;
  }

  Quiver quiver() {
    return quiver;
  }

  QuiverClient client() {
    return quiver.client();
  }

  @Override
  public void close() throws ExecutionException {
    try {
      await(quiver.stop());
    } finally {
      await(vertx.close());
    }
  }

  static <T> T await(Future<T> future) throws ExecutionException {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }

  static ErrorCode failure(Future<?> future) {
    ExecutionException thrown = catchThrowableOfType(ExecutionException.class, () -> await(future));
    assertThat(thrown).as("the request fails").isNotNull();
    assertThat(thrown.getCause()).isInstanceOf(QuiverException.class);
    return ((QuiverException) thrown.getCause()).code();
  }

  static CollectionName name(String text) {
    return new CollectionName(text);
  }

  static Row row(String id, float... components) {
    return new Row(new VectorId(id), DenseVector.of(components), Metadata.ABSENT);
  }

  static Row row(String id, int version) {
    return new Row(
        new VectorId(id), DenseVector.of(version, 1), Metadata.ofJson("{\"v\":" + version + "}"));
  }

  static WriteVectors upsert(CollectionName name, Row... rows) {
    return WriteVectors.upsert(name, List.of(rows));
  }

  static SearchVectors exact(CollectionName name, DenseVector vector, int limit, int offset) {
    return new SearchVectors(
        name, vector, limit, offset, 0, true, false, true, Float.POSITIVE_INFINITY, 0);
  }

  static DenseVector randomVector(SplittableRandom random, int dimension) {
    float[] components = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      components[i] = (float) random.nextDouble(-1, 1);
    }
    return DenseVector.owning(components);
  }
}

package io.quiver.cli;

import io.quiver.bus.QuiverClient;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.List;

/** The event bus of a server in this process: a connection is somebody who waits for an answer. */
final class BenchBus implements BenchLines {
  private static final int OVERLOADED = 429;

  private final QuiverClient client;

  BenchBus(QuiverClient client) {
    this.client = client;
  }

  @Override
  public BenchLine writes(String collection, List<List<Row>> batches) {
    CollectionName name = new CollectionName(collection);
    List<WriteVectors> writes =
        batches.stream()
            .map(rows ->
                new WriteVectors(name, WriteMode.INSERT, rows, OnError.ABORT, Durability.FSYNC))
            .toList();
    return number -> client.write(writes.get(number)).map(ack -> List::of);
  }

  @Override
  public List<BenchLine> searches(
      String collection, List<DenseVector> queries, int k, int efSearch, int connections) {
    CollectionName name = new CollectionName(collection);
    List<SearchVectors> searches =
        queries.stream()
            .map(query ->
                new SearchVectors(
                    name, query, k, 0, efSearch, false, false, false, Float.POSITIVE_INFINITY, 0))
            .toList();
    BenchLine line =
        number ->
            client
                .search(searches.get(number))
                .recover(BenchBus::refused)
                .map(hits -> () -> hits.hits().stream().map(hit -> hit.id().value()).toList());
    return Collections.nCopies(connections, line);
  }

  private static <T> Future<T> refused(Throwable cause) {
    boolean overloaded = cause instanceof QuiverException e && e.code() == ErrorCode.OVERLOADED;
    return Future.failedFuture(
        overloaded ? new ServerException(OVERLOADED, cause.getMessage()) : cause);
  }

  /** The server is somebody else's. */
  @Override
  public void close() {}
}

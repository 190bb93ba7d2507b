package io.quiver.bus;

import io.quiver.core.CollectionName;
import io.quiver.message.ChangeEvent;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Dropped;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.HealthReport;
import io.quiver.message.NodeInfo;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;

/**
 * Quiver's operations as typed records and futures over the event bus: what REST and gRPC translate
 * to, and what an application that embeds Quiver calls. Every failed future carries a {@link
 * io.quiver.core.QuiverException}. Thread-safe.
 */
public final class QuiverClient {
  private QuiverClient() {}

  /** A client of the node that runs on this Vert.x instance. */
  public static QuiverClient create(Vertx vertx) {
    throw new UnsupportedOperationException("skeleton " + vertx);
  }

  public Future<CollectionInfo> create(CollectionConfig config) {
    throw new UnsupportedOperationException("skeleton " + config);
  }

  public Future<Dropped> drop(CollectionName name) {
    throw new UnsupportedOperationException("skeleton " + name);
  }

  /** All collections, sorted by name. */
  public Future<List<CollectionName>> list() {
    throw new UnsupportedOperationException("skeleton");
  }

  public Future<CollectionInfo> describe(CollectionName name) {
    throw new UnsupportedOperationException("skeleton " + name);
  }

  public Future<NodeInfo> describeNode() {
    throw new UnsupportedOperationException("skeleton");
  }

  /** See {@link io.quiver.message.CheckHealth}. */
  public Future<HealthReport> health(boolean deep) {
    throw new UnsupportedOperationException("skeleton " + deep);
  }

  public Future<WriteAck> write(WriteVectors write) {
    throw new UnsupportedOperationException("skeleton " + write);
  }

  public Future<DeleteAck> delete(DeleteVectors delete) {
    throw new UnsupportedOperationException("skeleton " + delete);
  }

  public Future<FoundVectors> get(GetVectors get) {
    throw new UnsupportedOperationException("skeleton " + get);
  }

  /** Fans out to every shard, merges once, applies {@code offset} and {@code limit}. */
  public Future<SearchHits> search(SearchVectors search) {
    throw new UnsupportedOperationException("skeleton " + search);
  }

  /** Runs the searches side by side; fails if one fails, naming its index. */
  public Future<List<SearchHits>> searchAll(List<SearchVectors> searches) {
    throw new UnsupportedOperationException("skeleton " + searches);
  }

  /** Calls the handler for every change of the collection until the consumer is unregistered. */
  public MessageConsumer<ChangeEvent> onChange(
      CollectionName name, Handler<ChangeEvent> handler) {
    throw new UnsupportedOperationException("skeleton " + name + handler);
  }
}

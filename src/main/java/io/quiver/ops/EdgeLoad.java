package io.quiver.ops;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all instances of one front hold together: open connections and bytes of requests and answers
 * in memory.
 *
 * <p>Thread safety: shared by every event loop; each figure is one atomic.
 *
 * <p>Invariants: what was taken is given back exactly once by the taker; neither figure is
 * negative.
 */
public final class EdgeLoad implements Shareable {
  private static final String LOADS = "quiver.edge.load";

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final long bytesMax;

  private EdgeLoad(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** The one load of the deployment with this id, made if absent. */
  public static EdgeLoad of(Vertx vertx, String deploymentId, long bytesMax) {
    return loads(vertx).computeIfAbsent(deploymentId, id -> new EdgeLoad(bytesMax));
  }

  /** Forgets the load of a deployment that stops. */
  public static void forget(Vertx vertx, String deploymentId) {
    loads(vertx).remove(deploymentId);
  }

  /** All loads of this Vert.x instance, by deployment. */
  public static LocalMap<String, EdgeLoad> loads(Vertx vertx) {
    return vertx.sharedData().getLocalMap(LOADS);
  }

  /** Counts one more connection; returns how many there are now. */
  public int connect() {
    return connections.incrementAndGet();
  }

  /** Open connections, those that are about to be refused too. */
  public int connections() {
    return connections.get();
  }

  public void disconnect() {
    connections.decrementAndGet();
  }

  /** Whether this many bytes more would fit at this moment. */
  public boolean hasRoom(long more) {
    return bytes.get() + more <= bytesMax;
  }

  /** Takes the bytes if they fit. */
  public boolean tryTake(long more) {
    if (bytes.addAndGet(more) <= bytesMax) {
      return true;
    }
    bytes.addAndGet(-more);
    return false;
  }

  /** Takes the bytes although they may not fit: for answers, whose work is already done. */
  public void take(long more) {
    bytes.addAndGet(more);
  }

  public void giveBack(long less) {
    bytes.addAndGet(-less);
  }
}

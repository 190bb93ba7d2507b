package io.quiver.node;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to stop what was started so far: each part says how when it has started, and all are stopped
 * in the opposite order. One thread at a time.
 */
public final class Shutdown {
  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  /** Stops one part; may block. */
  @FunctionalInterface
  public interface Step {
    void run() throws Exception;
  }

  private record Part(String name, Step step) {}

  private final Deque<Part> started = new ArrayDeque<>();

  /** Notes that a part has started. */
  public void push(String name, Step stop) {
    started.push(new Part(name, stop));
  }

  /** Undoes a start that failed; what fails here is added to the cause. */
  public void undo(Throwable cause) {
    try {
      run();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** As {@link #run}, on a thread of its own. */
  public Future<Void> runOnThread(Vertx vertx) {
    return Waiting.onThread(
        vertx,
        "quiver-stop",
        () -> {
          run();
          return null;
        });
  }

  /**
   * Stops everything, also when a part fails to.
   *
   * @throws IllegalStateException naming the first part that failed; the others are logged
   */
  public void run() {
    IllegalStateException first = null;
    while (!started.isEmpty()) {
      Part part = started.pop();
      try {
        part.step().run();
      } catch (Throwable e) {
        if (first == null) {
          first = new IllegalStateException("could not stop: " + part.name(), e);
        } else {
          LOG.error("could not stop: {}", part.name(), e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}

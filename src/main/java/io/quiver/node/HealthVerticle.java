package io.quiver.node;

import io.quiver.bus.Addresses;
import io.quiver.bus.Inbox;
import io.quiver.catalog.Database;
import io.quiver.message.CheckHealth;
import io.quiver.message.HealthReport;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.quiver.message.Message;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Reports how the node is: the database's components and the node's own queues. */
final class HealthVerticle extends VerticleBase {
  /** How long the self-test waits for a free search thread. */
  private static final long SEARCH_WAIT_SECONDS_MAX = 5;

  private final Database database;
  private final SearchPool searches;
  private final WorkPool inspections;
  private final WriteBudget budget;
  private final Conversions conversions;

  HealthVerticle(
      Database database,
      SearchPool searches,
      WorkPool inspections,
      WriteBudget budget,
      Conversions conversions) {
    this.database = database;
    this.searches = searches;
    this.inspections = inspections;
    this.budget = budget;
    this.conversions = conversions;
  }

  @Override
  public Future<?> start() {
    return Inbox.open(vertx, Addresses.HEALTH, this::onRequest).completion();
  }

  private void onRequest(io.vertx.core.eventbus.Message<Message> request) {
    inspections.answer(
        request,
        () -> {
          if (request.body() instanceof CheckHealth check) {
            return report(check.deep());
          }
          throw Inbox.misplaced("CheckHealth", request.body());
        });
  }

  private HealthReport report(boolean deep) throws InterruptedException {
    List<Component> components = new ArrayList<>(database.health());
    components.add(searchQueue());
    components.add(logQueue());
    conversions.health().ifPresent(components::add);
    if (deep) {
      components.addAll(database.selfTest());
      components.add(searchThreads());
    }
    boolean ready = components.stream().noneMatch(each -> each.status() == Status.UNHEALTHY);
    return new HealthReport(ready, components);
  }

  private Component searchQueue() {
    String message =
        "%d of %d threads busy, %d searches wait"
            .formatted(searches.busy(), searches.threadCount(), searches.queued());
    return new Component("search_queue", Status.HEALTHY, message, 0);
  }

  private Component logQueue() {
    return new Component(
        "log_queue", Status.HEALTHY, budget.writesWaiting() + " writes wait for the log", 0);
  }

  /** Waits for a search thread to run something: the longest a search would wait now. */
  private Component searchThreads() throws InterruptedException {
    long startNanos = System.nanoTime();
    CountDownLatch ran = new CountDownLatch(1);
    searches.execute(ran::countDown);
    boolean inTime = ran.await(SEARCH_WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    long tookMicros = (System.nanoTime() - startNanos) / 1_000;
    return inTime
        ? new Component("search_threads", Status.HEALTHY, "a thread took a task", tookMicros)
        : new Component("search_threads", Status.DEGRADED, "no thread is free", tookMicros);
  }
}

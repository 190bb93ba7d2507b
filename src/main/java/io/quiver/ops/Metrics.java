package io.quiver.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.quiver.bus.Figures;
import io.quiver.bus.RequestObserver;
import io.quiver.core.ErrorCode;
import io.quiver.message.Failure;
import io.quiver.message.HealthReport;
import io.quiver.message.NodeInfo;
import io.quiver.message.Reply;
import io.quiver.message.Request;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts requests and shows them to Prometheus: {@code quiver_requests_seconds} as a histogram per
 * operation, {@code quiver_request_failures_total} per operation and error code, what requests of a
 * collection took ({@link CollectionDurations}), the node's {@link Figures}, the components' health
 * ({@code quiver_component_state}: 0 healthy, 1 degraded, 2 unhealthy), the JVM, and the names that
 * d-vecDB used ({@link InheritedMetrics}). One per node; close it to let its listeners go.
 *
 * <p>Thread safety: all methods, from any thread. Counting takes no lock and well under a
 * microsecond.
 */
public final class Metrics implements RequestObserver, AutoCloseable {
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(50_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(10)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final InheritedMetrics inherited = new InheritedMetrics();
  private final CollectionDurations collections = new CollectionDurations();
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final Map<Operation, Timer> timers = new EnumMap<>(Operation.class);
  private final Counter turnedAway = failures(Operation.QUERY, ErrorCode.OVERLOADED);

  public Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collector.bindTo(registry);
    for (Operation operation : Operation.values()) {
      timers.put(
          operation,
          Timer.builder("quiver.requests")
              .description("Requests over REST, gRPC and the bus, failed ones included")
              .tag("operation", operation.word())
              .serviceLevelObjectives(BUCKETS)
              .register(registry));
    }
  }

  @Override
  public void completed(Request request, Reply reply, long nanos) {
    Operation operation = Operation.of(request);
    timers.get(operation).record(nanos, TimeUnit.NANOSECONDS);
    collections.completed(request, reply, nanos);
    if (reply instanceof Failure failure) {
      failures(operation, failure.code()).increment();
    } else {
      inherited.done(operation, reply, nanos);
    }
  }

  /** It is a failure; it took no time that would tell anybody anything. */
  @Override
  public void turnedAway() {
    turnedAway.increment();
  }

  private Counter failures(Operation operation, ErrorCode code) {
    return Counter.builder("quiver.request.failures")
        .description("Requests that were answered with an error")
        .tag("operation", operation.word())
        .tag("code", code.name())
        .register(registry);
  }

  /**
   * The page for Prometheus, text format 0.0.4. Takes milliseconds: not for an event loop.
   *
   * @param node the node's own figures; without them {@code quiver_up} is 0
   * @param health without it {@code quiver_ready} is 0
   * @param figures what others keep
   */
  public String page(
      Optional<NodeInfo> node, Optional<HealthReport> health, List<Figures.Family> figures) {
    TextPage page = new TextPage();
    page.gauge("quiver_up", node.isPresent() ? 1 : 0);
    page.gauge("quiver_ready", health.filter(HealthReport::ready).isPresent() ? 1 : 0);
    health.ifPresent(report -> {
      Map<String, Long> states = new TreeMap<>();
      report.components().forEach(each -> states.put(each.name(), state(each.status())));
      page.labelled("quiver_component_state", "component", states);
    });
    node.ifPresent(info -> {
      page.labelled("quiver_info", "version", Map.of(info.version(), 1L));
      page.gauge("quiver_collections", info.collections());
      page.gauge("quiver_vectors", info.vectors());
      page.gauge("quiver_memory_bytes", info.memoryBytes());
      page.gauge("quiver_disk_bytes", info.diskBytes());
      page.gauge("quiver_uptime_seconds", info.uptimeMillis() / 1_000);
      page.counter("quiver_scrub_bytes_total", info.scrub().bytes());
      page.counter("quiver_scrub_passes_total", info.scrub().passes());
      page.counter("quiver_scrub_damaged_total", info.scrub().damaged());
      page.counter("quiver_scrub_unread_total", info.scrub().unread());
      page.gauge("quiver_scrub_last_end_seconds", info.scrub().lastEndMillis() / 1_000);
    });
    figures.forEach(page::family);
    page.family(collections.family());
    inherited.write(page, node);
    return page + registry.scrape();
  }

  private static long state(HealthReport.Status status) {
    return switch (status) {
      case HEALTHY -> 0;
      case DEGRADED -> 1;
      case UNHEALTHY -> 2;
    };
  }

  @Override
  public void close() {
    collector.close();
    inherited.close();
    registry.close();
  }
}

package io.quiver.ops;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quiver.message.DeleteAck;
import io.quiver.message.NodeInfo;
import io.quiver.message.Reply;
import io.quiver.message.SearchHits;
import io.quiver.message.WriteAck;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The metric names that dashboards of d-vecDB read. They count what was done, failures not. Their
 * suffixes ({@code _created}, {@code _total} on gauges) are reserved words of the Prometheus
 * library, so the page is written by hand; the quantiles are those of the last minutes.
 *
 * <p>Thread safety: all methods, from any thread.
 */
final class InheritedMetrics {
  private static final double[] QUANTILES = {0.5, 0.9, 0.95, 0.99, 0.999};

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  /** Operations of one name share its counter: a collection is created by an import as well. */
  private final Map<Operation, LongAdder> counts = new EnumMap<>(Operation.class);

  private final Map<String, LongAdder> countsByName = new TreeMap<>();
  private final Map<Operation, Timer> durations = new EnumMap<>(Operation.class);
  private final DistributionSummary results =
      DistributionSummary.builder("results").publishPercentiles(QUANTILES).register(registry);

  InheritedMetrics() {
    for (Operation operation : Operation.values()) {
      counter(operation)
          .ifPresent(name ->
              counts.put(operation, countsByName.computeIfAbsent(name, each -> new LongAdder())));
      duration(operation)
          .ifPresent(name ->
              durations.put(
                  operation, Timer.builder(name).publishPercentiles(QUANTILES).register(registry)));
    }
  }

  /** Counts one request that succeeded. */
  void done(Operation operation, Reply reply, long nanos) {
    LongAdder count = counts.get(operation);
    if (count != null) {
      count.add(done(reply));
    }
    Timer timer = durations.get(operation);
    if (timer != null) {
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }
    if (operation == Operation.QUERY && reply instanceof SearchHits hits) {
      results.record(hits.hits().size());
    }
  }

  void write(TextPage page, Optional<NodeInfo> node) {
    countsByName.forEach((name, count) -> page.counter(name, count.sum()));
    durations.forEach((operation, timer) ->
        page.summary(duration(operation).orElseThrow(), timer.takeSnapshot(), TimeUnit.SECONDS));
    page.summary("vectorstore_query_results", results.takeSnapshot(), TimeUnit.NANOSECONDS);
    node.ifPresent(info -> {
      page.gauge("vectorstore_collections_total", info.collections());
      page.gauge("vectorstore_vectors_total", info.vectors());
      page.gauge("vectorstore_memory_usage", info.memoryBytes());
    });
  }

  void close() {
    registry.close();
  }

  /** How many things the request did: rows written, rows deleted, else one. */
  private static long done(Reply reply) {
    if (reply instanceof WriteAck ack) {
      return ack.written();
    }
    return reply instanceof DeleteAck ack ? ack.deleted() : 1;
  }

  private static Optional<String> counter(Operation operation) {
    return switch (operation) {
      case CREATE_COLLECTION -> Optional.of("vectorstore_collections_created");
      case DROP_COLLECTION -> Optional.of("vectorstore_collections_deleted");
      case HARD_DELETE -> Optional.of("vectorstore_collections_hard_deleted");
      case INSERT -> Optional.of("vectorstore_vectors_inserted");
      case BATCH_INSERT -> Optional.of("vectorstore_vectors_batch_inserted");
      case UPSERT -> Optional.of("vectorstore_vectors_batch_upserted");
      case UPDATE -> Optional.of("vectorstore_vectors_updated");
      case DELETE, DELETE_BY_FILTER -> Optional.of("vectorstore_vectors_deleted");
      case BATCH_DELETE -> Optional.of("vectorstore_vectors_batch_deleted");
      case QUERY -> Optional.of("vectorstore_queries");
      case RECOMMEND -> Optional.of("vectorstore_recommend");
      case DISCOVER -> Optional.of("vectorstore_discover");
      case BATCH_SEARCH -> Optional.of("vectorstore_batch_search");
      case SCROLL -> Optional.of("vectorstore_scroll");
      case COUNT -> Optional.of("vectorstore_count");
      case CONDITIONAL_WRITE,
          CONDITIONAL_DELETE,
          CLEAR,
          RANGE_SEARCH,
          CHANGE_METADATA,
          RECOVERY,
          SNAPSHOT,
          IMPORT_COLLECTION,
          LIST_COLLECTIONS,
          DESCRIBE_COLLECTION,
          DESCRIBE_NODE,
          CHECK_HEALTH,
          GET,
          SEARCH_BY_EXAMPLES,
          TEXT_SEARCH,
          HYBRID_SEARCH,
          FACETS,
          GROUP_SEARCH,
          ORDERED_SCROLL,
          RERANKED_SEARCH,
          CHANGE_ALIASES,
          MEASURE_RECALL,
          LIST_ALIASES,
          REBUILD_INDEX,
          COMPACT,
          DESCRIBE_INDEX ->
          Optional.empty();
    };
  }

  private static Optional<String> duration(Operation operation) {
    return switch (operation) {
      case INSERT -> Optional.of("vectorstore_insert_duration");
      case BATCH_INSERT -> Optional.of("vectorstore_batch_insert_duration");
      case UPSERT -> Optional.of("vectorstore_batch_upsert_duration");
      case BATCH_DELETE -> Optional.of("vectorstore_batch_delete_duration");
      case QUERY -> Optional.of("vectorstore_query_duration");
      case RECOMMEND -> Optional.of("vectorstore_recommend_duration");
      case DISCOVER -> Optional.of("vectorstore_discover_duration");
      case BATCH_SEARCH -> Optional.of("vectorstore_batch_search_duration");
      case SCROLL -> Optional.of("vectorstore_scroll_duration");
      case COUNT -> Optional.of("vectorstore_count_duration");
      case CREATE_COLLECTION,
          IMPORT_COLLECTION,
          DROP_COLLECTION,
          HARD_DELETE,
          RECOVERY,
          SNAPSHOT,
          LIST_COLLECTIONS,
          DESCRIBE_COLLECTION,
          DESCRIBE_NODE,
          CHECK_HEALTH,
          UPDATE,
          DELETE,
          DELETE_BY_FILTER,
          CHANGE_METADATA,
          CONDITIONAL_WRITE,
          CONDITIONAL_DELETE,
          CLEAR,
          RANGE_SEARCH,
          GET,
          SEARCH_BY_EXAMPLES,
          TEXT_SEARCH,
          HYBRID_SEARCH,
          FACETS,
          GROUP_SEARCH,
          ORDERED_SCROLL,
          RERANKED_SEARCH,
          CHANGE_ALIASES,
          MEASURE_RECALL,
          LIST_ALIASES,
          REBUILD_INDEX,
          COMPACT,
          DESCRIBE_INDEX ->
          Optional.empty();
    };
  }
}

package io.quiver.ops;

import io.quiver.bus.Durations;
import io.quiver.bus.Figures.Family;
import io.quiver.bus.Figures.Kind;
import io.quiver.bus.Figures.Sample;
import io.quiver.core.CollectionName;
import io.quiver.message.DeleteVectors;
import io.quiver.message.DropCollection;
import io.quiver.message.Dropped;
import io.quiver.message.Failure;
import io.quiver.message.GetVectors;
import io.quiver.message.Reply;
import io.quiver.message.Request;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the requests of each collection took: {@code quiver_collection_request_seconds} by
 * collection and operation. Failures are not among them, so a name that nobody has makes no series.
 * Collections beyond the first {@value #COLLECTIONS_MAX} share the name {@value #OTHERS}: a
 * thousand histograms would be more than a scrape should carry.
 *
 * <p>Thread safety: all methods, from any thread.
 */
final class CollectionDurations {
  static final int COLLECTIONS_MAX = 100;

  /** No collection can have this name. */
  static final String OTHERS = "(others)";

  private final Map<String, Map<Operation, Durations>> byCollection = new ConcurrentHashMap<>();

  /** Counts a request of a collection; others are passed over. */
  void completed(Request request, Reply reply, long nanos) {
    if (request instanceof DropCollection && reply instanceof Dropped dropped) {
      byCollection.remove(dropped.name().value());
    } else if (!(reply instanceof Failure)) {
      collection(request)
          .ifPresent(name ->
              of(name)
                  .computeIfAbsent(Operation.of(request), each -> new Durations())
                  .record(nanos));
    }
  }

  private Map<Operation, Durations> of(CollectionName name) {
    Map<Operation, Durations> known = byCollection.get(name.value());
    if (known != null) {
      return known;
    }
    String counted = byCollection.size() < COLLECTIONS_MAX ? name.value() : OTHERS;
    return byCollection.computeIfAbsent(counted, each -> new ConcurrentHashMap<>());
  }

  Family family() {
    List<Sample> samples = new ArrayList<>();
    new TreeMap<>(byCollection)
        .forEach((collection, durations) ->
            new TreeMap<>(durations)
                .forEach((operation, taken) ->
                    samples.addAll(
                        taken.samples(
                            Map.of("collection", collection, "operation", operation.word())))));
    return new Family(
        "quiver_collection_request_seconds",
        Kind.HISTOGRAM,
        "Requests of a collection that succeeded",
        samples);
  }

  private static Optional<CollectionName> collection(Request request) {
    return switch (request) {
      case WriteVectors write -> Optional.of(write.collection());
      case DeleteVectors delete -> Optional.of(delete.collection());
      case GetVectors get -> Optional.of(get.collection());
      case SearchVectors search -> Optional.of(search.collection());
      default -> Optional.empty();
    };
  }
}

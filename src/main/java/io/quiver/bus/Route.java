package io.quiver.bus;

import io.quiver.core.CollectionName;
import io.vertx.core.shareddata.Shareable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The way to one collection.
 *
 * @param collection its own name, whatever it was asked for by
 * @param writes address of its writer
 * @param reads address for reads by id
 * @param searches one address per shard, in shard order
 * @param gate of its searches
 */
public record Route(
    CollectionName collection, String writes, String reads, List<String> searches, Gate gate)
    implements Shareable {
  public Route {
    searches = List.copyOf(searches);
  }

  static Route of(CollectionName name, int shards, Gate gate) {
    return new Route(
        name,
        Addresses.write(name),
        Addresses.read(name),
        IntStream.range(0, shards).mapToObj(shard -> Addresses.search(name, shard)).toList(),
        gate);
  }

  public int shards() {
    return searches.size();
  }
}

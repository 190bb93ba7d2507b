package io.quiver.sim;

import io.quiver.catalog.Database;
import io.quiver.collection.Collection;
import io.quiver.collection.Manifest;
import io.quiver.disk.Disk;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Tells from the files between two steps what the database did in the background. */
final class Observer {
  private final Disk disk;
  private final Set<Event> events;
  private final Map<UUID, Long> checkpoints = new HashMap<>();
  private Set<String> segments = Set.of();

  Observer(Disk disk, Set<Event> events) {
    this.disk = disk;
    this.events = events;
  }

  void look(Database database) throws IOException {
    Set<String> now = new HashSet<>(disk.list(Run.ROOT.resolve("wal")));
    if (!segments.isEmpty() && !segments.containsAll(now)) {
      events.add(Event.SEGMENT_ROLL);
    }
    if (!now.containsAll(segments)) {
      events.add(Event.LOG_SHORTENED);
    }
    segments = now;
    for (Collection collection : database.collections()) {
      Manifest manifest = collection.manifest();
      long lsn = manifest.shards().getFirst().lsn(); // 0 in a manifest that no checkpoint wrote.
      if (lsn > checkpoints.getOrDefault(manifest.uuid(), 0L)) {
        checkpoints.put(manifest.uuid(), lsn);
        events.add(Event.CHECKPOINT);
      }
      for (Manifest.ShardCheckpoint shard : manifest.shards()) {
        if (shard.folder().contains(".")) {
          events.add(Event.COMPACTION);
        }
        if (shard.graphNodes() > 0) {
          events.add(Event.GRAPH_WRITTEN);
        }
      }
    }
  }
}

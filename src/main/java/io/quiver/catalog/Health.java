package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.disk.WatchedDisk;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.quiver.wal.Wal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Looks at a database as an operator would; the component names are d-vecDB's. */
final class Health {
  private static final System.Logger LOG = System.getLogger(Health.class.getName());

  private static final long FREE_BYTES_MIN = 64L << 20;

  private final WatchedDisk disk;
  private final Path root;
  private final Wal wal;
  private final LogNotes logNotes;
  private final List<Directory.Damaged> damaged;
  private final java.util.Collection<Collection> collections;

  Health(
      WatchedDisk disk,
      Path root,
      Wal wal,
      LogNotes logNotes,
      List<Directory.Damaged> damaged,
      java.util.Collection<Collection> collections) {
    this.disk = disk;
    this.root = root;
    this.wal = wal;
    this.logNotes = logNotes;
    this.damaged = damaged;
    this.collections = collections;
  }

  List<Component> components(Component scrub, Component aliases) {
    return List.of(vectorStore(), log(), space(), memory(), scrub, aliases);
  }

  private Component vectorStore() {
    List<String> faults = new ArrayList<>();
    damaged.forEach(each -> faults.add(each.name() + ": " + each.reason()));
    for (Collection collection : collections) {
      collection.fault().ifPresent(fault -> faults.add(fault.getMessage()));
    }
    return faults.isEmpty()
        ? component("vectorstore", Status.HEALTHY, collections.size() + " collections served")
        : component(
            "vectorstore",
            Status.DEGRADED,
            faults.size() + " collections set aside: " + String.join("; ", faults));
  }

  private Component log() {
    return wal.failure()
        .map(failure -> component("database", Status.UNHEALTHY, failure.getMessage()))
        .orElseGet(() ->
            component(
                "database",
                logNotes.status(wal),
                "log at LSN %d, %d bytes".formatted(wal.lastLsn(), wal.bytes())
                    + logNotes.text(wal)));
  }

  private Component space() {
    try {
      long free = disk.usableBytes(root);
      String space = free + " bytes free in " + root;
      return disk.trouble()
          .map(trouble -> component("disk", Status.UNHEALTHY, describe(trouble) + "; " + space))
          .orElseGet(() ->
              component("disk", free < FREE_BYTES_MIN ? Status.DEGRADED : Status.HEALTHY, space));
    } catch (IOException e) {
      return component("disk", Status.UNHEALTHY, String.valueOf(e.getMessage()));
    }
  }

  private static String describe(WatchedDisk.Trouble trouble) {
    return "%s since %s: %s"
        .formatted(
            trouble.refusal().text(),
            Instant.ofEpochMilli(trouble.sinceMillis()).truncatedTo(ChronoUnit.SECONDS),
            trouble.message());
  }

  private static Component memory() {
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    boolean tight = used > runtime.maxMemory() / 100 * 95;
    return component(
        "memory",
        tight ? Status.DEGRADED : Status.HEALTHY,
        "heap %d of %d bytes".formatted(used, runtime.maxMemory()));
  }

  /** Looks whether a disk that refused a write takes writes again; true if it does now. */
  static boolean isMended(WatchedDisk disk, Path file) {
    if (disk.trouble().isEmpty()) {
      return false;
    }
    try {
      disk.probe(file);
      return true;
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the disk takes no writes yet: {0}", e.getMessage());
      return false;
    }
  }

  /** Writes, syncs and reads back a scratch file. */
  static Component selfTest(WatchedDisk disk, Path file) {
    long startNanos = System.nanoTime();
    try {
      disk.probe(file);
    } catch (IOException e) {
      return component("storage", Status.UNHEALTHY, String.valueOf(e.getMessage()));
    }
    long tookMicros = (System.nanoTime() - startNanos) / 1_000;
    return new Component(
        "storage", Status.HEALTHY, "wrote, synced and read back a file", tookMicros);
  }

  private static Component component(String name, Status status, String message) {
    return new Component(name, status, message, 0);
  }
}

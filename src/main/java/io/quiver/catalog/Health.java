package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.quiver.wal.Wal;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Looks at a database as an operator would; the component names are d-vecDB's. */
final class Health {
  private static final long FREE_BYTES_MIN = 64L << 20;
  private static final int SCRATCH_BYTES = 4096;

  private final Disk disk;
  private final Path root;
  private final Wal wal;
  private final List<Directory.Damaged> damaged;
  private final java.util.Collection<Collection> collections;

  Health(
      Disk disk,
      Path root,
      Wal wal,
      List<Directory.Damaged> damaged,
      java.util.Collection<Collection> collections) {
    this.disk = disk;
    this.root = root;
    this.wal = wal;
    this.damaged = damaged;
    this.collections = collections;
  }

  List<Component> components() {
    return List.of(vectorStore(), log(), space(), memory());
  }

  List<Component> selfTest() {
    return List.of(scratchFile());
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
                Status.HEALTHY,
                "log at LSN %d, %d bytes".formatted(wal.lastLsn(), wal.bytes())));
  }

  private Component space() {
    try {
      long free = disk.usableBytes(root);
      return component(
          "disk",
          free < FREE_BYTES_MIN ? Status.DEGRADED : Status.HEALTHY,
          free + " bytes free in " + root);
    } catch (IOException e) {
      return component("disk", Status.UNHEALTHY, String.valueOf(e.getMessage()));
    }
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

  private Component scratchFile() {
    long startNanos = System.nanoTime();
    Path path = root.resolve(".selftest");
    byte[] pattern = new byte[SCRATCH_BYTES];
    for (int i = 0; i < pattern.length; i++) {
      pattern[i] = (byte) (i * 31 + (int) startNanos);
    }
    byte[] back = new byte[SCRATCH_BYTES];
    try {
      try (DiskFile file = disk.open(path)) {
        file.write(0, MemorySegment.ofArray(pattern));
        file.force();
        file.read(0, MemorySegment.ofArray(back));
      }
      disk.delete(path);
    } catch (IOException e) {
      return component("storage", Status.UNHEALTHY, String.valueOf(e.getMessage()));
    }
    long tookMicros = (System.nanoTime() - startNanos) / 1_000;
    return Arrays.equals(pattern, back)
        ? new Component("storage", Status.HEALTHY, "wrote, synced and read back a file", tookMicros)
        : new Component(
            "storage", Status.UNHEALTHY, "read back other bytes than written", tookMicros);
  }

  private static Component component(String name, Status status, String message) {
    return new Component(name, status, message, 0);
  }
}

package io.quiver.catalog;

import io.quiver.collection.Manifest;
import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.core.Metric;
import io.quiver.core.Owner;
import io.quiver.disk.AtomicFile;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.testkit.HookedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What it costs to replace a manifest, beside its two syncs (of the file and of its folder). Run by
 * hand, in a process of its own, with a folder on the disk in question; ends with an error if the
 * median is a millisecond or more. The rename stands apart: it is quick, unless others sync files
 * of the same file system; then it waits for their transaction as a sync does.
 */
public final class ManifestBench {
  private static final int WARM_UP = 500;
  private static final int ROUNDS = 2_000;
  private static final double MILLIS_MAX = 1;

  private ManifestBench() {}

  /** The argument is the folder to write in. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "manifest");
    boolean isQuick = true;
    for (int shards : new int[] {1, 64}) {
      isQuick &= measure(folder, shards);
    }
    if (!isQuick) {
      throw new IllegalStateException("more than " + MILLIS_MAX + " ms beyond its syncs");
    }
  }

  private static boolean measure(Path folder, int shards) throws IOException {
    CallTimes times = new CallTimes();
    HookedDisk disk = new HookedDisk(new OsDisk(), times);
    Manifest manifest = manifest(shards);
    Path file = folder.resolve(Directory.MANIFEST);
    long[] own = new long[ROUNDS];
    long[] renames = new long[ROUNDS];
    long[] syncs = new long[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      times.clear();
      long startNanos = System.nanoTime();
      AtomicFile.write(disk, file, ManifestJson.write(manifest));
      long nanos = System.nanoTime() - startNanos;
      times.settle();
      if (round >= 0) {
        syncs[round] = times.of("force") + times.of("syncDirectory");
        renames[round] = times.of("rename");
        own[round] = nanos - syncs[round] - renames[round];
      }
    }
    System.out.printf(
        "%d shards, %,d bytes: own work %s, rename %s, syncs %s%n",
        shards, Files.size(file), told(own), told(renames), told(syncs));
    return millis(own, 0.5) < MILLIS_MAX;
  }

  private static String told(long[] nanos) {
    Arrays.sort(nanos);
    return "%.3f ms (p99 %.3f)".formatted(millis(nanos, 0.5), millis(nanos, 0.99));
  }

  private static double millis(long[] sortedNanos, double share) {
    return sortedNanos[(int) (share * (sortedNanos.length - 1))] / 1e6;
  }

  private static Manifest manifest(int shards) {
    List<ShardCheckpoint> checkpoints =
        IntStream.range(0, shards)
            .mapToObj(
                shard -> new ShardCheckpoint(shard + ".7", 123_456, 1_000, 900, 40_000, 1_000, 900))
            .toList();
    CollectionConfig config = CollectionConfig.of("films", 384, Metric.COSINE).withShards(shards);
    return new Manifest(config, new UUID(1, 2), 1_700_000_000_000L, 1, 123_456, checkpoints)
        .ownedBy(new Owner("ana"));
  }

  /** What passes from each call to the next, or to the end. */
  private static final class CallTimes implements HookedDisk.Hook {
    private final Map<String, Long> nanosByCall = new HashMap<>();
    private String last = "";
    private long sinceNanos;

    void clear() {
      nanosByCall.clear();
      last = "";
    }

    long of(String call) {
      return nanosByCall.getOrDefault(call, 0L);
    }

    @Override
    public void before(String call) {
      settle();
      last = call;
      sinceNanos = System.nanoTime();
    }

    private void settle() {
      nanosByCall.merge(last, System.nanoTime() - sinceNanos, Long::sum);
    }
  }
}

package io.quiver.catalog;

import io.quiver.collection.Manifest;
import io.quiver.core.Metric;
import io.quiver.disk.DamagedFileException;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.message.CollectionConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A {@code metadata.json} of any bytes, once as they are and once with a checksum that holds: it is
 * damaged, or says what is written and read again as the same.
 */
public final class ManifestFuzz implements FuzzTarget {
  private static final Path FILE = Path.of("/data/c/metadata.json");

  @Override
  public void run(byte[] input) {
    check(input);
    check(sealed(input));
  }

  private static void check(byte[] bytes) {
    Optional<Manifest> manifest = read(bytes);
    if (manifest.isPresent()) {
      Expect.equal(read(ManifestJson.write(manifest.get())), manifest);
    }
  }

  private static Optional<Manifest> read(byte[] bytes) {
    try {
      return Optional.of(ManifestReader.read(FILE, bytes));
    } catch (DamagedFileException e) {
      Expect.equal(e.fault().file(), FILE);
      return Optional.empty();
    }
  }

  private static byte[] sealed(byte[] input) {
    int end = new String(input, StandardCharsets.ISO_8859_1).lastIndexOf(ManifestJson.CRC_FIELD);
    byte[] body = Arrays.copyOf(input, end < 0 ? input.length : end);
    String tail = ManifestJson.CRC_FIELD + ManifestJson.crc(body, body.length) + "\"\n}\n";
    byte[] sealed = Arrays.copyOf(body, body.length + tail.length());
    System.arraycopy(
        tail.getBytes(StandardCharsets.ISO_8859_1), 0, sealed, body.length, tail.length());
    return sealed;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (Metric metric : Metric.values()) {
      CollectionConfig config = CollectionConfig.of("one", 24, metric);
      Manifest created = Manifest.created(config, new UUID(1, 2), 1_700_000_000_000L, 0);
      seeds.add(ManifestJson.write(created));
      Manifest.ShardCheckpoint shard =
          new Manifest.ShardCheckpoint("0.12", 99, 200, 180, 4_000, 190, 170);
      seeds.add(
          ManifestJson.write(new Manifest(config, new UUID(3, 4), 1, 2_000, 99, List.of(shard))));
    }
    return seeds;
  }
}

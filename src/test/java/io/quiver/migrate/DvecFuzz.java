package io.quiver.migrate;

import io.quiver.core.Metric;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.fuzz.MemoryFiles;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import io.quiver.testkit.DvecWriter;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A collection of d-vecDB of any bytes: {@code metadata.json}, log and {@code vectors.bin}. Each is
 * read or refused with its place; of each id one row comes, and none that the log deletes.
 */
public final class DvecFuzz implements FuzzTarget {
  private static final Path FOLDER = Path.of("/old/films");
  private static final CollectionConfig CONFIG = CollectionConfig.of("films", 2, Metric.COSINE);

  @Override
  public void run(byte[] input) throws IOException {
    byte[][] files = MemoryFiles.split(input, 3);
    FaultyDisk disk = MemoryFiles.disk(FOLDER);
    MemoryFiles.write(disk, FOLDER.resolve("metadata.json"), files[0]);
    MemoryFiles.write(disk, FOLDER.resolve("wal"), files[1]);
    MemoryFiles.write(disk, FOLDER.resolve("vectors.bin"), files[2]);
    CollectionConfig config = CONFIG;
    try {
      config = DvecMetadata.read(disk, FOLDER);
      Expect.equal(DvecMetadata.parse(FOLDER, DvecMetadata.write(config)), config);
    } catch (MalformedFileException e) {
      refused(e, "metadata.json: .* at byte .*");
    }
    DvecLog log = DvecLog.read(disk, FOLDER.resolve("wal"));
    log.problems().forEach(Expect::readable);
    readRows(disk, config, log.deletedOf(config.name().value()));
  }

  private static void readRows(FaultyDisk disk, CollectionConfig config, Set<UUID> deleted)
      throws IOException {
    try (DvecRows rows = DvecRows.open(disk, FOLDER, config, deleted)) {
      List<UUID> ids = new ArrayList<>();
      for (Optional<Row> row = rows.next(); row.isPresent(); row = rows.next()) {
        Expect.equal(row.get().vector().dimension(), config.dimension());
        ids.add(UUID.fromString(row.get().id().value()));
      }
      Expect.equal((long) ids.size(), rows.total());
      Expect.equal(Set.copyOf(ids).size(), ids.size());
      Expect.that(ids.stream().noneMatch(deleted::contains), ids::toString);
      Expect.that(rows.refused() + rows.total() <= rows.records(), () -> "" + rows.records());
      rows.problems().forEach(Expect::readable);
    } catch (MalformedFileException e) {
      refused(e, "vectors.bin: record .* at byte .*");
    }
  }

  private static void refused(MalformedFileException e, String pattern) {
    Expect.readable(e.getMessage());
    Expect.that(e.getMessage().matches("(?s)" + pattern), e::getMessage);
  }

  @Override
  public List<byte[]> seeds() {
    byte[] metadata = DvecWriter.metadata("films", 2, "Cosine").getBytes(StandardCharsets.UTF_8);
    byte[] one = DvecWriter.vector(DvecWriter.id(1), new float[] {1, 2}, "{\"a\":[1]}");
    byte[] two = DvecWriter.vector(DvecWriter.id(2), new float[] {-3, 4}, null);
    List<byte[]> operations =
        List.of(
            DvecWriter.opCreate("films", 2, 0, true),
            DvecWriter.opInsert("films", one),
            DvecWriter.opBatch("films", List.of(two, one)),
            DvecWriter.opDelete("films", DvecWriter.id(2)),
            DvecWriter.opDrop("users"));
    byte[] log = DvecWriter.joined(operations.stream().map(DvecWriter::entry).toList());
    byte[] oldLog = DvecWriter.joined(operations.stream().map(DvecWriter::oldEntry).toList());
    List<byte[]> records = List.of(DvecWriter.prefixed(one), DvecWriter.prefixed(two), new byte[9]);
    byte[] vectors = DvecWriter.joined(records);
    byte[] oldVectors = DvecWriter.joined(List.of(one, two, one, new byte[40]));
    return List.of(
        MemoryFiles.join(metadata, log, vectors),
        MemoryFiles.join(metadata, oldLog, oldVectors),
        MemoryFiles.join(new byte[0], new byte[0], vectors),
        MemoryFiles.join(metadata, log, oldVectors));
  }
}

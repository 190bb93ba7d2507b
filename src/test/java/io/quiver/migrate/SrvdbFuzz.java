package io.quiver.migrate;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.fuzz.MemoryFiles;
import io.quiver.message.Row;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.RedbWriter;
import io.quiver.testkit.SrvdbWriter;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A directory of SrvDB of any bytes: the first byte says which file of vectors there is. Refused
 * with a place, or rows of one dimension, not more than the file has room for.
 */
public final class SrvdbFuzz implements FuzzTarget {
  private static final Path FOLDER = Path.of("/old/papers");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<List<String>> NAMES =
      List.of(
          List.of("vectors.bin", "unread"),
          List.of("sq8_vectors.bin", "scalar_quantizer.bin"),
          List.of("quantized_vectors.bin", "codebooks.bin"));

  @Override
  public void run(byte[] input) throws IOException {
    byte[][] files = MemoryFiles.split(input, 4);
    int which = files[0].length == 0 ? 0 : (files[0][0] & 0xFF) % NAMES.size();
    FaultyDisk disk = MemoryFiles.disk(FOLDER);
    MemoryFiles.write(disk, FOLDER.resolve(NAMES.get(which).get(0)), files[1]);
    MemoryFiles.write(disk, FOLDER.resolve(NAMES.get(which).get(1)), files[2]);
    MemoryFiles.write(disk, FOLDER.resolve("metadata.db"), files[3]);
    int count = 0;
    try (SrvdbRows rows = SrvdbRows.open(disk, FOLDER)) {
      for (Optional<Row> row = rows.next(); row.isPresent(); row = rows.next()) {
        Expect.equal(row.get().vector().dimension(), rows.dimension());
        Expect.that(
            !JSON.readTree(row.get().metadata().json()).has(SrvdbMetadata.ID),
            row.get().metadata()::json);
        count++;
      }
      int found = count;
      Expect.that(found <= files[1].length, () -> "rows: " + found);
      rows.problems().forEach(Expect::readable);
    } catch (MalformedFileException e) {
      Expect.readable(e.getMessage());
      Expect.that(e.getMessage().matches("(?s)[a-z0-9_]+.(bin|db): .* at byte .*"), e::getMessage);
    } catch (NoSuchFileException e) {
      Expect.readable(e.getMessage());
    }
  }

  @Override
  public List<byte[]> seeds() {
    Map<Long, String> entries =
        Map.of(
            0L, "{\"__id__\":\"a\",\"i\":1}",
            1L, "{\"x\":{},\"__id__\":\"b\"}",
            2L, "{\"__id__\":\"c\"}",
            3L, "{\"__id__\":\"d\",\"t\":\"" + "x".repeat(600) + "\"}");
    byte[] old = new RedbWriter(2, 1).numbersToTexts("metadata", entries).file(4);
    byte[] recent =
        new RedbWriter(3, 0)
            .numbersToTexts("metadata", entries)
            .numbers("tombstones", List.of(1L))
            .textsToNumbers("state", Map.of("committed_count", 4L))
            .file(5);
    byte[] one = SrvdbWriter.longs(2);
    byte[] floats = SrvdbWriter.floats(1, 2, 3, 4, 5, 6, 7, 8);
    byte[] quantizer =
        SrvdbWriter.joined(one, SrvdbWriter.floats(-1, -2), one, SrvdbWriter.floats(1, 2), one);
    byte[] books =
        SrvdbWriter.framed(
            "SRVDPQCB",
            SrvdbWriter.joined(
                SrvdbWriter.varints(1, 2, 2, 1, 2, 2),
                SrvdbWriter.floats(1, 2),
                SrvdbWriter.varints(2),
                SrvdbWriter.floats(3, 4)));
    return List.of(
        seed(0, SrvdbWriter.joined(SrvdbWriter.header(2, 4, 0), floats), new byte[0], old),
        seed(
            0,
            SrvdbWriter.joined(SrvdbWriter.oldHeader(1, 2, false), new byte[384]),
            new byte[0],
            recent),
        seed(1, SrvdbWriter.joined(SrvdbWriter.header(2, 4, 1), new byte[8]), quantizer, recent),
        seed(2, SrvdbWriter.joined(SrvdbWriter.header(2, 4, 2), new byte[4]), books, old));
  }

  private static byte[] seed(int which, byte[] vectors, byte[] coding, byte[] database) {
    return MemoryFiles.join(new byte[] {(byte) which}, vectors, coding, database);
  }
}

package io.quiver.migrate;

import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.fuzz.MemoryFiles;
import io.quiver.message.Row;
import io.quiver.testkit.FaultyDisk;
import io.quiver.testkit.SrvdbWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A directory of VJson of any bytes, as lines and as an array: refused with a place, or one row an
 * id, whose vector stands in the file.
 */
public final class VjsonFuzz implements FuzzTarget {
  private static final Path FOLDER = Path.of("/old/films");

  @Override
  public void run(byte[] input) throws IOException {
    byte[][] files = MemoryFiles.split(input, 2);
    for (String name : List.of("metadata.ndjson", "metadata.json")) {
      for (OptionalInt dimension : List.of(OptionalInt.empty(), OptionalInt.of(2))) {
        FaultyDisk disk = MemoryFiles.disk(FOLDER);
        MemoryFiles.write(disk, FOLDER.resolve("vectors.bin"), files[0]);
        MemoryFiles.write(disk, FOLDER.resolve(name), files[1]);
        readRows(disk, dimension, files[0]);
      }
    }
  }

  private static void readRows(FaultyDisk disk, OptionalInt dimension, byte[] vectors)
      throws IOException {
    try (VjsonRows rows = VjsonRows.open(disk, FOLDER, dimension)) {
      List<Row> all = VjsonRowsTest.all(rows);
      Set<String> ids = all.stream().map(row -> row.id().value()).collect(Collectors.toSet());
      Expect.equal(ids.size(), all.size());
      Expect.equal((long) all.size(), rows.total());
      for (Row row : all) {
        Expect.equal(row.vector().dimension(), rows.dimension());
        Expect.that(stands(SrvdbWriter.floats(row.vector().toArray()), vectors), row::toString);
      }
      rows.problems().forEach(Expect::readable);
      rows.notes().forEach(Expect::readable);
    } catch (MalformedFileException e) {
      Expect.readable(e.getMessage());
      Expect.that(
          e.getMessage().matches("(?s)(vectors.bin|metadata.(nd)?json): .* at byte .*"),
          e::getMessage);
    }
  }

  private static boolean stands(byte[] row, byte[] vectors) {
    for (int at = 0; at + row.length <= vectors.length; at += row.length) {
      if (Arrays.equals(row, 0, row.length, vectors, at, at + row.length)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public List<byte[]> seeds() {
    String a = "{\"id\":\"a\",\"data\":{\"n\":[1,{\"x\":null}]},\"timestamp\":1735000000}";
    String b = "{\"timestamp\":1.5,\"id\":\"b\",\"data\":null}";
    byte[] three = SrvdbWriter.floats(1, 2, 3, 4, 5, 6);
    return List.of(
        MemoryFiles.join(three, utf8(a + "\n" + b + "\n" + a + "\n")),
        MemoryFiles.join(three, utf8("[" + a + ", " + b + ",\n" + a + "]")),
        MemoryFiles.join(SrvdbWriter.floats(1, 2, 3, 4), utf8(a + "\n" + b + "\n{\"id\":\"c")),
        MemoryFiles.join(new byte[0], new byte[0]));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package io.quiver.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files are built byte by byte here, from the formats' own descriptions. */
class VectorReaderTest {
  private static final float[][] ROWS = {{1.5f, -2f, 0f}, {3f, 4e30f, 1e-30f}};
  private static final float[][] BYTE_ROWS = {{0f, 127f, 255f}, {128f, 1f, 2f}};

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvSource({"a.fvecs", "a.fvecs.gz", "A.FVECS"})
  void fvecs(String name) throws IOException {
    assertThat(read(name, fvecs(ROWS))).containsExactlyElementsOf(numbered(ROWS));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"a.bvecs", "a.bvecs.gz"})
  void bvecs(String name) throws IOException {
    byte[] content = {3, 0, 0, 0, 0, 127, (byte) 255, 3, 0, 0, 0, (byte) 128, 1, 2};
    assertThat(read(name, content)).containsExactlyElementsOf(numbered(BYTE_ROWS));
  }

  @ParameterizedTest(name = "version {0}")
  @ValueSource(ints = {1, 2, 3})
  void npyOfEveryVersion(int version) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(ROWS).forEach(row -> put(data, row));
    byte[] content =
        npy(version, "'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), ", data);
    assertThat(read("a.npy", content)).containsExactlyElementsOf(numbered(ROWS));
    assertThat(read("a.npy.gz", content)).containsExactlyElementsOf(numbered(ROWS));
  }

  @Test
  void npyOfEveryType() throws IOException {
    ByteBuffer doubles = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer bigEndian = ByteBuffer.allocate(24);
    for (float[] row : ROWS) {
      put(bigEndian, row);
      for (float component : row) {
        doubles.putDouble(component);
      }
    }
    String rest = "'fortran_order': False, 'shape': (2, 3), ";
    assertThat(read("a.npy", npy(1, "'descr': '<f8', " + rest, doubles)))
        .containsExactlyElementsOf(numbered(ROWS));
    assertThat(read("a.npy", npy(1, "'descr': '>f4', " + rest, bigEndian)))
        .containsExactlyElementsOf(numbered(ROWS));
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {0, 127, -1, -128, 1, 2}).position(6);
    assertThat(read("a.npy", npy(1, "'descr': '|u1', " + rest, bytes)))
        .containsExactlyElementsOf(numbered(BYTE_ROWS));
  }

  @Test
  void ndjsonKeepsIdsAndTheExactTextOfMetadata() throws IOException {
    String metadata = "{ \"n\" : 1.0,\"ü\":[null, {}],\"t\":\"}\\\"\"}";
    String text =
        "{\"id\":\"a\",\"vector\":[1.5,-2,0],\"metadata\":"
            + metadata
            + "}\n\n"
            + "  {\"metadata\":null,\"data\":[3,4E30,1e-30]}\r\n"
            + "{\"embedding\":[1],\"id\":77}\n"
            + "{\"values\":[2],\"id\":null}";
    for (String name : List.of("a.ndjson", "a.jsonl", "a.ndjson.gz")) {
      assertThat(read(name, text.getBytes(StandardCharsets.UTF_8)))
          .containsExactly(
              new Row(new VectorId("a"), DenseVector.of(ROWS[0]), Metadata.ofJson(metadata)),
              row("1", ROWS[1]),
              row("77", 1f),
              row("3", 2f));
    }
  }

  @Test
  void ivecs() throws IOException {
    byte[] content = {2, 0, 0, 0, 7, 0, 0, 0, -1, -1, -1, -1, 1, 0, 0, 0, 0, 1, 0, 0};
    Path file = Files.write(folder.resolve("a.ivecs"), content);
    assertThat(IntRows.read(file)).containsExactly(new int[] {7, -1}, new int[] {256});
    Files.write(file, Arrays.copyOf(content, 15));
    assertThatThrownBy(() -> IntRows.read(file)).hasMessageContaining("row 1 at byte 12: ");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "fvecs | 01000000 0000803f 02000000 | row 1 at byte 8: dimension: expected 1 as before,"
            + " got 2",
        "fvecs | 00000000 | row 0 at byte 0: dimension: expected 1 to 65536, got 0",
        "fvecs | ffffffff | row 0 at byte 0: dimension: expected 1 to 65536, got -1",
        "fvecs | 01000000 0000 | row 0 at byte 0: the file ends within the row: expected 4 bytes,"
            + " got 2",
        "fvecs | 0100 | row 0 at byte 0: the file ends within the row: expected 4 bytes, got 2",
        "fvecs | 01000000 0000c07f | row 0 at byte 0: vector[0]: expected a finite float32, got"
            + " NaN",
        "bvecs | 02000000 01 | row 0 at byte 0: the file ends within the row: expected 2 bytes,"
            + " got 1",
        "bvecs.gz | 02000000 01 | header at byte 0: no gzip file: Not in GZIP format",
        "npy | 934e554d5059 | header at byte 0: the file ends within its header",
        "npy | 934e554d50590900 | header at byte 0: format version: expected 1 to 3, got 9",
        "npy | 934e554d50590200ffffff7f | header at byte 0: header: expected at most 65536 bytes,"
            + " got 2147483647",
        "npy | 0000000000000000 | header at byte 0: expected a NumPy file that begins with"
            + " \\x93NUMPY",
      })
  void brokenBinaryFilesNameTheRowAndTheByte(String suffix, String hex, String message)
      throws IOException {
    byte[] content = java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
    Path file = Files.write(folder.resolve("a." + suffix), content);
    assertThatThrownBy(() -> drain(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("a." + suffix + ": " + message);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "'descr': '<i8', 'fortran_order': False, 'shape': (1, 1), | descr: expected float32,"
            + " float64 or uint8, got <i8",
        "'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), | expected C order",
        "'descr': '<f4', 'fortran_order': False, 'shape': (4,), | shape: expected (rows,"
            + " dimension), got (4,)",
        "'descr': '<f4', 'fortran_order': False, 'shape': (1, 0), | dimension: expected 1 to",
        "'descr': '<f4', 'shape': (1, 1), | no fortran_order in the header",
        "'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), | row 1 at byte 74: the file"
            + " ends early: expected 2 rows, got 1 whole ones",
        "'descr': '<f4', 'fortran_order': False, 'shape': (0, 1), | row 0 at byte 70: expected the"
            + " end of the file after 0 rows",
      })
  void brokenNpyHeadersSayWhatIsWrong(String header, String message) throws IOException {
    byte[] content = npy(1, header.strip() + " ", ByteBuffer.allocate(4).position(4));
    Path file = Files.write(folder.resolve("a.npy"), content);
    assertThatThrownBy(() -> drain(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "[1] | line: expected a JSON object, got [",
        "{\"vector\":[1,\"x\"]} | vector[1]: expected a number, got x",
        "{\"vector\":[1],\"data\":[1]} | data: expected one vector in a line, got two",
        "{\"vector\":[]} | vector: expected 1 to 65536 components, got 0",
        "{\"vector\":[1e999]} | vector[0]: expected a finite float32, got Infinity",
        "{\"id\":\"a\"} | vector: expected a list of numbers, got nothing",
        "{\"id\":1.5,\"vector\":[1]} | id: expected a string or an integer, got 1.5",
        "{\"vector\":[1],\"metadata\":[]} | metadata: expected an object, got [",
        "{\"vector\":[1],\"text\":\"t\"} | field: expected id, metadata, and vector (or data,"
            + " embedding, values), got text",
        "{\"vector\":[1]} {} | line: expected one JSON object, got more after it",
        "{\"vector\":[1],\"id\":\"a\",\"id\":\"b\"} | Duplicate field 'id'",
        "{\"vector\":[1] | Unexpected end-of-input",
      })
  void brokenNdjsonNamesTheLineAndTheByte(String line, String message) throws IOException {
    Path file = folder.resolve("a.ndjson");
    Files.writeString(file, "{\"vector\":[1]}\n\n" + line.strip() + "\n");
    assertThatThrownBy(() -> drain(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("a.ndjson: line 3 at byte 16: " + message);
  }

  @Test
  void aNameOfNoKnownFormatIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("a.csv"), new byte[1]);
    assertThatThrownBy(() -> drain(file)).hasMessageContaining("expected a name that ends in");
  }

  /** Random bytes, and whole files with one byte changed or the end cut off. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void brokenBytesNeverEscapeAsAnythingButMalformed(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(ROWS).forEach(row -> put(data, row));
    List<byte[]> whole =
        List.of(
            fvecs(ROWS),
            npy(1, "'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), ", data),
            "{\"id\":\"a\",\"vector\":[1.5,2],\"metadata\":{\"k\":\"v\"}}\n{\"vector\":[1,2]}"
                .getBytes(StandardCharsets.UTF_8),
            packed(fvecs(ROWS)));
    for (int i = 0; i < 80; i++) {
      byte[] bytes = damaged(whole.get(random.nextInt(whole.size())), random);
      for (String suffix : List.of("fvecs", "bvecs", "npy", "ndjson", "fvecs.gz", "ndjson.gz")) {
        Path file = Files.write(folder.resolve("a." + suffix), bytes);
        try {
          drain(file);
        } catch (MalformedFileException e) {
          assertThat(e.getMessage()).as("seed=%d i=%d", seed, i).contains(" at byte ");
        }
      }
    }
  }

  private static byte[] damaged(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    switch (random.nextInt(3)) {
      case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      default -> random.nextBytes(bytes);
    }
    return bytes;
  }

  private List<Row> read(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, name.endsWith(".gz") ? packed(content) : content);
    return drain(file);
  }

  private static List<Row> drain(Path file) throws IOException {
    try (VectorReader reader = VectorReader.open(file)) {
      List<Row> rows = new ArrayList<>();
      Optional<Row> row = reader.next();
      while (row.isPresent()) {
        rows.add(row.get());
        row = reader.next();
      }
      assertThat(reader.fraction()).isEqualTo(1.0);
      return rows;
    }
  }

  private static byte[] fvecs(float[][] rows) {
    ByteBuffer bytes = ByteBuffer.allocate(rows.length * 16).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      bytes.putInt(row.length);
      put(bytes, row);
    }
    return bytes.array();
  }

  private static void put(ByteBuffer bytes, float[] row) {
    for (float component : row) {
      bytes.putFloat(component);
    }
  }

  /** NEP 1; the data is what stands before the buffer's position. */
  private static byte[] npy(int version, String fields, ByteBuffer data) {
    byte[] header = ("{" + fields + "}\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) version);
    file.put((byte) 0);
    if (version == 1) {
      file.putShort((short) header.length);
    } else {
      file.putInt(header.length);
    }
    file.put(header).put(data.duplicate().flip());
    return Arrays.copyOf(file.array(), file.position());
  }

  private static byte[] packed(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  private static List<Row> numbered(float[][] rows) {
    List<Row> numbered = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      numbered.add(row(Integer.toString(i), rows[i]));
    }
    return numbered;
  }

  private static Row row(String id, float... components) {
    return new Row(new VectorId(id), DenseVector.of(components), Metadata.ABSENT);
  }
}

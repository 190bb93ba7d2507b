package io.quiver.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The bytes of the stored data directory stand where docs/formats/rows.md says, read with nothing
 * but that page: what is on users' disks must be readable for ever.
 */
class RowsPageTest {
  private static final Path SHARD =
      Path.of(System.getProperty("basedir", "."), "src/test/resources/fixtures/v1/colors/0");
  private static final UUID COLLECTION = UUID.fromString("17be6407-95e7-4027-aa62-850af136536e");

  @ParameterizedTest
  @CsvSource({
    "vectors.bin,  QVVECT01, 4,  64, 1, 0",
    "ordinals.bin, QVORDL01, 0,  0,  0, 0",
    "payload.bin,  QVPYAD01, 0,  0,  0, 0",
    "ids.bin,      QVDIDS01, 64, 1,  2, 2",
  })
  void headers(String name, String magic, int atTwelve, long at32, long at40, long at48)
      throws IOException {
    ByteBuffer file = read(name);
    assertThat(text(file, 0, 8)).isEqualTo(magic);
    assertThat(file.getInt(8)).isEqualTo(1);
    assertThat(file.getInt(12)).isEqualTo(atTwelve);
    assertThat(new UUID(file.getLong(16), file.getLong(24))).isEqualTo(COLLECTION);
    assertThat(file.getLong(32)).isEqualTo(at32);
    assertThat(file.getLong(40)).isEqualTo(at40);
    assertThat(file.getLong(48)).isEqualTo(at48);
    assertThat(file.getInt(56)).isZero();
    assertThat(file.getInt(60)).isEqualTo(crc(file, 0, 60));
  }

  @Test
  void rows() throws IOException {
    ByteBuffer vectors = read("vectors.bin");
    float[][] components = {{1, 0, 0, 0.5f}, {0.1f, 0.9f, 0, -2}, {0, 0, 3e-3f, 1}};
    for (int i = 0; i < components.length; i++) {
      int at = 4096 + i * 64;
      double squares = 0;
      for (int c = 0; c < 4; c++) {
        assertThat(vectors.getFloat(at + 4 * c)).isEqualTo(components[i][c]);
        squares += (double) components[i][c] * components[i][c];
      }
      for (int zero = at + 16; zero < at + 60; zero++) {
        assertThat(vectors.get(zero)).isZero();
      }
      assertThat(vectors.getFloat(at + 60)).isEqualTo((float) (1 / Math.sqrt(squares)));
    }
  }

  @Test
  void ordinalsAndPayload() throws IOException {
    ByteBuffer ordinals = read("ordinals.bin");
    ByteBuffer payload = read("payload.bin");
    ByteBuffer vectors = read("vectors.bin");
    String[] ids = {"red", "gr\u00fcn", "blue"};
    String[] metadata = {"{\"mood\": \"warm\", \"rank\": 1.0}", "", "{\"tags\":[\"cold\",null]}"};
    int expected = 64;
    for (int i = 0; i < ids.length; i++) {
      int at = 64 + i * 24;
      int record = (int) ordinals.getLong(at);
      int bytes = ordinals.getInt(at + 8);
      assertThat(record).isEqualTo(expected);
      assertThat(ordinals.getInt(at + 12)).isEqualTo(crc(payload, record, bytes));
      assertThat(ordinals.getInt(at + 16)).isEqualTo(crc(vectors, 4096 + i * 64, 64));
      assertThat(ordinals.getInt(at + 20)).isEqualTo(crc(ordinals, at, 20));
      int idBytes = payload.getShort(record);
      assertThat(text(payload, record + 2, idBytes)).isEqualTo(ids[i]);
      assertThat(text(payload, record + 2 + idBytes, bytes - 2 - idBytes)).isEqualTo(metadata[i]);
      expected += bytes;
    }
  }

  @Test
  void idTableAndTombstones() throws IOException {
    ByteBuffer file = read("ids.bin");
    assertThat(file.limit()).isEqualTo(64 + 8 * 64 + 8 + 4);
    assertThat(slotOf(file, "red") & 0xFFFF_FFFFL).isEqualTo(1); // ordinal 0
    assertThat(slotOf(file, "gr\u00fcn") & 0xFFFF_FFFFL).isEqualTo(2);
    assertThat(file.getLong(64 + 8 * 64)).as("no row is dead").isZero();
    assertThat(file.getInt(64 + 8 * 64 + 8)).isEqualTo(crc(file, 64, 8 * 64 + 8));
  }

  /** The slot whose high half is the id's hash, from the one that the top six bits name. */
  private static long slotOf(ByteBuffer file, String id) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
    hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
    int upper = (int) ((hash ^ (hash >>> 31)) >>> 32);
    int slot = upper >>> 26;
    while ((int) (file.getLong(64 + 8 * slot) >>> 32) != upper) {
      assertThat(file.getLong(64 + 8 * slot)).as("a free slot ends the search").isNotZero();
      slot = (slot + 1) % 64;
    }
    return file.getLong(64 + 8 * slot);
  }

  private static ByteBuffer read(String name) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(SHARD.resolve(name))).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String text(ByteBuffer file, int at, int bytes) {
    return StandardCharsets.UTF_8.decode(file.slice(at, bytes)).toString();
  }

  private static int crc(ByteBuffer file, int at, int bytes) {
    CRC32C crc = new CRC32C();
    crc.update(file.slice(at, bytes));
    return (int) crc.getValue();
  }
}

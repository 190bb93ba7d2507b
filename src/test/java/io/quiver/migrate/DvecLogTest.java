package io.quiver.migrate;

import static io.quiver.testkit.DvecWriter.entry;
import static io.quiver.testkit.DvecWriter.oldEntry;
import static io.quiver.testkit.DvecWriter.opBatch;
import static io.quiver.testkit.DvecWriter.opCreate;
import static io.quiver.testkit.DvecWriter.opDelete;
import static io.quiver.testkit.DvecWriter.opDrop;
import static io.quiver.testkit.DvecWriter.opInsert;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.disk.OsDisk;
import io.quiver.testkit.DvecWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which ids d-vecDB's log says are gone: those whose last operation is a delete. */
class DvecLogTest {
  private static final UUID ONE = DvecWriter.id(1);
  private static final UUID TWO = DvecWriter.id(2);
  private static final UUID THREE = DvecWriter.id(3);

  @TempDir Path folder;

  @Test
  void inBothLayoutsTheLastOperationOfAnIdDecides() throws IOException {
    List<UnaryOperator<byte[]>> layouts = List.of(DvecWriter::entry, DvecWriter::oldEntry);
    for (UnaryOperator<byte[]> layout : layouts) {
      for (boolean withOption : new boolean[] {true, false}) {
        List<byte[]> operations =
            List.of(
                opCreate("a", 2, 0, withOption),
                opCreate("b", 2, 3, withOption),
                opInsert("a", vector(ONE, "{\"x\":1}")),
                opBatch("a", List.of(vector(TWO, null), vector(THREE, "{}"))),
                opDelete("a", ONE),
                opDelete("a", TWO),
                opDelete("a", THREE),
                opBatch("a", List.of(vector(ONE, "{\"é\":2}"), vector(TWO, null))),
                opDelete("b", TWO),
                opInsert("b", vector(TWO, null)),
                opDelete("b", ONE));
        DvecLog log = read(operations.stream().map(layout).toArray(byte[][]::new));
        assertThat(log.entries()).isEqualTo(11);
        assertThat(log.problems()).isEmpty();
        assertThat(log.deletedOf("a")).containsExactly(THREE);
        assertThat(log.deletedOf("b")).containsExactly(ONE);
        assertThat(log.deletedOf("c")).isEmpty();
      }
    }
  }

  @Test
  void aLogThatAnOlderReleaseBeganAndANewerOneWentOnWithIsReadToItsEnd() throws IOException {
    DvecLog log = read(oldEntry(opDelete("a", ONE)), entry(opDelete("a", TWO)), new byte[100]);
    assertThat(log.deletedOf("a")).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(log.entries()).isEqualTo(2);
  }

  /** Whatever stands in the folder came after its collection was deleted. */
  @Test
  void deletionsEndWithTheirCollection() throws IOException {
    DvecLog log =
        read(
            entry(opDelete("a", ONE)),
            entry(opDrop("a")),
            entry(opCreate("a", 2, 1, true)),
            entry(opDelete("a", TWO)));
    assertThat(log.deletedOf("a")).containsExactly(TWO);
  }

  @Test
  void anEntryWithAWrongChecksumOrMagicIsSteppedOverAndTold() throws IOException {
    byte[] wrong = entry(opDelete("a", ONE));
    wrong[wrong.length - 1] ^= 1;
    byte[] noMagic = entry(opDelete("a", TWO));
    noMagic[0] ^= 1;
    byte[] tooLong = entry(opDelete("a", TWO));
    tooLong[7] = 0x7F;
    DvecLog log =
        read(entry(opDelete("b", ONE)), wrong, noMagic, tooLong, entry(opDelete("a", THREE)));
    assertThat(log.deletedOf("a")).containsExactly(THREE);
    assertThat(log.deletedOf("b")).containsExactly(ONE);
    assertThat(log.skipped()).isEqualTo(3);
    int one = wrong.length;
    assertThat(log.problems().get(0)).startsWith("wal: entry at byte " + one).contains("CRC-32");
    assertThat(log.problems().get(1)).startsWith("wal: entry at byte " + 2 * one);
    assertThat(log.problems().get(2)).startsWith("wal: entry at byte " + 3 * one);
  }

  @Test
  void aTornEndIsNormal() throws IOException {
    byte[] whole = DvecWriter.joined(List.of(entry(opDelete("a", ONE)), entry(opDelete("a", TWO))));
    int one = whole.length / 2;
    for (int length = 0; length <= whole.length; length++) {
      DvecLog log = read(Arrays.copyOf(whole, length));
      assertThat(log.entries()).as("cut at " + length).isEqualTo(length / one);
      assertThat(log.problems()).isEmpty();
    }
  }

  /** What is searched for begins just before the edge of what is read at once. */
  @Test
  void aMagicIsFoundWhereverItStands() throws IOException {
    for (int gap = (1 << 16) - 8; gap < (1 << 16) + 8; gap++) {
      byte[] garbage = new byte[gap];
      Arrays.fill(garbage, (byte) 0xEF);
      DvecLog log = read(entry(opDelete("a", ONE)), garbage, entry(opDelete("a", TWO)));
      assertThat(log.deletedOf("a")).as("gap " + gap).contains(ONE, TWO);
    }
  }

  private DvecLog read(byte[]... parts) throws IOException {
    Path file = folder.resolve("wal");
    Files.write(file, DvecWriter.joined(List.of(parts)));
    return DvecLog.read(new OsDisk(), file);
  }

  private static byte[] vector(UUID id, String metadata) {
    return DvecWriter.vector(id, new float[] {1, 2}, metadata);
  }
}

package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.catalog.SampleData.Told;
import io.quiver.disk.OsDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The offline check: finds every fault, changes nothing. */
class CheckTest {
  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    folder = temporary.resolve("data");
    SampleData.write(folder, 1, false);
  }

  @Test
  void aWholeDirectoryHasNoFaultAfterAKillNorAfterAStop() throws Exception {
    Path stopped = temporary.resolve("stopped");
    SampleData.write(stopped, 2, true);
    for (Path whole : new Path[] {folder, stopped}) {
      Told told = Told.of(whole);
      assertThat(told.faults).isEmpty();
      assertThat(told.warnings).isEmpty();
      assertThat(told.notes).isEmpty();
    }
  }

  @Test
  void nothingIsChangedWhateverIsFound() throws Exception {
    flip(folder.resolve("one/0/vectors.bin"), 5000);
    flip(folder.resolve("one/metadata.json"), 30);
    truncate(folder.resolve("two/0/payload.bin"), 500);
    truncate(lastSegment(), Files.size(lastSegment()) - 3);
    Files.writeString(folder.resolve("two/0/ids.bin.new"), "half");
    Map<Path, byte[]> before = SampleData.contents(folder);
    Told.of(folder);
    Map<Path, byte[]> after = SampleData.contents(folder);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach((file, bytes) -> assertThat(after.get(file)).as("%s", file).isEqualTo(bytes));
  }

  @Test
  void everyByteThatCountsIsChecked() throws Exception {
    int found = 0;
    for (Path file : SampleData.files(folder.resolve("one"))) {
      byte[] good = Files.readAllBytes(file);
      for (int at = 0; at < usedBytes(file, good); at += 131) {
        if (isPadding(file, at)) {
          continue;
        }
        flip(file, at);
        Told told = Told.of(folder);
        boolean isGraph = file.endsWith("index.bin");
        assertThat(isGraph ? told.warnings : told.faults)
            .as("%s, byte %d", file, at)
            .isNotEmpty()
            .allMatch(line -> line.startsWith("one: "))
            .anyMatch(line -> line.contains(file + " is damaged at offset "));
        assertThat(isGraph ? told.faults : told.warnings).as("%s, byte %d", file, at).isEmpty();
        Files.write(file, good);
        found++;
      }
    }
    assertThat(found).isGreaterThan(300);
  }

  /** Rows behind the checkpoint are the log's, and are written anew from it. */
  private static long usedBytes(Path file, byte[] good) {
    int rows = checkpointRows();
    return switch (String.valueOf(file.getFileName())) {
      case "vectors.bin" -> 4096 + rows * 128L;
      case "ordinals.bin" -> 64 + rows * 24L;
      case "payload.bin" -> 64 + rows * 15L; // More than that; not counted here.
      default -> good.length;
    };
  }

  private static int checkpointRows() {
    return SampleData.ROWS + SampleData.ROWS / 10;
  }

  private static boolean isPadding(Path file, int at) {
    return file.endsWith("vectors.bin") && at >= 64 && at < 4096;
  }

  @Test
  void eachKindOfLossIsNamed() throws Exception {
    truncate(folder.resolve("one/0/vectors.bin"), 10_000);
    Files.delete(folder.resolve("one/0/index.bin"));
    Files.delete(folder.resolve("two/metadata.json"));
    Told told = Told.of(folder);
    assertThat(told.faults)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("one: ")
                    .contains("vectors.bin is damaged at offset 10000", "end of file"),
            line -> assertThat(line).startsWith("two: ").contains("metadata.json", "no such file"));
    assertThat(told.warnings)
        .singleElement()
        .asString()
        .contains("index.bin is damaged at offset 0", "no such file");
  }

  @Test
  void anIdTableOfAnotherCheckpointIsNotTaken() throws Exception {
    Path ids = folder.resolve("one/0/ids.bin");
    byte[] old = Files.readAllBytes(ids);
    try (Database database = Database.open(new OsDisk(), folder, SampleData.BY_HAND)) {
      assertThat(SampleData.find(database, "one").stats().vectorCount()).isPositive();
    }
    Files.write(ids, old);
    assertThat(Told.of(folder).faults).anyMatch(line -> line.contains("expected LSN "));
  }

  @Test
  void aTornTailIsANoteAndDamageBeforeItAFault() throws Exception {
    Path last = lastSegment();
    truncate(last, Files.size(last) - 3);
    Told torn = Told.of(folder);
    assertThat(torn.faults).isEmpty();
    assertThat(torn.notes).singleElement().asString().contains(last.toString(), "torn tail");
    Path first = SampleData.files(folder.resolve("wal")).getFirst();
    flip(first, 200);
    assertThat(Told.of(folder).faults)
        .singleElement()
        .asString()
        .contains(first.toString(), "offset ", "expected record CRC32C");
    Files.delete(first);
    Files.delete(SampleData.files(folder.resolve("wal")).get(1));
    assertThat(Told.of(folder).faults)
        .as("whose records they were is not known")
        .satisfiesExactly(
            line -> assertThat(line).startsWith("one: ").contains("expected records up to LSN"),
            line -> assertThat(line).startsWith("two: ").contains("expected records up to LSN"));
  }

  @Test
  void leftoversAndFilesOfOthersAreNotes() throws Exception {
    for (String name :
        new String[] {
          "one/0/ids.bin.new", "one/0/.index.bin.tmp", "one/.metadata.json.tmp", "one/notes.txt",
          "wal/readme", "stray.txt", ".deleted/three_x/metadata.json", "one/0.1/vectors.bin"
        }) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "x");
    }
    Told told = Told.of(folder);
    assertThat(told.faults).isEmpty();
    assertThat(told.notes).hasSize(8);
  }

  @Test
  void aServedDirectoryIsRefused() throws Exception {
    try (Database database = Database.open(new OsDisk(), folder, SampleData.BY_HAND)) {
      assertThatThrownBy(() -> Told.of(folder)).hasMessageContaining("in use");
      assertThat(database.collections()).hasSize(2);
    }
  }

  private Path lastSegment() throws IOException {
    return SampleData.files(folder.resolve("wal")).getLast();
  }

  private static void truncate(Path file, long bytes) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(bytes);
    }
  }

  private static void flip(Path file, int at) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      int old = open.read();
      open.seek(at);
      open.write(old ^ 4);
    }
  }
}

package io.quiver.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.disk.AtomicFile;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskContractTest;
import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyDiskTest extends DiskContractTest {
  private static final Path FOLDER = Path.of("/data");
  private static final Path FILE = FOLDER.resolve("file");
  private static final Path OTHER = FOLDER.resolve("other");
  private static final int CRASHES = 400;

  private final FaultyDisk disk = new FaultyDisk(1);

  @BeforeEach
  void makeFolder() throws IOException {
    disk.createDirectories(FOLDER);
    disk.syncDirectory(FOLDER.getRoot());
  }

  @Override
  protected Disk disk() {
    return disk;
  }

  @Override
  protected Path folder() {
    return FOLDER;
  }

  @Test
  void whatWasForcedUnderASyncedNameSurvivesEveryCrash() throws IOException {
    DiskFile file = written(FILE, "synced", true);
    file.write(2, bytes("unsynced"));
    for (int seed = 0; seed < CRASHES; seed++) {
      assertThat(text(disk.afterCrash(seed), FILE)).as("seed=%d", seed).startsWith("sy");
    }
  }

  @Test
  void aNameThatWasNotSyncedMayVanishWithForcedBytes() throws IOException {
    written(FILE, "forced", false).force();
    assertThat(outcomes(FILE)).containsExactlyInAnyOrder("forced", "(none)");
  }

  @Test
  void bytesThatWereNotForcedMayVanishUnderASyncedName() throws IOException {
    DiskFile file = written(FILE, "old", true);
    file.write(0, bytes("new"));
    file.write(3, bytes("er"));
    assertThat(outcomes(FILE))
        .containsExactlyInAnyOrder("old", "new", "old\0\0", "new\0\0", "older", "newer");
  }

  @Test
  void aLargeWriteIsTornBetweenSectorsOnly() throws IOException {
    DiskFile file = written(FILE, "a".repeat(5_000), true);
    file.write(0, bytes("b".repeat(5_000)));
    Set<String> seen = outcomes(FILE);
    assertThat(seen).hasSizeGreaterThan(20);
    for (String content : seen) {
      for (int sector = 0; sector < content.length(); sector += 512) {
        int end = Math.min(content.length(), sector + 512);
        assertThat(content.substring(sector, end).chars().distinct().count()).isEqualTo(1);
      }
    }
  }

  @Test
  void aRenameHappensAsAWholeOrNotAtAll() throws IOException {
    written(FILE, "old", true);
    written(OTHER, "new", true);
    disk.rename(OTHER, FILE);
    for (int seed = 0; seed < CRASHES; seed++) {
      FaultyDisk after = disk.afterCrash(seed);
      boolean renamed = text(after, FILE).equals("new");
      assertThat(text(after, OTHER)).isEqualTo(renamed ? "(none)" : "new");
    }
    assertThat(outcomes(FILE)).containsExactlyInAnyOrder("old", "new");
  }

  @Test
  void changesOfOneNameAreKeptInTheirOrder() throws IOException {
    written(FILE, "first", true);
    disk.delete(FILE);
    written(FILE, "second", false).force();
    disk.rename(FILE, OTHER);
    for (int seed = 0; seed < CRASHES; seed++) {
      FaultyDisk after = disk.afterCrash(seed);
      assertThat(text(after, FILE) + " " + text(after, OTHER))
          .isIn("first (none)", "(none) (none)", "second (none)", "(none) second");
    }
  }

  @Test
  void aSyncedFolderKeepsRenamesAndDeletions() throws IOException {
    written(FILE, "kept", true);
    written(OTHER, "gone", true);
    disk.delete(OTHER);
    disk.rename(FILE, OTHER);
    disk.syncDirectory(FOLDER);
    assertThat(outcomes(OTHER)).containsExactly("kept");
    assertThat(outcomes(FILE)).containsExactly("(none)");
  }

  @Test
  void aMoveBetweenFoldersNeedsBothSynced() throws IOException {
    disk.createDirectories(FOLDER.resolve("sub"));
    written(FILE, "x", true);
    Path moved = FOLDER.resolve("sub/file");
    disk.rename(FILE, moved);
    disk.syncDirectory(FOLDER);
    assertThat(outcomes(moved)).containsExactlyInAnyOrder("x", "(none)");
    disk.syncDirectory(FOLDER.resolve("sub"));
    assertThat(outcomes(moved)).containsExactly("x");
  }

  @Test
  void anAtomicFileIsOldOrNewAfterACrashAtEveryCall() throws IOException {
    AtomicFile.write(disk, FILE, "old".getBytes(UTF_8));
    FaultyDisk start = disk.afterCrash(0);
    int crashes = 0;
    for (long call = 1; call <= 20; call++) {
      for (int seed = 0; seed < 50; seed++) {
        FaultyDisk faulty = start.afterCrash(seed);
        faulty.crashAt(call);
        try {
          AtomicFile.write(faulty, FILE, "newer".getBytes(UTF_8));
          assertThat(text(faulty.afterCrash(seed), FILE)).isEqualTo("newer");
        } catch (SimulatedCrash e) {
          crashes++;
          assertThat(text(faulty.afterCrash(seed), FILE)).isIn("old", "newer");
        }
      }
    }
    assertThat(crashes).isGreaterThan(200);
  }

  @Test
  void nothingWorksAfterTheCrash() throws IOException {
    DiskFile file = written(FILE, "x", true);
    disk.crashAt(disk.calls() + 1);
    assertThatThrownBy(file::force).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(file::size).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(() -> disk.open(OTHER)).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(() -> disk.list(FOLDER)).isInstanceOf(SimulatedCrash.class);
  }

  @Test
  void aKilledProcessLosesNothingYetAPowerCutAfterItMay() throws IOException {
    written(FILE, "x", false);
    FaultyDisk after = disk.afterKill(1);
    assertThat(text(after, FILE)).isEqualTo("x");
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < CRASHES; seed++) {
      seen.add(text(after.afterCrash(seed), FILE));
    }
    assertThat(seen).containsExactlyInAnyOrder("x", "", "\0", "(none)");
  }

  @Test
  void aRefusedWriteMayLeaveAPart() throws IOException {
    DiskFile file = written(FILE, "", true);
    disk.failAll(FaultyDisk.Call.WRITE, new IOException("No space left on device"));
    assertThatThrownBy(() -> file.write(0, bytes("abcdef"))).hasMessageContaining("No space left");
    disk.heal();
    assertThat("abcdef").startsWith(text(disk, FILE)).isNotEqualTo(text(disk, FILE));
  }

  /**
   * As on Linux: a page that could not be written is clean afterwards, so nobody writes it again.
   */
  @Test
  void whatAFailedForceLostNoLaterForceBringsBack() throws IOException {
    DiskFile file = written(FILE, "old", true);
    file.write(0, bytes("new"));
    disk.failAt(disk.calls() + 1, new IOException("Input/output error"));
    assertThatThrownBy(file::force).hasMessageContaining("Input/output error");
    file.force();
    assertThat(outcomes(FILE)).containsExactlyInAnyOrder("old", "new");
    file.write(0, bytes("now"));
    file.force();
    assertThat(outcomes(FILE)).containsExactly("now");
  }

  @Test
  void theSameSeedGivesTheSameDisk() throws IOException {
    DiskFile file = written(FILE, "a".repeat(9_000), true);
    file.write(100, bytes("b".repeat(8_000)));
    for (int seed = 0; seed < 20; seed++) {
      assertThat(text(disk.afterCrash(seed), FILE)).isEqualTo(text(disk.afterCrash(seed), FILE));
    }
  }

  private DiskFile written(Path path, String text, boolean synced) throws IOException {
    DiskFile file = disk.open(path);
    file.write(0, bytes(text));
    if (synced) {
      file.force();
      disk.syncDirectory(path.getParent());
    }
    return file;
  }

  private Set<String> outcomes(Path path) throws IOException {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < CRASHES; seed++) {
      seen.add(text(disk.afterCrash(seed), path));
    }
    return seen;
  }

  private static String text(FaultyDisk disk, Path path) throws IOException {
    return disk.exists(path) ? new String(disk.readAll(path), UTF_8) : "(none)";
  }

  private static MemorySegment bytes(String text) {
    return MemorySegment.ofArray(text.getBytes(UTF_8));
  }
}

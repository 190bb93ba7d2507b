package io.quiver.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What every {@link Disk} does while nothing fails. */
public abstract class DiskContractTest {
  protected abstract Disk disk();

  /** An existing folder that is empty at the start of each test. */
  protected abstract Path folder();

  @Test
  void whatIsWrittenIsReadBackAtItsPosition() throws IOException {
    try (DiskFile file = disk().open(folder().resolve("a"))) {
      file.write(0, bytes("hello"));
      file.write(8, bytes("world"));
      file.write(1, bytes("E"));
      assertThat(file.size()).isEqualTo(13);
      assertThat(text(file, 0, 13)).isEqualTo("hEllo\0\0\0world");
      assertThat(text(file, 9, 3)).isEqualTo("orl");
      file.force();
    }
    assertThat(disk().readAll(folder().resolve("a"))).isEqualTo("hEllo\0\0\0world".getBytes(UTF_8));
  }

  @Test
  void nativeMemoryIsWrittenAndReadLikeArrays() throws IOException {
    try (Arena arena = Arena.ofConfined();
        DiskFile file = disk().open(folder().resolve("a"))) {
      MemorySegment source = arena.allocateFrom("native", UTF_8);
      file.write(3, source.asSlice(0, 6));
      MemorySegment target = arena.allocate(6);
      file.read(3, target);
      assertThat(target.mismatch(source.asSlice(0, 6))).isEqualTo(-1);
    }
  }

  @Test
  void severalMegabytesGoThroughInOneCall() throws IOException {
    byte[] large = new byte[(5 << 20) + 13];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) ((i * 31) >>> 7);
    }
    try (DiskFile file = disk().open(folder().resolve("large"))) {
      file.write(7, MemorySegment.ofArray(large));
      byte[] back = new byte[large.length];
      file.read(7, MemorySegment.ofArray(back));
      assertThat(back).isEqualTo(large);
    }
  }

  @Test
  void readingPastTheEndThrows() throws IOException {
    try (DiskFile file = disk().open(folder().resolve("a"))) {
      file.write(0, bytes("abc"));
      assertThatThrownBy(() -> text(file, 1, 3)).isInstanceOf(EOFException.class);
      assertThatThrownBy(() -> text(file, 9, 1)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void truncateShortensAndNeverLengthens() throws IOException {
    try (DiskFile file = disk().open(folder().resolve("a"))) {
      file.write(0, bytes("abcdef"));
      file.truncate(2);
      assertThat(file.size()).isEqualTo(2);
      file.truncate(100);
      assertThat(file.size()).isEqualTo(2);
      file.write(4, bytes("x"));
      assertThat(text(file, 0, 5)).as("what was cut off does not return").isEqualTo("ab\0\0x");
    }
  }

  @Test
  void aMapShowsLaterWritesAndCannotBeWritten() throws IOException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment map;
      try (DiskFile file = disk().open(folder().resolve("a"))) {
        file.write(0, bytes("ab"));
        map = file.map(10, arena);
        assertThat(file.size()).as("extended with a hole").isEqualTo(10);
        assertThat(map.get(ValueLayout.JAVA_BYTE, 1)).isEqualTo((byte) 'b');
        file.write(1, bytes("xyz"));
        assertThat(map.get(ValueLayout.JAVA_BYTE, 3)).isEqualTo((byte) 'z');
        file.write(20, bytes("beyond the map"));
        assertThat(map.isReadOnly()).isTrue();
      }
      assertThat(map.get(ValueLayout.JAVA_BYTE, 2)).as("lives on").isEqualTo((byte) 'y');
    }
  }

  @Test
  void aMapEndsWithItsArena() throws IOException {
    try (DiskFile file = disk().open(folder().resolve("a"))) {
      Arena arena = Arena.ofShared();
      MemorySegment map = file.map(8, arena);
      arena.close();
      assertThatThrownBy(() -> map.get(ValueLayout.JAVA_BYTE, 0))
          .isInstanceOf(IllegalStateException.class);
      file.write(0, bytes("still writable"));
    }
  }

  @Test
  void aReadOnlyFileIsNotExtendedByMapping() throws IOException {
    disk().open(folder().resolve("a")).close();
    try (Arena arena = Arena.ofShared();
        DiskFile file = disk().openReadOnly(folder().resolve("a"))) {
      assertThatThrownBy(() -> file.map(8, arena)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whatIsStoredInAPrivateMapNeverReachesTheFile() throws IOException {
    try (Arena arena = Arena.ofShared();
        DiskFile file = disk().open(folder().resolve("a"))) {
      file.write(0, bytes("abc"));
      MemorySegment copy = file.mapPrivate(3, arena);
      copy.set(ValueLayout.JAVA_BYTE, 0, (byte) 'X');
      assertThat(copy.get(ValueLayout.JAVA_BYTE, 2)).isEqualTo((byte) 'c');
      assertThat(text(file, 0, 3)).isEqualTo("abc");
      assertThatThrownBy(() -> file.mapPrivate(4, arena)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void foldersListTheirEntriesSorted() throws IOException {
    disk().createDirectories(folder().resolve("x/y/z"));
    disk().createDirectories(folder().resolve("x/y/z"));
    disk().open(folder().resolve("x/c")).close();
    disk().open(folder().resolve("x/a")).close();
    assertThat(disk().list(folder().resolve("x"))).containsExactly("a", "c", "y");
    assertThat(disk().list(folder().resolve("none"))).isEmpty();
    assertThat(disk().exists(folder().resolve("x/a"))).isTrue();
    assertThat(disk().isDirectory(folder().resolve("x/a"))).isFalse();
    assertThat(disk().isDirectory(folder().resolve("x/y"))).isTrue();
    assertThat(disk().exists(folder().resolve("x/b"))).isFalse();
    disk().syncDirectory(folder().resolve("x"));
  }

  @Test
  void aFileNeedsAnExistingFolder() {
    assertThatThrownBy(() -> disk().open(folder().resolve("none/a")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk().openReadOnly(folder().resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void renameReplacesTheTarget() throws IOException {
    put("a", "new");
    put("b", "old");
    disk().rename(folder().resolve("a"), folder().resolve("b"));
    assertThat(disk().exists(folder().resolve("a"))).isFalse();
    assertThat(disk().readAll(folder().resolve("b"))).isEqualTo("new".getBytes(UTF_8));
    assertThatThrownBy(() -> disk().rename(folder().resolve("a"), folder().resolve("c")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aFolderMovesWithWhatIsInIt() throws IOException {
    disk().createDirectories(folder().resolve("from"));
    disk().createDirectories(folder().resolve("to"));
    put("from/f", "x");
    assertThatThrownBy(() -> disk().rename(folder().resolve("to"), folder().resolve("from")))
        .isInstanceOf(IOException.class);
    disk().rename(folder().resolve("from"), folder().resolve("to/moved"));
    assertThat(disk().readAll(folder().resolve("to/moved/f"))).isEqualTo("x".getBytes(UTF_8));
  }

  @Test
  void deleteTakesFilesAndEmptyFoldersOnly() throws IOException {
    disk().createDirectories(folder().resolve("d"));
    put("d/f", "x");
    assertThatThrownBy(() -> disk().delete(folder().resolve("d"))).isInstanceOf(IOException.class);
    disk().delete(folder().resolve("d/f"));
    disk().delete(folder().resolve("d/f"));
    disk().delete(folder().resolve("d"));
    assertThat(disk().list(folder())).isEmpty();
  }

  @Test
  void aLockIsHeldOnceAndComesFreeAgain() throws IOException {
    Path file = folder().resolve("LOCK");
    try (Closeable lock = disk().lock(file)) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> disk().lock(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("data directory is in use by another")
          .hasMessageContaining(folder().getFileName().toString());
    }
    disk().lock(file).close();
  }

  @Test
  void anAtomicFileIsReplacedAsAWhole() throws IOException {
    Path file = folder().resolve("metadata.json");
    AtomicFile.write(disk(), file, "first, and longer".getBytes(UTF_8));
    AtomicFile.write(disk(), file, "second".getBytes(UTF_8));
    assertThat(disk().readAll(file)).isEqualTo("second".getBytes(UTF_8));
    assertThat(disk().list(folder())).containsExactly("metadata.json");
  }

  private void put(String name, String text) throws IOException {
    try (DiskFile file = disk().open(folder().resolve(name))) {
      file.write(0, bytes(text));
    }
  }

  private static MemorySegment bytes(String text) {
    return MemorySegment.ofArray(text.getBytes(UTF_8));
  }

  private static String text(DiskFile file, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.read(position, MemorySegment.ofArray(bytes));
    return new String(bytes, UTF_8);
  }
}

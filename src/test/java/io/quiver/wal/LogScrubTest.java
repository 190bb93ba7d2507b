package io.quiver.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.disk.DiskFile;
import io.quiver.disk.FileFault;
import io.quiver.disk.Findings;
import io.quiver.testkit.FaultyDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log in use is read beside its writer, in steps of any size. */
class LogScrubTest implements Findings {
  private static final Path FOLDER = Path.of("/wal");
  private static final WalOptions SMALL = new WalOptions(1_000, 500);

  private static final int HEADER_BYTES = WalLayout.HEADER_BYTES;
  private static final long RECORD_BYTES = WalLayout.recordBytes(10);

  private final FaultyDisk disk = new FaultyDisk(7);
  private final List<FileFault> faults = new ArrayList<>();
  private long bytes;

  private Wal filled() throws IOException {
    Wal wal = Wal.open(disk, FOLDER, SMALL);
    for (int i = 0; i < 100; i++) {
      write(wal, i);
    }
    assertThat(disk.list(FOLDER)).hasSizeGreaterThan(4);
    return wal;
  }

  private static void write(Wal wal, int number) throws IOException {
    wal.append(
        new UUID(3, 4), MemorySegment.ofArray("record %3d".formatted(number).getBytes(UTF_8)));
    wal.sync(true);
  }

  private long fileBytes() throws IOException {
    long sum = 0;
    for (String name : disk.list(FOLDER)) {
      sum += disk.size(FOLDER.resolve(name));
    }
    return sum;
  }

  private void flip(Path path, long at) throws IOException {
    try (DiskFile file = disk.open(path)) {
      MemorySegment one = MemorySegment.ofArray(new byte[1]);
      file.read(at, one);
      one.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x5a);
      file.write(at, one);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 300, 1 << 20})
  void everyByteIsReadOnceInStepsOfAnySize(long step) throws IOException {
    try (Wal wal = filled()) {
      LogScrub scrub = wal.scrub();
      assertThat(scrub.remainingBytes()).isEqualTo(fileBytes());
      int steps = 0;
      while (!scrub.isDone()) {
        long before = bytes;
        scrub.read(step, this);
        assertThat(bytes - before).isBetween(1L, step + HEADER_BYTES + RECORD_BYTES);
        assertThat(scrub.remainingBytes()).isEqualTo(fileBytes() - bytes);
        steps++;
      }
      assertThat(bytes).isEqualTo(fileBytes());
      assertThat(faults).isEmpty();
      assertThat(steps).isGreaterThan(step == 1 ? 60 : 4);
    }
  }

  @Test
  void aFlippedByteIsFoundBySegmentAndOffsetAndTheOthersAreReadOn() throws IOException {
    try (Wal wal = filled()) {
      List<String> names = disk.list(FOLDER);
      Path header = FOLDER.resolve(names.get(0));
      Path middle = FOLDER.resolve(names.get(2));
      Path last = FOLDER.resolve(names.getLast());
      flip(header, 5);
      flip(middle, HEADER_BYTES + 2 * RECORD_BYTES - 9); // In the second record.
      flip(last, HEADER_BYTES + RECORD_BYTES - 9);
      LogScrub scrub = wal.scrub();
      while (!scrub.isDone()) {
        scrub.read(100, this);
      }
      assertThat(faults).extracting(FileFault::file).containsExactly(header, middle, last);
      assertThat(faults)
          .extracting(FileFault::offset)
          .containsExactly(0L, HEADER_BYTES + RECORD_BYTES, (long) HEADER_BYTES);
    }
  }

  @Test
  void aSegmentThatIsShorterThanWhatWasWrittenIsFound() throws IOException {
    try (Wal wal = filled()) {
      Path cut = FOLDER.resolve(disk.list(FOLDER).get(1));
      try (DiskFile file = disk.open(cut)) {
        file.truncate(HEADER_BYTES + RECORD_BYTES); // Behind a whole record: it looks whole.
      }
      LogScrub scrub = wal.scrub();
      while (!scrub.isDone()) {
        scrub.read(100, this);
      }
      assertThat(faults).extracting(FileFault::file).containsExactly(cut);
      assertThat(faults.getFirst().offset()).isEqualTo(HEADER_BYTES + RECORD_BYTES);
    }
  }

  @Test
  void whatGoesAndWhatComesMeanwhileIsNoFault() throws IOException {
    try (Wal wal = filled()) {
      LogScrub scrub = wal.scrub();
      scrub.read(100, this);
      wal.truncateBefore(40); // The one being read goes, too.
      int number = 100;
      while (!scrub.isDone() && number < 500) {
        write(wal, number++);
        write(wal, number++); // More than is read meanwhile.
        scrub.read(70, this);
      }
      assertThat(faults).isEmpty();
      assertThat(number).as("does not run after the writer for ever").isLessThan(500);
    }
  }

  @Override
  public void fault(FileFault fault) {
    faults.add(fault);
  }

  @Override
  public void derivedFault(FileFault fault) {
    throw new AssertionError(fault);
  }

  @Override
  public void note(Path file, String what) {
    throw new AssertionError(what);
  }

  @Override
  public void read(long count) {
    bytes += count;
  }
}

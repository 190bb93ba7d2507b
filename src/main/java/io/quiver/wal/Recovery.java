package io.quiver.wal;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What opening a log finds and puts right. When it returns, the files hold whole records only and
 * all of them are on stable storage. Why a bad record is a torn tail or damage:
 * docs/formats/wal.md.
 *
 * @param segments by first LSN
 * @param nextLsn LSN of the next record
 * @param provenLsn LSN up to which the log itself says that it was synced
 */
record Recovery(List<Segment> segments, long nextLsn, long provenLsn, Optional<TornTail> tornTail) {
  static Recovery run(Disk disk, Path folder) throws IOException {
    List<Segment> segments = readHeaders(disk, folder);
    if (segments.isEmpty()) {
      return new Recovery(segments, 1, 0, Optional.empty());
    }
    Segment last = segments.getLast();
    try (DiskFile file = disk.open(last.path());
        SegmentReader reader = new SegmentReader(file, last.salt(), last.firstLsn())) {
      while (reader.next()) {
        // Only looks for the end.
      }
      Optional<TornTail> tornTail = tornTail(last, reader);
      file.truncate(reader.position());
      // A killed process leaves what only the operating system has. Even a mark may be such.
      file.force();
      disk.syncDirectory(folder);
      last.publishBytes(reader.position());
      return new Recovery(segments, reader.nextLsn(), reader.provenLsn(), tornTail);
    }
  }

  private static Optional<TornTail> tornTail(Segment last, SegmentReader reader)
      throws IOException {
    if (reader.fault().isEmpty()) {
      return Optional.empty();
    }
    Fault fault = reader.fault().get();
    if (reader.isFaultProvenDamage()) {
      throw new WalDamagedException(last.path(), reader.position(), fault);
    }
    return Optional.of(
        new TornTail(
            last.path(),
            reader.position(),
            reader.size() - reader.position(),
            fault.expected(),
            fault.found()));
  }

  private static List<Segment> readHeaders(Disk disk, Path folder) throws IOException {
    long[] firstLsns =
        disk.list(folder).stream()
            .map(WalLayout::firstLsnOf)
            .filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong)
            .sorted()
            .toArray();
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < firstLsns.length; i++) {
      boolean isLast = i == firstLsns.length - 1;
      if (isLast && isTornCreation(disk, folder, firstLsns[i])) {
        break;
      }
      segments.add(Segment.read(disk, folder, firstLsns[i]));
      expectSameLog(segments.getFirst(), segments.getLast());
    }
    return segments;
  }

  /** Deletes the last file if a crash came before its header was synced: it never had a record. */
  private static boolean isTornCreation(Disk disk, Path folder, long firstLsn) throws IOException {
    try {
      Segment.read(disk, folder, firstLsn);
      return false;
    } catch (WalDamagedException e) {
      Path path = folder.resolve(WalLayout.fileName(firstLsn));
      try (DiskFile file = disk.openReadOnly(path)) {
        if (file.size() > WalLayout.HEADER_BYTES) {
          throw e; // Records were only written once the header was on stable storage.
        }
      }
      disk.delete(path);
      disk.syncDirectory(folder);
      return true;
    }
  }

  private static void expectSameLog(Segment first, Segment other) throws WalDamagedException {
    if (!other.log().equals(first.log())) {
      throw new WalDamagedException(other.path(), 0, Fault.of("log", first.log(), other.log()));
    }
  }
}

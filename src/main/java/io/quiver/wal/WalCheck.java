package io.quiver.wal;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.disk.FileFault;
import io.quiver.disk.Findings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads a whole log and tells what opening it would find, changing nothing. */
public final class WalCheck {
  /**
   * What is there.
   *
   * @param lastLsn of the last whole record; 0 = there is none
   */
  public record Summary(int segments, long records, long lastLsn) {}

  private final Disk disk;
  private final Path folder;
  private final Findings findings;
  private final List<Segment> segments = new ArrayList<>();
  private long records;
  private long lastLsn;

  private WalCheck(Disk disk, Path folder, Findings findings) {
    this.disk = disk;
    this.folder = folder;
    this.findings = findings;
  }

  /**
   * Checks every segment, also those behind a damaged one.
   *
   * @throws IOException if the disk refuses to read
   */
  public static Summary check(Disk disk, Path folder, Findings findings) throws IOException {
    return new WalCheck(disk, folder, findings).run();
  }

  private Summary run() throws IOException {
    List<Long> firstLsns = new ArrayList<>();
    for (String name : disk.list(folder)) {
      OptionalLong firstLsn = WalLayout.firstLsnOf(name);
      if (firstLsn.isPresent()) {
        firstLsns.add(firstLsn.getAsLong());
      } else {
        findings.note(folder.resolve(name), "not a segment of the log, left alone");
      }
    }
    firstLsns.sort(null);
    boolean isGapless = true; // The segment before was read to its end.
    for (int i = 0; i < firstLsns.size(); i++) {
      Optional<Segment> segment = header(firstLsns.get(i), i == firstLsns.size() - 1);
      isGapless =
          segment.isPresent()
              && records(segment.get(), i == firstLsns.size() - 1, isGapless && i > 0);
    }
    return new Summary(segments.size(), records, lastLsn);
  }

  private Optional<Segment> header(long firstLsn, boolean isLast) throws IOException {
    try {
      Segment segment = Segment.read(disk, folder, firstLsn);
      segments.add(segment);
      if (!segment.log().equals(segments.getFirst().log())) {
        fault(segment.path(), 0, Fault.of("log", segments.getFirst().log(), segment.log()));
      }
      return Optional.of(segment);
    } catch (WalDamagedException e) {
      Path path = folder.resolve(WalLayout.fileName(firstLsn));
      if (isLast && size(path) <= WalLayout.HEADER_BYTES) {
        findings.note(path, "a segment without records that a crash left half made");
      } else {
        findings.fault(e.fault());
      }
      return Optional.empty();
    }
  }

  private long size(Path path) throws IOException {
    try (DiskFile file = disk.openReadOnly(path)) {
      return file.size();
    }
  }

  /** Whether the segment was whole to its end. */
  private boolean records(Segment segment, boolean isLast, boolean isGapless) throws IOException {
    if (isGapless && segment.previousLsn() != lastLsn) {
      fault(segment.path(), 0, Fault.of("records up to LSN", segment.previousLsn(), lastLsn));
    }
    try (DiskFile file = disk.openReadOnly(segment.path());
        SegmentReader reader = new SegmentReader(file, segment.salt(), segment.firstLsn())) {
      while (reader.next()) {
        records++;
      }
      lastLsn = reader.nextLsn() - 1;
      findings.read(reader.size());
      if (reader.fault().isEmpty()) {
        return true;
      }
      Fault fault = reader.fault().get();
      if (isLast && !reader.isFaultProvenDamage()) {
        findings.note(
            segment.path(),
            "torn tail: offset %d, %d bytes: expected %s, found %s"
                .formatted(
                    reader.position(),
                    reader.size() - reader.position(),
                    fault.expected(),
                    fault.found()));
      } else {
        fault(segment.path(), reader.position(), fault);
      }
      return false;
    }
  }

  private void fault(Path path, long offset, Fault fault) {
    findings.fault(new FileFault(path, offset, fault.expected(), fault.found()));
  }
}

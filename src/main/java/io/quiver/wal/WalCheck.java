package io.quiver.wal;

import io.quiver.disk.Disk;
import io.quiver.disk.Findings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Reads a whole log and tells what opening it would find, changing nothing. */
public final class WalCheck {
  /**
   * What is there.
   *
   * @param records that are whole
   * @param lastLsn of the last record that there was; 0 = there is none
   * @param survey what the whole records say of the others
   */
  public record Summary(int segments, long records, long lastLsn, Survey survey) {}

  private final Disk disk;
  private final Path folder;
  private final Findings findings;
  private final GapHandler gaps;
  private final Set<UUID> collections = new HashSet<>();
  private long settledLsn;
  private long records;
  private long lastLsn;

  private WalCheck(Disk disk, Path folder, Findings findings, GapHandler gaps) {
    this.disk = disk;
    this.folder = folder;
    this.findings = findings;
    this.gaps = gaps;
  }

  /**
   * Checks every segment.
   *
   * @param findings is told of everything but damage
   * @param gaps is told of damage
   * @throws IOException if the disk refuses to read
   */
  public static Summary check(Disk disk, Path folder, Findings findings, GapHandler gaps)
      throws IOException {
    return new WalCheck(disk, folder, findings, gaps).run();
  }

  private Summary run() throws IOException {
    for (String name : disk.list(folder)) {
      if (WalLayout.firstLsnOf(name).isEmpty()) {
        findings.note(folder.resolve(name), "not a segment of the log, left alone");
      }
    }
    Headers headers = Headers.read(disk, folder);
    headers.foreign().forEach(findings::fault);
    List<Segment> segments = headers.segments();
    for (int i = 0; i < segments.size() - 1; i++) {
      middle(segments.get(i), segments.get(i + 1));
    }
    if (!segments.isEmpty()) {
      last(headers);
    }
    headers
        .halfMade()
        .ifPresent(segment ->
            findings.note(segment.path(), "a segment without records that a crash left half made"));
    return new Summary(segments.size(), records, lastLsn, new Survey(collections, settledLsn));
  }

  private void middle(Segment segment, Segment next) throws IOException {
    lastLsn = Headers.lastLsnBefore(next, segment);
    try (SegmentWalk walk = new SegmentWalk(disk, segment, lastLsn, true, gaps)) {
      read(walk);
      walk.end(lastLsn, next.path());
    }
  }

  private void last(Headers headers) throws IOException {
    Segment last = headers.segments().getLast();
    boolean isForced = headers.isLastForced();
    try (SegmentWalk walk = new SegmentWalk(disk, last, Long.MAX_VALUE, isForced, gaps)) {
      read(walk);
      Optional<TornTail> tail = walk.tornTail();
      lastLsn = headers.lastLsn(walk.reader().nextLsn() - 1, walk.endsInDamage());
      if (walk.endsInDamage()) {
        walk.end(lastLsn, last.path());
      }
      tail.ifPresent(torn -> findings.note(torn.file(), torn.what()));
    }
  }

  private void read(SegmentWalk walk) throws IOException {
    while (walk.next()) {
      records++;
      collections.add(walk.reader().collection());
    }
    settledLsn = Math.max(settledLsn, walk.reader().settledLsn());
    findings.read(walk.reader().size());
  }
}

package io.quiver.catalog;

import io.quiver.collection.Collection;
import io.quiver.collection.CollectionScrub;
import io.quiver.disk.Disk;
import io.quiver.disk.FileFault;
import io.quiver.disk.Findings;
import io.quiver.disk.Refusal;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.quiver.message.ScrubInfo;
import io.quiver.wal.LogScrub;
import io.quiver.wal.Wal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Reads all files that count once in a period, a step at a time, and verifies them: collections,
 * whether they are open or not, then the log. Steps are spread evenly over the period, and none is
 * longer than {@link #STEP_BYTES_MAX}, so that little is held up and little is pushed out of the
 * page cache at once. A pass begins anew when the node is restarted.
 *
 * <p>Thread safety: {@link #step} and {@link #wantsCheckpoints} are maintenance's; the rest from
 * any thread.
 */
final class Scrubber {
  static final long STEP_BYTES_MAX = 4L << 20;

  /** A smaller step is not worth it, unless less is left. */
  static final long STEP_BYTES_MIN = 1L << 20;

  private static final System.Logger LOG = System.getLogger(Scrubber.class.getName());

  /** More need not be told one by one. */
  private static final int TROUBLES_MAX = 20;

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(64);

  private final Disk disk;
  private final Path root;
  private final Wal wal;
  private final Map<UUID, Collection> collections;
  private final Surroundings surroundings;
  private final long periodNanos;

  private final Deque<UUID> waiting = new ArrayDeque<>();
  private Optional<CollectionScrub> collection = Optional.empty();
  private Optional<LogScrub> log = Optional.empty();
  private String name = "";
  private boolean isReading;
  private boolean wantsCheckpoints;
  private long passNanos; // When the pass begins, or began.
  private long stepNanos;
  private ScrubInfo before = ScrubInfo.NONE; // When the pass began.

  private final List<Trouble> troubles = new CopyOnWriteArrayList<>();
  private volatile ScrubInfo info = ScrubInfo.NONE;
  private volatile long remainingBytes;

  /** What an operator should know for as long as the file is there. */
  private record Trouble(Path file, String what, long pass) {}

  /**
   * Reads nothing before the first step.
   *
   * @param period in which everything is read once; zero = nothing is read
   */
  Scrubber(
      Disk disk,
      Path root,
      Wal wal,
      Map<UUID, Collection> collections,
      Surroundings surroundings,
      Duration period) {
    this.disk = disk;
    this.root = root;
    this.wal = wal;
    this.collections = collections;
    this.surroundings = surroundings;
    this.periodNanos = period.toNanos();
    this.passNanos = surroundings.nanos().getAsLong();
  }

  ScrubInfo info() {
    return info;
  }

  /** Once after damage of the log was found: what no checkpoint covers should be covered soon. */
  boolean wantsCheckpoints() {
    boolean wants = wantsCheckpoints;
    wantsCheckpoints = false;
    return wants;
  }

  /** Reads on if it is time to. */
  void step() {
    long now = surroundings.nanos().getAsLong();
    if (periodNanos == 0 || (!isReading && now - passNanos < 0)) {
      return;
    }
    if (!isReading) {
      begin();
    }
    long due = due(now);
    if (due > 0) {
      stepNanos = now;
      read(due, now);
      remainingBytes = remaining();
    }
    if (remainingBytes == 0) {
      end(now);
    }
  }

  private void begin() {
    isReading = true;
    stepNanos = passNanos;
    before = info;
    waiting.addAll(collections.keySet());
    log = Optional.of(wal.scrub());
    remainingBytes = remaining();
  }

  private long due(long now) {
    long elapsed = now - stepNanos;
    long left = passNanos + periodNanos - stepNanos;
    if (left <= elapsed) {
      return remainingBytes == 0 ? 0 : STEP_BYTES_MAX; // How much is left is an estimate.
    }
    long wanted = (long) ((double) remainingBytes / left * elapsed);
    return wanted < Math.min(STEP_BYTES_MIN, remainingBytes) ? 0 : Math.min(wanted, STEP_BYTES_MAX);
  }

  private long remaining() {
    long bytes = collection.map(CollectionScrub::remainingBytes).orElse(0L);
    for (UUID uuid : waiting) {
      Collection each = collections.get(uuid);
      bytes += each == null ? 0 : each.scrub().remainingBytes();
    }
    return bytes + log.map(LogScrub::remainingBytes).orElse(0L);
  }

  private void read(long bytes, long now) {
    Told told = new Told();
    boolean goesOn = true;
    while (goesOn && told.bytes < bytes) {
      try {
        goesOn = readOn(bytes - told.bytes, told);
      } catch (IOException e) {
        goesOn = Refusal.of(e) != Refusal.NO_HANDLES; // That says nothing of the file.
        if (goesOn) {
          unread(e);
        } else {
          stepNanos = now + PAUSE_NANOS;
        }
      } catch (RuntimeException | InternalError e) {
        damagedOrFailed(e);
      }
    }
  }

  /** Returns false if everything was read. */
  private boolean readOn(long bytes, Told told) throws IOException {
    if (collection.isPresent()) {
      collection.get().read(bytes, told);
      collection = collection.filter(each -> !each.isDone());
      return true;
    }
    UUID next = waiting.poll();
    if (next != null) {
      Collection found = collections.get(next);
      if (found != null) {
        name = found.name().value();
        collection = Optional.of(found.scrub()).filter(each -> !each.isDone());
      }
      return true;
    }
    name = Directory.WAL;
    log.orElseThrow().read(bytes, told);
    return !log.orElseThrow().isDone();
  }

  /** The rest may be read all the same. */
  private void unread(IOException cause) {
    LOG.log(System.Logger.Level.WARNING, "scrub: {0} could not be read: {1}", name, cause);
    tell(new Trouble(root.resolve(name), name + " could not be read: " + cause, pass()));
    info = counted(0, 0, 1);
    collection.ifPresentOrElse(CollectionScrub::skip, () -> log.ifPresent(LogScrub::skip));
    collection = collection.filter(each -> !each.isDone());
  }

  private void tell(Trouble trouble) {
    if (troubles.size() < TROUBLES_MAX) {
      troubles.add(trouble);
    }
  }

  private void damagedOrFailed(Throwable cause) {
    boolean isSetAside = collection.isPresent() && collection.get().isDone();
    if (!isSetAside) {
      LOG.log(System.Logger.Level.ERROR, "scrub: reading " + name + " failed", cause);
    }
    info = counted(0, isSetAside ? 1 : 0, isSetAside ? 0 : 1);
    if (collection.isEmpty()) {
      log.ifPresent(LogScrub::skip);
    }
    collection = Optional.empty();
  }

  private long pass() {
    return info.passes();
  }

  private ScrubInfo counted(long bytes, long damaged, long unread) {
    ScrubInfo last = info;
    return new ScrubInfo(
        last.bytes() + bytes,
        last.passes(),
        last.lastEndMillis(),
        last.damaged() + damaged,
        last.unread() + unread);
  }

  private void end(long now) {
    isReading = false;
    log = Optional.empty();
    long tookNanos = now - passNanos;
    passNanos = tookNanos < periodNanos ? passNanos + periodNanos : now;
    long ended = pass();
    troubles.removeIf(trouble -> trouble.pass() < ended); // Read again since, or gone.
    ScrubInfo last = info;
    info =
        new ScrubInfo(
            last.bytes(),
            ended + 1,
            surroundings.nowMillis().getAsLong(),
            last.damaged(),
            last.unread());
    long read = last.bytes() - before.bytes();
    LOG.log(
        read == 0 ? System.Logger.Level.DEBUG : System.Logger.Level.INFO, // Of nothing, nothing.
        "scrub: everything was read once, {0} bytes in {1} minutes: {2} damaged, {3} unreadable",
        read,
        TimeUnit.NANOSECONDS.toMinutes(tookNanos),
        last.damaged() - before.damaged(),
        last.unread() - before.unread());
  }

  /** Any thread. Collections that were set aside are told by another component. */
  Component health() {
    if (periodNanos == 0) {
      return new Component("scrub", Status.HEALTHY, "off", 0);
    }
    ScrubInfo now = info;
    StringBuilder text = new StringBuilder();
    text.append(now.bytes()).append(" bytes read since the start, ");
    text.append(remainingBytes).append(" to go in this pass, ");
    text.append(now.damaged()).append(" damaged; ");
    text.append(
        now.passes() == 0
            ? "no pass ended yet"
            : "the last pass ended " + Instant.ofEpochMilli(now.lastEndMillis()));
    boolean isTroubled = false;
    for (Trouble trouble : troubles) {
      if (disk.exists(trouble.file())) {
        text.append("; ").append(trouble.what());
        isTroubled = true;
      }
    }
    return new Component(
        "scrub", isTroubled ? Status.DEGRADED : Status.HEALTHY, text.toString(), 0);
  }

  /** What the readers tell. */
  private final class Told implements Findings {
    private long bytes;

    @Override
    public void fault(FileFault fault) {
      boolean isKnown = troubles.removeIf(trouble -> trouble.what().equals(fault.toString()));
      tell(new Trouble(fault.file(), fault.toString(), pass()));
      if (!isKnown) {
        LOG.log(System.Logger.Level.ERROR, "scrub: {0}", fault);
        info = counted(0, 1, 0);
        wantsCheckpoints = true;
      }
    }

    @Override
    public void derivedFault(FileFault fault) {
      LOG.log(System.Logger.Level.WARNING, "scrub: {0}", fault);
      info = counted(0, 1, 0);
    }

    @Override
    public void note(Path file, String what) {
      LOG.log(System.Logger.Level.WARNING, "scrub: {0}: {1}", file, what);
    }

    @Override
    public void read(long count) {
      bytes += count;
      info = counted(count, 0, 0);
    }
  }
}

package io.quiver.testkit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A file's content: what programs see, what is on stable storage, and the changes in between. Held
 * under the lock of its disk.
 */
final class Inode implements FaultyDisk.Node {
  /** A write of {@code bytes} at {@code position}; a resize if there are none. */
  private static final class Change {
    final long position;
    final byte[] bytes;
    final long sizeAfter;
    boolean isDurable;
    boolean isUnreliable; // A force failed on it: a later one may succeed and still not write it.

    Change(long position, byte[] bytes, long sizeAfter) {
      this.position = position;
      this.bytes = bytes;
      this.sizeAfter = sizeAfter;
    }
  }

  private record View(MemorySegment memory, Arena arena) {}

  private FileImage current;
  private final FileImage durable;
  private final List<Change> journal = new ArrayList<>();
  private final List<View> views = new ArrayList<>();

  Inode() {
    this(new FileImage());
  }

  private Inode(FileImage image) {
    current = image;
    durable = image.copy();
  }

  long size() {
    return current.size();
  }

  void read(long position, MemorySegment target) {
    current.get(position, target);
  }

  void write(long position, byte[] bytes) {
    current.put(position, bytes, 0, bytes.length);
    journal.add(new Change(position, bytes, current.size()));
    views.removeIf(view -> !view.arena().scope().isAlive());
    for (View view : views) {
      long count = Math.clamp(view.memory().byteSize() - position, 0, bytes.length);
      MemorySegment source = MemorySegment.ofArray(bytes).asSlice(0, count);
      view.memory().asSlice(count == 0 ? 0 : position, count).copyFrom(source);
    }
  }

  void resize(long size) {
    if (size != current.size()) {
      current.resize(size);
      journal.add(new Change(size, new byte[0], size));
    }
  }

  void force() {
    journal.forEach(change -> change.isDurable |= !change.isUnreliable);
    while (!journal.isEmpty() && journal.getFirst().isDurable) {
      apply(durable, journal.removeFirst());
    }
  }

  /** The system lets go of what it could not write: what is read is what later writes left. */
  void evict() {
    journal.removeIf(change -> change.isUnreliable && change.bytes.length > 0);
    long size = current.size();
    current = durable.copy();
    journal.forEach(change -> apply(current, change));
    current.resize(size);
  }

  void failForce() {
    journal.forEach(change -> change.isUnreliable |= !change.isDurable);
  }

  /** Memory of our own, with the lifetime of the arena, that later writes are copied to as well. */
  @SuppressWarnings({"restricted", "ReachabilityFenceUsage"})
  MemorySegment map(long bytes, Arena arena) {
    MemorySegment memory = copyOf(bytes, Arena.ofAuto());
    views.add(new View(memory, arena));
    return memory
        .reinterpret(bytes, arena, ignored -> Reference.reachabilityFence(memory))
        .asReadOnly();
  }

  MemorySegment copyOf(long bytes, Arena arena) {
    MemorySegment memory = arena.allocate(bytes, 64);
    current.get(0, memory);
    return memory;
  }

  /**
   * The file after a power cut. Sectors of unsynced writes are kept or not, each for itself; sizes
   * are those after some prefix of the changes, as file systems journal them in order.
   */
  Inode afterCrash(SplittableRandom random, Loss.Tally losses) {
    int sectorBytes = random.nextBoolean() ? 512 : 4096;
    double keepProbability = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextDouble();
    int durableChanges = journal.size();
    while (durableChanges > 0 && !journal.get(durableChanges - 1).isDurable) {
      durableChanges--;
    }
    int resizes = random.nextInt(durableChanges, journal.size() + 1);
    long size = resizes == 0 ? durable.size() : journal.get(resizes - 1).sizeAfter;
    FileImage image = durable.copy();
    boolean isEarlierLost = false;
    for (int i = 0; i < journal.size(); i++) {
      Change change = journal.get(i);
      if (change.isDurable || (change.bytes.length == 0 && i < resizes)) {
        apply(image, change);
      } else if (change.bytes.length > 0) {
        double kept = keepSome(image, change, sectorBytes, keepProbability, random);
        tell(losses, kept, sectorBytes, isEarlierLost);
        isEarlierLost |= kept < 1;
      }
    }
    if (size != current.size()) {
      losses.met(Loss.OLD_SIZE);
    }
    image.resize(size);
    return new Inode(image);
  }

  private static void apply(FileImage image, Change change) {
    if (change.bytes.length == 0) {
      image.resize(change.sizeAfter);
    } else {
      image.put(change.position, change.bytes, 0, change.bytes.length);
    }
  }

  private static void tell(Loss.Tally losses, double kept, int sectorBytes, boolean isEarlierLost) {
    if (kept == 0) {
      losses.met(Loss.DROPPED_WRITE);
    } else if (kept < 1) {
      losses.met(sectorBytes == 512 ? Loss.TORN_512 : Loss.TORN_4096);
    }
    if (kept > 0 && isEarlierLost) {
      losses.met(Loss.REORDERED_WRITES);
    }
  }

  /**
   * @return the share of the change's sectors that is kept, 0 to 1
   */
  private static double keepSome(
      FileImage image,
      Change change,
      int sectorBytes,
      double probability,
      SplittableRandom random) {
    int from = 0;
    int sectors = 0;
    int kept = 0;
    while (from < change.bytes.length) {
      int sectorRest = sectorBytes - (int) ((change.position + from) % sectorBytes);
      int to = Math.min(change.bytes.length, from + sectorRest);
      if (random.nextDouble() < probability) {
        image.put(change.position, change.bytes, from, to);
        kept++;
      }
      sectors++;
      from = to;
    }
    return (double) kept / sectors;
  }
}

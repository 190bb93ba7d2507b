package io.quiver.disk;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A disk that remembers that it refused a call that changes something, until {@link #probe} has
 * shown that it takes writes again. A write that succeeds proves less: a full disk still takes a
 * small one now and then.
 *
 * <p>Thread safety: everything, from any thread.
 */
public final class WatchedDisk implements Disk {
  /** More than what is left over on a full disk. */
  private static final int PROBE_BYTES = 256 << 10;

  private static final System.Logger LOG = System.getLogger(WatchedDisk.class.getName());

  /**
   * What the disk refuses.
   *
   * @param message the first error's
   * @param sinceMillis Unix time of the first error
   */
  public record Trouble(Refusal refusal, String message, long sinceMillis) {}

  private interface Call<T> {
    T run() throws IOException;
  }

  private final Disk disk;
  private final AtomicReference<Trouble> trouble = new AtomicReference<>();

  public WatchedDisk(Disk disk) {
    this.disk = disk;
  }

  /** Empty while the disk takes writes. */
  public Optional<Trouble> trouble() {
    return Optional.ofNullable(trouble.get());
  }

  /**
   * Writes, syncs, reads back and deletes a file; if that works the trouble is over.
   *
   * @throws IOException if the disk refuses, or the file holds other bytes than were written
   */
  public synchronized void probe(Path file) throws IOException {
    byte[] written = new byte[PROBE_BYTES];
    for (int i = 0; i < written.length; i++) {
      written[i] = (byte) (i * 31 + (i >> 8));
    }
    byte[] back = new byte[PROBE_BYTES];
    try (DiskFile open = open(file)) {
      open.truncate(0);
      open.write(0, MemorySegment.ofArray(written));
      open.force();
      open.read(0, MemorySegment.ofArray(back));
    } finally {
      disk.delete(file);
    }
    int differs = Arrays.mismatch(written, back);
    if (differs >= 0) {
      throw new DamagedFileException(
          file, differs, String.valueOf(written[differs]), String.valueOf(back[differs]));
    }
    Trouble over = trouble.getAndSet(null);
    if (over != null) {
      LOG.log(
          System.Logger.Level.INFO,
          "the disk takes writes again; it refused them since {0}",
          Instant.ofEpochMilli(over.sinceMillis()));
    }
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return new WatchedFile(changing(() -> disk.open(file)));
  }

  @Override
  public DiskFile openReadOnly(Path file) throws IOException {
    return disk.openReadOnly(file);
  }

  @Override
  public void createDirectories(Path folder) throws IOException {
    change(() -> disk.createDirectories(folder));
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    return disk.list(folder);
  }

  @Override
  public boolean exists(Path path) {
    return disk.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return disk.isDirectory(path);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    change(() -> disk.rename(from, to));
  }

  /** A file system without links is not in trouble: whoever asks then copies. */
  @Override
  public void link(Path file, Path name) throws IOException {
    disk.link(file, name);
  }

  @Override
  public void delete(Path path) throws IOException {
    change(() -> disk.delete(path));
  }

  @Override
  public void syncDirectory(Path folder) throws IOException {
    change(() -> disk.syncDirectory(folder));
  }

  @Override
  public long usableBytes(Path path) throws IOException {
    return disk.usableBytes(path);
  }

  @Override
  public Closeable lock(Path file) throws IOException {
    return disk.lock(file);
  }

  private interface Step {
    void run() throws IOException;
  }

  private void change(Step step) throws IOException {
    changing(() -> {
      step.run();
      return this;
    });
  }

  private <T> T changing(Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (IOException e) {
      Refusal.ofDisk(e).ifPresent(refusal -> note(refusal, e));
      throw e;
    }
  }

  private void note(Refusal refusal, IOException cause) {
    String message = String.valueOf(cause.getMessage());
    Trouble found = new Trouble(refusal, message, System.currentTimeMillis());
    if (trouble.compareAndSet(null, found)) {
      LOG.log(System.Logger.Level.WARNING, "{0}: {1}", refusal.text(), message);
    }
  }

  private final class WatchedFile implements DiskFile {
    private final DiskFile file;

    WatchedFile(DiskFile file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void write(long position, MemorySegment source) throws IOException {
      change(() -> file.write(position, source));
    }

    @Override
    public void read(long position, MemorySegment target) throws IOException {
      file.read(position, target);
    }

    @Override
    public void force() throws IOException {
      change(file::force);
    }

    @Override
    public void truncate(long size) throws IOException {
      change(() -> file.truncate(size));
    }

    @Override
    public MemorySegment map(long bytes, Arena arena) throws IOException {
      return changing(() -> file.map(bytes, arena));
    }

    @Override
    public MemorySegment mapPrivate(long bytes, Arena arena) throws IOException {
      return file.mapPrivate(bytes, arena);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }
}

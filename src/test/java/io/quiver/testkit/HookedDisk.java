package io.quiver.testkit;

import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** Another disk, with something to do before every call: let others go first, count, refuse. */
public final class HookedDisk implements Disk {
  /** What is done before a call. */
  @FunctionalInterface
  public interface Hook {
    /**
     * Before a call.
     *
     * @param call the name of the method
     * @throws IOException to refuse it
     */
    void before(String call) throws IOException;

    /** Before a call that cannot be refused. */
    private void quietly(String call) {
      try {
        before(call);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Disk disk;
  private final Hook hook;

  public HookedDisk(Disk disk, Hook hook) {
    this.disk = disk;
    this.hook = hook;
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    hook.before("open");
    return new HookedFile(disk.open(file), hook);
  }

  @Override
  public DiskFile openReadOnly(Path file) throws IOException {
    hook.before("openReadOnly");
    return new HookedFile(disk.openReadOnly(file), hook);
  }

  @Override
  public void createDirectories(Path folder) throws IOException {
    hook.before("createDirectories");
    disk.createDirectories(folder);
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    hook.before("list");
    return disk.list(folder);
  }

  @Override
  public boolean exists(Path path) {
    hook.quietly("exists");
    return disk.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    hook.quietly("isDirectory");
    return disk.isDirectory(path);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    hook.before("rename");
    disk.rename(from, to);
  }

  @Override
  public void link(Path file, Path name) throws IOException {
    hook.before("link");
    disk.link(file, name);
  }

  @Override
  public void delete(Path path) throws IOException {
    hook.before("delete");
    disk.delete(path);
  }

  @Override
  public void syncDirectory(Path folder) throws IOException {
    hook.before("syncDirectory");
    disk.syncDirectory(folder);
  }

  @Override
  public long usableBytes(Path path) throws IOException {
    hook.before("usableBytes");
    return disk.usableBytes(path);
  }

  @Override
  public Closeable lock(Path file) throws IOException {
    hook.before("lock");
    return disk.lock(file);
  }

  private record HookedFile(DiskFile file, Hook hook) implements DiskFile {
    @Override
    public long size() throws IOException {
      hook.before("size");
      return file.size();
    }

    @Override
    public void write(long position, MemorySegment source) throws IOException {
      hook.before("write");
      file.write(position, source);
    }

    @Override
    public void read(long position, MemorySegment target) throws IOException {
      hook.before("read");
      file.read(position, target);
    }

    @Override
    public void force() throws IOException {
      hook.before("force");
      file.force();
    }

    @Override
    public void truncate(long size) throws IOException {
      hook.before("truncate");
      file.truncate(size);
    }

    @Override
    public MemorySegment map(long bytes, Arena arena) throws IOException {
      hook.before("map");
      return file.map(bytes, arena);
    }

    @Override
    public MemorySegment mapPrivate(long bytes, Arena arena) throws IOException {
      hook.before("mapPrivate");
      return file.mapPrivate(bytes, arena);
    }

    @Override
    public void close() throws IOException {
      hook.before("close");
      file.close();
    }
  }
}

package io.quiver.testkit;

import io.quiver.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** An open file of a {@link FaultyDisk}; it stays readable and writable when its name is gone. */
final class FaultyFile implements DiskFile {
  private final FaultyDisk disk;
  private final Path path;
  private final Inode inode;
  private final boolean isWritable;
  private boolean isOpen = true;

  FaultyFile(FaultyDisk disk, Path path, Inode inode, boolean isWritable) {
    this.disk = disk;
    this.path = path;
    this.inode = inode;
    this.isWritable = isWritable;
    disk.opened(1);
  }

  @Override
  public long size() throws IOException {
    synchronized (disk) {
      refuseIfUnusable();
      return inode.size();
    }
  }

  @Override
  public void write(long position, MemorySegment source) throws IOException {
    byte[] bytes = onlyBytes(source).toArray(ValueLayout.JAVA_BYTE);
    synchronized (disk) {
      refuseIfReadOnly();
      if (bytes.length > 0) {
        disk.change(FaultyDisk.Call.WRITE, new Write(position, bytes));
      }
    }
  }

  @Override
  public void read(long position, MemorySegment target) throws IOException {
    synchronized (disk) {
      refuseIfUnusable();
      disk.touch(FaultyDisk.Call.READ, path);
      expectSize(position + onlyBytes(target).byteSize());
      inode.read(position, target);
    }
  }

  @Override
  public void force() throws IOException {
    synchronized (disk) {
      refuseIfUnusable();
      disk.change(FaultyDisk.Call.FORCE, new Force());
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    synchronized (disk) {
      refuseIfReadOnly();
      if (size < inode.size()) {
        disk.change(FaultyDisk.Call.OTHER, () -> inode.resize(size));
      }
    }
  }

  @Override
  public MemorySegment map(long bytes, Arena arena) throws IOException {
    synchronized (disk) {
      refuseIfUnusable();
      if (bytes > inode.size()) {
        if (!isWritable) {
          throw new IOException(path + ": opened for reading, cannot be extended");
        }
        disk.change(FaultyDisk.Call.OTHER, () -> inode.resize(bytes));
      }
      return inode.map(bytes, arena);
    }
  }

  @Override
  public MemorySegment mapPrivate(long bytes, Arena arena) throws IOException {
    synchronized (disk) {
      refuseIfUnusable();
      expectSize(bytes);
      return inode.copyOf(bytes, arena);
    }
  }

  @Override
  public void close() {
    synchronized (disk) {
      if (isOpen) {
        isOpen = false;
        disk.opened(-1);
      }
    }
  }

  private void refuseIfUnusable() throws IOException {
    disk.refuseIfCrashed();
    if (!isOpen) {
      throw new ClosedChannelException();
    }
  }

  private void refuseIfReadOnly() throws IOException {
    refuseIfUnusable();
    if (!isWritable) {
      throw new NonWritableChannelException();
    }
  }

  private void expectSize(long wanted) throws EOFException {
    if (wanted > inode.size()) {
      throw new EOFException(
          "%s: file ends early: want=%d bytes, size=%d".formatted(path, wanted, inode.size()));
    }
  }

  /** Refuses what the operating system's disk refuses. */
  private static MemorySegment onlyBytes(MemorySegment memory) {
    if (memory.heapBase().isPresent() && !(memory.heapBase().get() instanceof byte[])) {
      throw new UnsupportedOperationException("neither native memory nor a byte[]");
    }
    return memory;
  }

  private final class Write implements FaultyDisk.Change {
    private final long position;
    private final byte[] bytes;

    Write(long position, byte[] bytes) {
      this.position = position;
      this.bytes = bytes;
    }

    @Override
    public void run() {
      inode.write(position, bytes);
    }

    @Override
    public void fail(SplittableRandom random) {
      int part = random.nextInt(bytes.length);
      if (part > 0) {
        inode.write(position, Arrays.copyOf(bytes, part));
      }
    }
  }

  private final class Force implements FaultyDisk.Change {
    @Override
    public void run() {
      inode.force();
    }

    @Override
    public void fail(SplittableRandom random) {
      inode.failForce();
    }
  }
}

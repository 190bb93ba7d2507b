package io.quiver.disk;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** One open file of the operating system. Thread-safe, as {@link FileChannel} is. */
final class OsFile implements DiskFile {
  /** The JDK copies heap memory through a direct buffer that each thread keeps: bounds that. */
  private static final int HEAP_CHUNK_BYTES = 1 << 20;

  private static final int NATIVE_CHUNK_BYTES = 1 << 30;

  private final Path path;
  private final FileChannel channel;

  OsFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public void write(long position, MemorySegment source) throws IOException {
    int chunkBytes = chunkBytes(source);
    for (long done = 0; done < source.byteSize(); done += chunkBytes) {
      ByteBuffer chunk = chunk(source, done, chunkBytes);
      long at = position + done;
      while (chunk.hasRemaining()) {
        at += channel.write(chunk, at);
      }
    }
  }

  @Override
  public void read(long position, MemorySegment target) throws IOException {
    int chunkBytes = chunkBytes(target);
    for (long done = 0; done < target.byteSize(); done += chunkBytes) {
      ByteBuffer chunk = chunk(target, done, chunkBytes);
      long at = position + done;
      while (chunk.hasRemaining()) {
        int count = channel.read(chunk, at);
        if (count < 0) {
          throw new EOFException(
              "%s: file ends early: want=%d bytes at offset %d, size=%d"
                  .formatted(path, target.byteSize(), position, channel.size()));
        }
        at += count;
      }
    }
  }

  @Override
  public void force() throws IOException {
    // Without metadata this is fdatasync, which still makes a changed size durable.
    channel.force(false);
  }

  @Override
  public void truncate(long size) throws IOException {
    channel.truncate(size);
  }

  @Override
  public MemorySegment map(long bytes, Arena arena) throws IOException {
    // A channel opened for writing extends a shorter file with a hole, whatever the mode.
    return channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
  }

  @Override
  public MemorySegment mapPrivate(long bytes, Arena arena) throws IOException {
    if (bytes > channel.size()) {
      throw new EOFException(
          "%s: file ends early: want=%d bytes mapped, size=%d"
              .formatted(path, bytes, channel.size()));
    }
    return channel.map(FileChannel.MapMode.PRIVATE, 0, bytes, arena);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private static int chunkBytes(MemorySegment memory) {
    return memory.isNative() ? NATIVE_CHUNK_BYTES : HEAP_CHUNK_BYTES;
  }

  private static ByteBuffer chunk(MemorySegment memory, long from, int chunkBytes) {
    return memory.asSlice(from, Math.min(chunkBytes, memory.byteSize() - from)).asByteBuffer();
  }
}

package io.quiver.disk;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock file that one node of one process holds. The file carries the holder's pid and stays when
 * the lock is released: deleting it would let two processes lock two files of the same name.
 *
 * <p>Thread safety: any thread acquires and closes.
 *
 * <p>Invariants: POSIX drops a process's lock when it closes <em>any</em> descriptor of the file,
 * so a file that this process holds is never opened a second time: {@link #HELD} is asked first.
 */
final class ProcessLock implements Closeable {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path key;
  private final FileChannel channel;

  private ProcessLock(Path key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  static ProcessLock acquire(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent().toRealPath();
    Path key = folder.resolve(file.getFileName());
    if (!HELD.add(key)) {
      throw new IOException(
          "data directory is in use by another node of this process: %s (pid %d)"
              .formatted(folder, ProcessHandle.current().pid()));
    }
    try {
      return new ProcessLock(key, lockedChannel(key));
    } catch (IOException | RuntimeException e) {
      HELD.remove(key);
      throw e;
    }
  }

  /** Releases the lock; a second call does nothing. */
  @Override
  public synchronized void close() throws IOException {
    if (channel.isOpen()) {
      channel.close(); // Releases the lock with it.
      HELD.remove(key);
    }
  }

  private static FileChannel lockedChannel(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new IOException(
            "data directory is in use by another process: %s%s"
                .formatted(file.getParent(), holder(channel)));
      }
      byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
      channel.truncate(0);
      channel.write(MemorySegment.ofArray(pid).asByteBuffer(), 0);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    byte[] text = new byte[20];
    int count = channel.read(MemorySegment.ofArray(text).asByteBuffer(), 0);
    String pid = new String(text, 0, Math.max(count, 0), StandardCharsets.US_ASCII).strip();
    return pid.chars().allMatch(Character::isDigit) && !pid.isEmpty() ? " (pid " + pid + ")" : "";
  }
}

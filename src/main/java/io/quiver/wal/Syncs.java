package io.quiver.wal;

import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * All syncs of a log. One that failed is never tried again, nor any other: the kernel may have
 * dropped what it could not write, and the next sync would not say so.
 *
 * <p>Thread safety: any thread.
 */
final class Syncs {
  private final Disk disk;
  private final Path folder;
  private volatile Optional<WalException> failure = Optional.empty();

  Syncs(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  interface Sync {
    void run() throws IOException;
  }

  Optional<WalException> failure() {
    return failure;
  }

  void run(Sync sync) throws WalException {
    try {
      sync.run();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Makes new and deleted segments durable.
   *
   * @throws FileSystemException if the folder could not be opened: no sync was tried
   */
  void folder() throws IOException {
    try {
      disk.syncDirectory(folder);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  void refuseIfFailed() throws WalException {
    if (failure.isPresent()) {
      WalException first = failure.get();
      throw new WalException(first.kind(), first.getMessage(), first);
    }
  }

  private WalException failed(IOException cause) {
    WalException stop =
        new WalException(
            WalException.Kind.SYNC_FAILED,
            "log sync failed, nothing is logged until a restart: " + cause.getMessage(),
            cause);
    failure = Optional.of(stop);
    return stop;
  }
}

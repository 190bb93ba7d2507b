package io.quiver.collection;

import io.quiver.core.QuiverException;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.MappedFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Work on the files of a collection, and what becomes of what it meets: bytes that are not what was
 * written set the collection aside.
 *
 * <p>Thread safety: any thread.
 */
final class FileWork {
  private final Environment environment;
  private final String name;
  private final Supplier<Optional<OpenCollection>> open;
  private final Consumer<QuiverException> setAside;

  FileWork(
      Environment environment,
      String name,
      Supplier<Optional<OpenCollection>> open,
      Consumer<QuiverException> setAside) {
    this.environment = environment;
    this.name = name;
    this.open = open;
    this.setAside = setAside;
  }

  /** Does what reads rows. */
  <T> T reading(Collection.Reading<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw unreadable(e);
    } catch (UncheckedIOException e) {
      throw unreadable(e.getCause());
    } catch (InternalError e) {
      throw unreadable(unreadablePage(e));
    }
  }

  /** Like {@link #reading}, but what the disk refuses is tried again at the next round. */
  <T> T tending(Collection.Reading<T> work) throws IOException {
    try {
      return work.run();
    } catch (DamagedFileException e) {
      throw unreadable(e);
    } catch (UncheckedIOException e) {
      throw unreadable(e.getCause());
    } catch (InternalError e) {
      if (open.get().filter(present -> present.losesGraphsOnly(e)).isPresent()) {
        throw new IOException("a page of a graph could not be read; it is built anew", e);
      }
      throw unreadable(unreadablePage(e));
    }
  }

  private IOException unreadablePage(InternalError fault) {
    return open.get()
        .map(present -> present.unreadablePage(fault))
        .orElseGet(() -> MappedFile.unreadable(environment.folder(), fault));
  }

  /** See {@link Collection#unreadable}. */
  QuiverException unreadable(IOException cause) {
    QuiverException error = StorageErrors.ofRead(name, cause);
    if (cause instanceof DamagedFileException || cause instanceof EOFException) {
      setAside.accept(error);
    }
    return error;
  }
}

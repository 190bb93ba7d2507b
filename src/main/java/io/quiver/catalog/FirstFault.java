package io.quiver.catalog;

import io.quiver.disk.DamagedFileException;
import io.quiver.disk.FileFault;
import io.quiver.disk.Findings;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps the first thing that a check finds, of what cannot be made anew. One thread. */
final class FirstFault implements Findings {
  private Optional<FileFault> first = Optional.empty();

  @Override
  public void fault(FileFault fault) {
    first = first.or(() -> Optional.of(fault));
  }

  @Override
  public void derivedFault(FileFault fault) {}

  @Override
  public void note(Path file, String what) {}

  @Override
  public void read(long bytes) {}

  /** Throws what was found. */
  void expectNone() throws DamagedFileException {
    if (first.isPresent()) {
      FileFault fault = first.get();
      throw new DamagedFileException(fault.file(), fault.offset(), fault.expected(), fault.found());
    }
  }
}

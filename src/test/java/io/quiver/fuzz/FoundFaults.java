package io.quiver.fuzz;

import io.quiver.disk.FileFault;
import io.quiver.disk.Findings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All faults that a check tells, of derived files, too. One thread. */
public final class FoundFaults implements Findings {
  private final List<FileFault> faults = new ArrayList<>();

  public List<FileFault> faults() {
    return List.copyOf(faults);
  }

  @Override
  public void fault(FileFault fault) {
    faults.add(fault);
  }

  @Override
  public void derivedFault(FileFault fault) {
    faults.add(fault);
  }

  @Override
  public void note(Path file, String what) {}

  @Override
  public void read(long bytes) {}
}

package io.quiver.disk;

import java.nio.file.Path;

/** Who is told what an offline check finds, as it finds it. One thread. */
public interface Findings {
  /** Something that was written is lost or wrong. */
  void fault(FileFault fault);

  /** The same of a file that is derived from others: the server makes it anew. */
  void derivedFault(FileFault fault);

  /** Something worth knowing that is in order: what a crash left, files of somebody else. */
  void note(Path file, String what);

  /** So many more bytes were read. */
  void read(long bytes);
}

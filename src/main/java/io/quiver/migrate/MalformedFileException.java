package io.quiver.migrate;

import java.io.IOException;
import java.nio.file.Path;

/** The content of a file is not what its name promises; the message says where and why. */
public final class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says where in the file, and what is wrong there.
   *
   * @param place the row or line, e.g. {@code row 17}
   * @param offsetBytes where it begins, in the unpacked content
   */
  MalformedFileException(Path file, String place, long offsetBytes, String problem) {
    super(file.getFileName() + ": " + place + " at byte " + offsetBytes + ": " + problem);
  }
}

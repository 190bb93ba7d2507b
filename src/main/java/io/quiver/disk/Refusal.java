package io.quiver.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;

/** Why the disk does not do what it was asked, as far as its error tells. */
public enum Refusal {
  FULL("disk_full", "the disk is full"),
  READ_ONLY("read_only", "the file system is read-only"),
  NO_HANDLES("no_file_handles", "the process has no file handle left"),
  IO_ERROR("io_error", "the disk refused a write");

  private final String word;
  private final String text;

  Refusal(String word, String text) {
    this.word = word;
    this.text = text;
  }

  /** For programs. */
  public String word() {
    return word;
  }

  /** For people. */
  public String text() {
    return text;
  }

  /** The JDK passes the system's error number on as its text only. */
  public static Refusal of(IOException cause) {
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return FULL;
    }
    if (text.contains("read-only file system")) {
      return READ_ONLY;
    }
    return text.contains("too many open files") ? NO_HANDLES : IO_ERROR;
  }

  /** Empty if the error tells of a file, and not of the disk. */
  static Optional<Refusal> ofDisk(IOException cause) {
    return switch (cause) {
      case NoSuchFileException e -> Optional.empty();
      case FileAlreadyExistsException e -> Optional.empty();
      case DirectoryNotEmptyException e -> Optional.empty();
      case ClosedChannelException e -> Optional.empty();
      case EOFException e -> Optional.empty();
      case DamagedFileException e -> Optional.empty();
      default -> Optional.of(of(cause));
    };
  }
}

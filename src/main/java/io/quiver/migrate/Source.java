package io.quiver.migrate;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The bytes of a file, unpacked if its name ends in {@code .gz}. Belongs to one thread. */
final class Source implements Closeable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final Path file;
  private final long fileBytes;
  private final Counted packed;
  private final InputStream content;
  private long offset;

  private Source(Path file, long fileBytes, Counted packed, InputStream content) {
    this.file = file;
    this.fileBytes = fileBytes;
    this.packed = packed;
    this.content = content;
  }

  static Source open(Path file) throws IOException {
    long fileBytes = Files.size(file);
    return of(file, Files.newInputStream(file), fileBytes);
  }

  /**
   * A file's bytes from wherever they come.
   *
   * @param file its name tells whether it is packed
   * @param bytes closed with this source, or if it fails
   */
  static Source of(Path file, InputStream bytes, long fileBytes) throws IOException {
    Counted packed = new Counted(bytes);
    try {
      boolean isPacked = file.getFileName().toString().endsWith(".gz");
      InputStream content = isPacked ? new GZIPInputStream(packed, BUFFER_BYTES) : packed;
      return new Source(file, fileBytes, packed, new BufferedInputStream(content, BUFFER_BYTES));
    } catch (ZipException | EOFException e) {
      packed.close();
      throw new MalformedFileException(file, "header", 0, "no gzip file: " + e.getMessage());
    } catch (IOException e) {
      packed.close();
      throw e;
    }
  }

  /** Bytes of unpacked content that were read. */
  long offset() {
    return offset;
  }

  /** The part of the file that was read, 0 to 1. */
  double fraction() {
    return fileBytes == 0 ? 1 : Math.min(1, (double) packed.count / fileBytes);
  }

  /** Reads until {@code target[0 .. length)} is full or the content ends; returns how many came. */
  int read(byte[] target, int length) throws IOException {
    try {
      int count = content.readNBytes(target, 0, length);
      offset += count;
      return count;
    } catch (ZipException | EOFException e) {
      throw malformed("content", offset, "broken gzip: " + e.getMessage());
    }
  }

  /** The next byte, or −1 at the end. */
  int read() throws IOException {
    try {
      int value = content.read();
      offset += value < 0 ? 0 : 1;
      return value;
    } catch (ZipException | EOFException e) {
      throw malformed("content", offset, "broken gzip: " + e.getMessage());
    }
  }

  MalformedFileException malformed(String place, long offsetBytes, String problem) {
    return new MalformedFileException(file, place, offsetBytes, problem);
  }

  @Override
  public void close() throws IOException {
    content.close();
  }

  /** Counts what passes. */
  private static final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
      int read = super.read(target, start, length);
      count += Math.max(0, read);
      return read;
    }
  }
}

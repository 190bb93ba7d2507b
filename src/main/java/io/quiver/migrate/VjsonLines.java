package io.quiver.migrate;

import java.io.IOException;
import java.nio.ByteBuffer;

/** {@code metadata.ndjson}: one record a line; lines without anything in them are stepped over. */
final class VjsonLines implements VjsonRecords {
  private static final int STEP_BYTES = 1 << 16;

  private final FileWindow file;
  private long line;
  private long index = -1;
  private long offset;
  private int length;
  private long end;
  private boolean hasLineFeed = true;

  VjsonLines(FileWindow file) {
    this.file = file;
  }

  @Override
  public boolean advance() throws IOException {
    while (end < file.size()) {
      offset = end;
      line++;
      findEnd();
      if (!isBlank()) {
        index++;
        return true;
      }
    }
    return false;
  }

  /** Sets length and the end of the line that begins at the offset. */
  private void findEnd() throws IOException {
    long position = offset;
    while (position < file.size()) {
      int step = (int) Math.min(STEP_BYTES, file.size() - position);
      ByteBuffer bytes = file.at(position, step);
      for (int i = 0; i < step; i++) {
        if (bytes.get(i) == '\n') {
          finish(position + i, true);
          return;
        }
      }
      position += step;
      if (position - offset > RECORD_BYTES_MAX) {
        throw file.malformed(place(), offset, "expected at most " + RECORD_BYTES_MAX + " bytes");
      }
    }
    finish(position, false);
  }

  private void finish(long lineEnd, boolean feed) throws MalformedFileException {
    if (lineEnd - offset > RECORD_BYTES_MAX) {
      throw file.malformed(place(), offset, "expected at most " + RECORD_BYTES_MAX + " bytes");
    }
    length = (int) (lineEnd - offset);
    end = feed ? lineEnd + 1 : lineEnd;
    hasLineFeed = feed;
  }

  private boolean isBlank() throws IOException {
    ByteBuffer bytes = file.at(offset, length);
    for (int i = 0; i < length; i++) {
      byte at = bytes.get(i);
      if (at != ' ' && at != '\t' && at != '\r') {
        return false;
      }
    }
    return true;
  }

  @Override
  public long index() {
    return index;
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public String place() {
    return "line " + line;
  }

  @Override
  public boolean mayBeTorn() {
    return !hasLineFeed;
  }
}

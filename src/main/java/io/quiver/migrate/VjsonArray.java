package io.quiver.migrate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The older {@code metadata.json}: one JSON array of records. It is read as it comes, never as a
 * whole. Where it breaks, nobody can say which vector the next record would be of: it is refused.
 */
final class VjsonArray implements VjsonRecords {
  private static final JsonFactory JSON = VjsonRecord.factory(2);

  private final FileWindow file;
  private final JsonParser json;
  private long index = -1;
  private long line = 1;
  private long offset;
  private int length;
  private boolean isAtEnd;

  VjsonArray(FileWindow file) throws IOException {
    this.file = file;
    this.json = JSON.createParser(new Bytes(file));
  }

  @Override
  public boolean advance() throws IOException {
    if (isAtEnd) {
      return false;
    }
    try {
      if (index < 0 && json.nextToken() != JsonToken.START_ARRAY) {
        throw file.malformed("line 1", 0, "expected a JSON array of records");
      }
      JsonToken first = json.nextToken();
      if (first == JsonToken.END_ARRAY) {
        isAtEnd = true;
        if (json.nextToken() != null) {
          throw malformed("expected the end of the file after the array");
        }
        return false;
      }
      index++;
      JsonLocation start = json.currentTokenLocation();
      line = start.getLineNr();
      offset = start.getByteOffset();
      if (first == null) {
        throw malformed("the array is not closed");
      }
      json.skipChildren();
      json.finishToken();
      long bytes = json.currentLocation().getByteOffset() - offset;
      if (bytes > RECORD_BYTES_MAX || bytes < 0) {
        throw malformed("expected at most " + RECORD_BYTES_MAX + " bytes, got " + bytes);
      }
      length = (int) bytes;
      return true;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      if (at != null) {
        line = at.getLineNr();
        offset = Math.max(0, at.getByteOffset());
      }
      throw malformed(e.getOriginalMessage());
    } catch (CharConversionException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private MalformedFileException malformed(String problem) {
    return file.malformed("line " + line, offset, problem);
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
    return "element " + index + " (line " + line + ")";
  }

  @Override
  public boolean mayBeTorn() {
    return false;
  }

  /** The file as a stream. */
  private static final class Bytes extends InputStream {
    private final FileWindow file;
    private long position;

    Bytes(FileWindow file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
      int count = (int) Math.min(length, file.size() - position);
      if (count == 0) {
        return length == 0 ? 0 : -1;
      }
      ByteBuffer bytes = file.at(position, count);
      bytes.get(target, start, count);
      position += count;
      return count;
    }
  }
}

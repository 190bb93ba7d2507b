package io.quiver.migrate;

import io.quiver.core.QuiverException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Steps over the records of a {@code vectors.bin} from its first byte to the end of its data: a
 * length of 0, or one past the end of the file. Since d-vecDB 0.2.4 each record has its length
 * (u32) before it; older files have payloads alone, told by the id's length, 16, in the first 8
 * bytes. No record is so short that this could be a length. Belongs to one thread.
 */
final class DvecRecords {
  private static final int LENGTH_BYTES = Integer.BYTES;

  private final FileWindow file;
  private final boolean hasLengths;
  private long index = -1;
  private long offset;
  private long payloadStart;
  private long payloadBytes;

  DvecRecords(FileWindow file) throws IOException {
    this.file = file;
    this.hasLengths =
        file.size() < Long.BYTES || file.at(0, Long.BYTES).getLong() != DvecPayload.ID_BYTES;
  }

  /**
   * Steps to the next record.
   *
   * @return false at the end of the data
   * @throws MalformedFileException where a record without a length before it cannot be understood,
   *     so that nobody knows where the next one begins
   */
  boolean advance() throws IOException {
    long next = payloadStart + payloadBytes;
    boolean isThere = hasLengths ? findByLength(next) : findByContent(next);
    if (isThere) {
      index++;
      offset = next;
    }
    return isThere;
  }

  /** The number of the present record, counted from 0. */
  long index() {
    return index;
  }

  /** Where the present record begins, its length included. */
  long offset() {
    return offset;
  }

  /** Where the records that were stepped over end. */
  long end() {
    return payloadStart + payloadBytes;
  }

  /**
   * The present record without its length, until the next call of anything.
   *
   * @throws QuiverException INVALID_ARGUMENT if it is larger than any vector that Quiver takes
   */
  ByteBuffer payload() throws IOException {
    if (payloadBytes > DvecPayload.BYTES_MAX) {
      throw QuiverException.invalid(
          "record", "at most " + DvecPayload.BYTES_MAX + " bytes", payloadBytes + " bytes");
    }
    return file.at(payloadStart, (int) payloadBytes);
  }

  private boolean findByLength(long next) throws IOException {
    if (next + LENGTH_BYTES > file.size()) {
      return false;
    }
    long length = Integer.toUnsignedLong(file.at(next, LENGTH_BYTES).getInt());
    return length > 0 && found(next + LENGTH_BYTES, length);
  }

  private boolean findByContent(long next) throws IOException {
    int head = (int) Math.min(DvecPayload.HEAD_BYTES, Math.max(0, file.size() - next));
    if (head < Long.BYTES || file.at(next, Long.BYTES).getLong() == 0) {
      return false;
    }
    if (head < DvecPayload.HEAD_BYTES) {
      return false; // torn
    }
    try {
      ByteBuffer in = file.at(next, head);
      DvecPayload.readId(in);
      long bytes = DvecPayload.HEAD_BYTES + (long) DvecPayload.readDimension(in) * Float.BYTES;
      if (next + bytes + 1 > file.size()) {
        return false;
      }
      boolean hasMetadata = DvecPayload.readOption(file.at(next + bytes, 1));
      bytes++;
      if (hasMetadata) {
        if (next + bytes + Long.BYTES > file.size()) {
          return false;
        }
        bytes += Long.BYTES + metadataBytes(next + bytes);
      }
      return found(next, bytes);
    } catch (QuiverException e) {
      throw file.malformed("record " + (index + 1), next, e.getMessage());
    }
  }

  /** Metadata of d-vecDB before 0.2.6 has no length in bytes: what stands there is small. */
  private long metadataBytes(long at) throws IOException {
    long length = file.at(at, Long.BYTES).getLong();
    if (length < 2 || length > DvecPayload.BYTES_MAX) {
      throw notText(length);
    }
    long first = at + Long.BYTES;
    if (first < file.size() && file.at(first, 1).get() != '{') {
      throw notText(length);
    }
    return length;
  }

  private static QuiverException notText(long length) {
    return QuiverException.invalid(
        "metadata",
        "JSON text (that of d-vecDB before 0.2.6 cannot be decoded)",
        Long.toUnsignedString(length) + " bytes of something else");
  }

  private boolean found(long start, long length) {
    if (length > file.size() - start) {
      return false;
    }
    payloadStart = start;
    payloadBytes = length;
    return true;
  }
}

package io.quiver.fuzz;

import io.quiver.disk.Crc;
import io.quiver.disk.DiskFile;
import io.quiver.testkit.FaultyDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/** Files of given bytes on a disk in memory, and several of them in one input. */
public final class MemoryFiles {
  private MemoryFiles() {}

  public static FaultyDisk disk(Path folder) throws IOException {
    FaultyDisk disk = new FaultyDisk(1);
    disk.createDirectories(folder);
    return disk;
  }

  public static void write(FaultyDisk disk, Path path, byte[] bytes) throws IOException {
    try (DiskFile file = disk.open(path)) {
      file.write(0, MemorySegment.ofArray(bytes));
    }
  }

  /**
   * Takes an input apart into so many files: each but the last begins with its length in two bytes.
   */
  public static byte[][] split(byte[] input, int count) {
    byte[][] files = new byte[count][];
    int at = 0;
    for (int i = 0; i < count; i++) {
      int rest = input.length - at;
      int head = i < count - 1 ? Math.min(2, rest) : 0;
      int length = head < 2 ? rest - head : Math.min(length(input, at), rest - head);
      files[i] = Arrays.copyOfRange(input, at + head, at + head + length);
      at += head + length;
    }
    return files;
  }

  /** The opposite of {@link #split}. */
  public static byte[] join(byte[]... files) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int i = 0; i < files.length; i++) {
      if (i < files.length - 1) {
        joined.write(files[i].length);
        joined.write(files[i].length >> 8);
      }
      joined.writeBytes(files[i]);
    }
    return joined.toByteArray();
  }

  private static int length(byte[] input, int at) {
    return (input[at] & 0xFF) | (input[at + 1] & 0xFF) << 8;
  }

  /** Puts the CRC32C of {@code bytes[from .. to)} at {@code at}, if all of that is there. */
  public static void seal(byte[] bytes, int from, int to, int at) {
    if (from <= to && to <= bytes.length && at >= 0 && at + Integer.BYTES <= bytes.length) {
      putInt(bytes, at, Crc.of(bytes, from, to - from));
    }
  }

  public static void putInt(byte[] bytes, int at, int value) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
  }

  public static int getInt(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  public static long getLong(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
  }
}

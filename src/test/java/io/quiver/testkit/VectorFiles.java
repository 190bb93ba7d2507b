package io.quiver.testkit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Reads the public benchmark sets: {@code .fvecs}, {@code .bvecs}, {@code .ivecs}, also gzipped.
 */
public final class VectorFiles {
  private VectorFiles() {}

  /** Where the sets are: {@code QUIVER_DATA}, else {@code shared/data} beside the project. */
  public static Path folder() {
    String set = System.getenv("QUIVER_DATA");
    return set == null ? Path.of("..", "shared", "data") : Path.of(set);
  }

  public static float[][] floats(Path file) {
    boolean bytes = file.toString().contains(".bvecs");
    List<float[]> rows = new ArrayList<>();
    for (ByteBuffer row : rows(file, bytes ? 1 : 4)) {
      float[] components = new float[bytes ? row.remaining() : row.remaining() / 4];
      for (int i = 0; i < components.length; i++) {
        components[i] = bytes ? row.get() & 0xff : row.getFloat();
      }
      rows.add(components);
    }
    return rows.toArray(new float[0][]);
  }

  public static int[][] ints(Path file) {
    List<int[]> rows = new ArrayList<>();
    for (ByteBuffer row : rows(file, 4)) {
      int[] values = new int[row.remaining() / 4];
      row.asIntBuffer().get(values);
      rows.add(values);
    }
    return rows.toArray(new int[0][]);
  }

  private static List<ByteBuffer> rows(Path file, int componentBytes) {
    List<ByteBuffer> rows = new ArrayList<>();
    try (InputStream raw = Files.newInputStream(file);
        InputStream in =
            file.toString().endsWith(".gz")
                ? new GZIPInputStream(raw, 1 << 16)
                : new BufferedInputStream(raw, 1 << 16)) {
      for (byte[] head = in.readNBytes(4); head.length > 0; head = in.readNBytes(4)) {
        int dimension = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
        byte[] row = in.readNBytes(dimension * componentBytes);
        if (row.length < dimension * componentBytes) {
          throw new EOFException(file + " ends in the middle of row " + rows.size());
        }
        rows.add(ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }
}

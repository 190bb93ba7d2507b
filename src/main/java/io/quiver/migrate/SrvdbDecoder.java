package io.quiver.migrate;

import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Turns a row of a file of SrvDB into components. Immutable. */
sealed interface SrvdbDecoder
    permits SrvdbDecoder.Floats, SrvdbDecoder.Bits, SrvdbQuantizer, SrvdbCodebooks {
  /** The bytes of one row. */
  int rowBytes();

  /**
   * Decodes a row.
   *
   * @param row {@link #rowBytes} bytes, little-endian
   * @param components as many as the dimension; filled
   * @throws io.quiver.core.QuiverException INVALID_ARGUMENT if it is no row of this coding
   */
  void decode(ByteBuffer row, float[] components);

  /** The decoder of the rows behind this header; reads what it needs beside the file. */
  static SrvdbDecoder of(Disk disk, Path folder, SrvdbHeader header) throws IOException {
    return switch (header.coding()) {
      case FLOATS -> new Floats(header.dimension());
      case BITS -> new Bits(header.dimension());
      case BYTES -> SrvdbQuantizer.read(disk, folder, header.dimension());
      case CENTROIDS -> SrvdbCodebooks.read(disk, folder, header.dimension());
    };
  }

  /** Components as they were given. */
  record Floats(int dimension) implements SrvdbDecoder {
    @Override
    public int rowBytes() {
      return dimension * Float.BYTES;
    }

    @Override
    public void decode(ByteBuffer row, float[] components) {
      row.asFloatBuffer().get(components);
    }
  }

  /**
   * The first version kept of each component only whether it was above the mean of its vector: the
   * lowest bit first. It becomes 1 or −1.
   */
  record Bits(int dimension) implements SrvdbDecoder {
    @Override
    public int rowBytes() {
      return dimension / Byte.SIZE;
    }

    @Override
    public void decode(ByteBuffer row, float[] components) {
      for (int i = 0; i < components.length; i++) {
        boolean isAbove = (row.get(i / Byte.SIZE) >> (i % Byte.SIZE) & 1) == 1;
        components[i] = isAbove ? 1 : -1;
      }
    }
  }
}

package io.quiver.migrate;

import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * One byte for each part of a vector: the number of a centroid in the part's codebook ({@code
 * codebooks.bin}: parts, centroids, components of a part; then the codebooks, each level with its
 * length before it, but that 0.1 wrote none before the components).
 */
final class SrvdbCodebooks implements SrvdbDecoder {
  static final String FILE = "codebooks.bin";

  private static final int CENTROIDS_MAX = 256;

  /** By part and number. */
  private final float[][][] centroids;

  private SrvdbCodebooks(float[][][] centroids) {
    this.centroids = centroids;
  }

  static SrvdbCodebooks read(Disk disk, Path folder, int dimension) throws IOException {
    SrvdbSidecar in = SrvdbSidecar.read(disk, folder.resolve(FILE), "SRVDPQCB");
    int parts = in.number("parts", dimension);
    int count = in.number("centroids", CENTROIDS_MAX);
    int components = in.number("components", dimension);
    if (parts * components != dimension) {
      throw in.malformed(
          "parts",
          "expected parts × components = %d, got %d × %d".formatted(dimension, parts, components));
    }
    in.expect("codebooks", parts);
    long withoutLengths = parts * (Long.BYTES + (long) count * components * Float.BYTES);
    boolean hasLengths = in.isNew() || in.remaining() != withoutLengths;
    float[][][] centroids = new float[parts][][];
    for (int part = 0; part < parts; part++) {
      in.expect("centroids", count);
      centroids[part] = new float[count][];
      for (int i = 0; i < count; i++) {
        if (hasLengths) {
          in.expect("components", components);
        }
        centroids[part][i] = in.floats("centroid", components);
      }
    }
    in.end();
    return new SrvdbCodebooks(centroids);
  }

  @Override
  public int rowBytes() {
    return centroids.length;
  }

  @Override
  public void decode(ByteBuffer row, float[] components) {
    int at = 0;
    for (int part = 0; part < centroids.length; part++) {
      int code = row.get(part) & 0xFF;
      if (code >= centroids[part].length) {
        throw QuiverException.invalid("code", "0 to " + (centroids[part].length - 1), code);
      }
      float[] centroid = centroids[part][code];
      System.arraycopy(centroid, 0, components, at, centroid.length);
      at += centroid.length;
    }
  }
}

package io.quiver.migrate;

import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * One byte a component, which counts 255 equal steps from the smallest to the largest value that
 * the component had in training ({@code scalar_quantizer.bin}: minima, maxima, dimension). A byte
 * stands for the lower end of its step, as in SrvDB's own searches.
 */
final class SrvdbQuantizer implements SrvdbDecoder {
  static final String FILE = "scalar_quantizer.bin";

  private static final float STEPS = 255;

  private final float[] minima;
  private final float[] ranges;

  private SrvdbQuantizer(float[] minima, float[] ranges) {
    this.minima = minima;
    this.ranges = ranges;
  }

  static SrvdbQuantizer read(Disk disk, Path folder, int dimension) throws IOException {
    SrvdbSidecar in = SrvdbSidecar.read(disk, folder.resolve(FILE), "SRVDSQ8Q");
    in.expect("minima", dimension);
    float[] minima = in.floats("minima", dimension);
    in.expect("maxima", dimension);
    float[] maxima = in.floats("maxima", dimension);
    in.expect("dimension", dimension);
    in.end();
    float[] ranges = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      ranges[i] = maxima[i] - minima[i];
    }
    return new SrvdbQuantizer(minima, ranges);
  }

  @Override
  public int rowBytes() {
    return minima.length;
  }

  @Override
  public void decode(ByteBuffer row, float[] components) {
    for (int i = 0; i < components.length; i++) {
      components[i] = minima[i] + (row.get(i) & 0xFF) / STEPS * ranges[i];
    }
  }
}

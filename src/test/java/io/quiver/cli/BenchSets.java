package io.quiver.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Made-up data sets in the files that {@code bench} reads. */
final class BenchSets {
  private BenchSets() {}

  /** So many vectors of 8 components. */
  static float[][] random(SplittableRandom random, int rows) {
    float[][] vectors = new float[rows][8];
    for (float[] vector : vectors) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) random.nextDouble(-1, 1);
      }
    }
    return vectors;
  }

  /** A file of them. */
  static byte[] fvecs(float[][] rows) {
    ByteBuffer bytes = ByteBuffer.allocate(rows.length * 36).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      bytes.putInt(row.length);
      for (float component : row) {
        bytes.putFloat(component);
      }
    }
    return bytes.array();
  }

  /** The file of the ten nearest of each query, by sorting all distances. */
  static byte[] truth(float[][] base, float[][] queries) {
    ByteBuffer bytes = ByteBuffer.allocate(queries.length * 44).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] query : queries) {
      List<Integer> numbers = new ArrayList<>(IntStream.range(0, base.length).boxed().toList());
      numbers.sort(Comparator.comparingDouble(number -> squares(query, base[number])));
      bytes.putInt(10);
      numbers.subList(0, 10).forEach(bytes::putInt);
    }
    return bytes.array();
  }

  private static double squares(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
    }
    return sum;
  }
}

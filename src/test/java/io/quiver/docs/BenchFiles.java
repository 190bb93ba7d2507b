package io.quiver.docs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Small files under the names of a public data set, with answers by brute force. */
final class BenchFiles {
  private static final int DIMENSION = 16;
  private static final int ROWS = 300;
  private static final int QUERIES = 20;
  private static final int ANSWERS = 10;

  private BenchFiles() {}

  static void write(Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    float[][] rows = random(random, ROWS);
    float[][] queries = random(random, QUERIES);
    byte[] answers = new byte[QUERIES * (1 + ANSWERS) * Integer.BYTES];
    ByteBuffer truth = littleEndian(answers);
    for (float[] query : queries) {
      truth.putInt(ANSWERS);
      IntStream.range(0, ROWS)
          .boxed()
          .sorted(Comparator.comparingDouble(row -> squaredDistance(query, rows[row])))
          .limit(ANSWERS)
          .forEach(truth::putInt);
    }
    Files.write(folder.resolve("siftsmall_base.fvecs"), floats(rows));
    Files.write(folder.resolve("siftsmall_query.fvecs"), floats(queries));
    Files.write(folder.resolve("siftsmall_groundtruth.ivecs"), answers);
  }

  private static float[][] random(SplittableRandom random, int count) {
    float[][] rows = new float[count][DIMENSION];
    for (float[] row : rows) {
      for (int i = 0; i < DIMENSION; i++) {
        row[i] = (float) random.nextDouble();
      }
    }
    return rows;
  }

  private static double squaredDistance(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      double difference = (double) one[i] - other[i];
      sum += difference * difference;
    }
    return sum;
  }

  private static byte[] floats(float[][] rows) {
    byte[] file = new byte[rows.length * (1 + DIMENSION) * Integer.BYTES];
    ByteBuffer bytes = littleEndian(file);
    for (float[] row : rows) {
      bytes.putInt(DIMENSION);
      for (float component : row) {
        bytes.putFloat(component);
      }
    }
    return file;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

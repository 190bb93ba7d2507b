package io.quiver.cli;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import java.util.SplittableRandom;

/**
 * The rows that a soak writes: each follows from seed, slot and version, so that nothing has to be
 * remembered to check it. Vectors lie near a plane of few dimensions, as real ones do: a graph
 * finds its way among them. Immutable; thread-safe.
 */
final class SoakRows {
  private static final int PLANE = 12;
  private static final float NOISE = 0.05f;
  private static final int NOTE_CHARS_MAX = 60;
  private static final int QUERY = -1;

  private final long seed;
  private final int dimension;
  private final Metric metric;
  private final float[] plane;

  SoakRows(long seed, int dimension, Metric metric) {
    this.seed = seed;
    this.dimension = dimension;
    this.metric = metric;
    this.plane = new float[PLANE * dimension];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < plane.length; i++) {
      plane[i] = (float) random.nextDouble(-1, 1);
    }
  }

  int dimension() {
    return dimension;
  }

  Metric metric() {
    return metric;
  }

  static String id(int slot) {
    return "s" + slot;
  }

  /** The slot of an id; negative if no slot has such an id. */
  static int slot(String id) {
    try {
      return id.startsWith("s") ? Integer.parseInt(id.substring(1)) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  Row row(int slot, int version) {
    return new Row(
        new VectorId(id(slot)),
        DenseVector.owning(vector(slot, version)),
        Metadata.ofJson(metadata(slot, version)));
  }

  /** Of different lengths, so that a row that is replaced leaves a gap of another size. */
  static String metadata(int slot, int version) {
    int chars = Math.floorMod(31 * slot + 17 * version, NOTE_CHARS_MAX);
    return "{\"version\":" + version + ",\"note\":\"" + "n".repeat(chars) + "\"}";
  }

  float[] vector(int slot, int version) {
    SplittableRandom random =
        new SplittableRandom(seed ^ (slot * 0x9E3779B97F4A7C15L) ^ (version * 0xD1B54A32D192ED03L));
    float[] vector = new float[dimension];
    for (int axis = 0; axis < PLANE; axis++) {
      float weight = (float) random.nextDouble(-1, 1);
      for (int i = 0; i < dimension; i++) {
        vector[i] += weight * plane[axis * dimension + i];
      }
    }
    for (int i = 0; i < dimension; i++) {
      vector[i] += (float) random.nextDouble(-NOISE, NOISE);
    }
    return vector;
  }

  float[] query(int number) {
    return vector(QUERY, number);
  }

  /** In double; the engine has no part in it. */
  double distance(float[] a, float[] b) {
    double sum = 0;
    double ofA = 0;
    double ofB = 0;
    switch (metric) {
      case EUCLIDEAN -> {
        for (int i = 0; i < a.length; i++) {
          double gap = (double) a[i] - b[i];
          sum += gap * gap;
        }
        return Math.sqrt(sum);
      }
      case MANHATTAN -> {
        for (int i = 0; i < a.length; i++) {
          sum += Math.abs((double) a[i] - b[i]);
        }
        return sum;
      }
      case DOT_PRODUCT, COSINE -> {
        for (int i = 0; i < a.length; i++) {
          sum += (double) a[i] * b[i];
          ofA += (double) a[i] * a[i];
          ofB += (double) b[i] * b[i];
        }
        return metric == Metric.DOT_PRODUCT ? -sum : 1 - sum / Math.sqrt(ofA * ofB);
      }
    }
    throw new AssertionError(metric);
  }

  /** Whether a distance that the server told is this one, but for float rounding. */
  static boolean isSame(double told, double wanted) {
    return Math.abs(told - wanted) <= 1e-4 * Math.max(1, Math.abs(wanted));
  }

  /** Bytes that a client sent of this row: components, id and metadata. */
  long bytes(int slot, int version) {
    return (long) Float.BYTES * dimension + id(slot).length() + metadata(slot, version).length();
  }
}

package io.quiver.migrate;

import io.quiver.core.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How many components the vectors have. VJson keeps that nowhere: {@code vectors.bin} is floats
 * only, so it must follow from its size and the number of records, or be told.
 *
 * @param dimension components of each vector; 0 if there are neither vectors nor records
 * @param rows whole vectors in the file
 * @param restBytes what is behind them
 */
record VjsonShape(int dimension, long rows, long restBytes) {
  private static final long COMPONENT_BYTES = Float.BYTES;

  /**
   * Finds the one shape in which vectors and records fit to each other.
   *
   * @param file {@code vectors.bin}
   * @param records whole records, readable or not
   * @param isTorn whether one more record was begun
   * @param given the dimension that the user says
   * @throws MalformedFileException if there is none, or more than one
   * @throws io.quiver.core.QuiverException INVALID_ARGUMENT if no vector has that dimension
   */
  static VjsonShape of(FileWindow file, long records, boolean isTorn, OptionalInt given)
      throws MalformedFileException {
    long bytes = file.size();
    if (bytes == 0 && records == 0) {
      return new VjsonShape(0, 0, 0);
    }
    List<Integer> fitting = new ArrayList<>();
    addFitting(fitting, bytes, records);
    if (isTorn) {
      addFitting(fitting, bytes, records + 1);
    }
    if (given.isEmpty()) {
      if (fitting.size() == 1) {
        return split(bytes, fitting.getFirst());
      }
      throw file.malformed(
          "size",
          bytes,
          "%,d records in the metadata do not tell the dimension of %,d bytes; say it: --dimension"
              .formatted(records, bytes));
    }
    int dimension = given.getAsInt();
    Limits.check("dimension", dimension, 1, Limits.DIMENSION_MAX);
    VjsonShape shape = split(bytes, dimension);
    boolean isWhole = shape.restBytes == 0;
    boolean fits =
        (shape.rows == records && (isWhole || fitting.isEmpty()))
            || (isTorn && shape.rows == records + 1 && isWhole);
    if (!fits) {
      throw file.malformed(
          "size",
          bytes,
          "expected %,d vectors of dimension %d (%,d bytes) for as many records in the metadata,"
                  .formatted(records, dimension, records * dimension * COMPONENT_BYTES)
              + " got %,d bytes%s".formatted(bytes, hint(fitting)));
    }
    return shape;
  }

  private static String hint(List<Integer> fitting) {
    return fitting.isEmpty() ? "" : ", which fit dimension " + fitting.getFirst();
  }

  private static void addFitting(List<Integer> fitting, long bytes, long rows) {
    if (rows > 0 && bytes > 0 && bytes % (rows * COMPONENT_BYTES) == 0) {
      long dimension = bytes / (rows * COMPONENT_BYTES);
      if (dimension <= Limits.DIMENSION_MAX) {
        fitting.add((int) dimension);
      }
    }
  }

  private static VjsonShape split(long bytes, int dimension) {
    long rowBytes = dimension * COMPONENT_BYTES;
    return new VjsonShape(dimension, bytes / rowBytes, bytes % rowBytes);
  }
}

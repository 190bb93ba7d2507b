package io.quiver.migrate;

import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The format of the TEXMEX data sets: per row a little-endian int32 dimension, then that many
 * components. All rows have the dimension of the first.
 */
final class XvecsReader implements VectorReader {
  /** What a component is. */
  enum Component {
    FLOAT32(4),
    UINT8(1);

    private final int bytes;

    Component(int bytes) {
      this.bytes = bytes;
    }
  }

  private final Source source;
  private final Component component;
  private final byte[] head = new byte[4];
  private byte[] body = new byte[0];
  private int dimension;
  private long rows;

  XvecsReader(Source source, Component component) {
    this.source = source;
    this.component = component;
  }

  @Override
  public Optional<Row> next() throws IOException {
    long start = source.offset();
    int headBytes = source.read(head, head.length);
    if (headBytes == 0) {
      return Optional.empty();
    }
    checkWhole(start, headBytes, head.length);
    checkDimension(start, ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt());
    checkWhole(start, source.read(body, body.length), body.length);
    try {
      Row row =
          new Row(
              new VectorId(Long.toString(rows)), DenseVector.owning(components()), Metadata.ABSENT);
      rows++;
      return Optional.of(row);
    } catch (QuiverException e) {
      throw source.malformed(place(), start, e.getMessage());
    }
  }

  @Override
  public double fraction() {
    return source.fraction();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }

  private void checkDimension(long start, int found) throws MalformedFileException {
    if (rows == 0) {
      if (found < 1 || found > Limits.DIMENSION_MAX) {
        throw source.malformed(
            place(), start, "dimension: expected 1 to " + Limits.DIMENSION_MAX + ", got " + found);
      }
      dimension = found;
      body = new byte[dimension * component.bytes];
    } else if (found != dimension) {
      throw source.malformed(
          place(), start, "dimension: expected " + dimension + " as before, got " + found);
    }
  }

  private void checkWhole(long start, int got, int want) throws MalformedFileException {
    if (got < want) {
      throw source.malformed(
          place(), start, "the file ends within the row: expected " + want + " bytes, got " + got);
    }
  }

  private float[] components() {
    float[] components = new float[dimension];
    switch (component) {
      case FLOAT32 ->
          ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(components);
      case UINT8 -> {
        for (int i = 0; i < dimension; i++) {
          components[i] = body[i] & 0xFF;
        }
      }
    }
    return components;
  }

  private String place() {
    return "row " + rows;
  }
}

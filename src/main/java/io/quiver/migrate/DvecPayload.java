package io.quiver.migrate;

import io.quiver.core.DenseVector;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A vector as d-vecDB writes it, in {@code vectors.bin} and in its log (docs/formats/dvecdb.md):
 * bincode, all numbers little-endian.
 *
 * <pre>
 *   u64 = 16 | 16 bytes UUID | u64 dimension | dimension × f32 | 0, or 1 | u64 length | JSON text
 * </pre>
 *
 * <p>What is wrong with the bytes is INVALID_ARGUMENT of the part where it is.
 */
final class DvecPayload {
  static final int ID_BYTES = 16;

  /** Before the components: length and bytes of the id, dimension. */
  static final int HEAD_BYTES = Long.BYTES + ID_BYTES + Long.BYTES;

  /** The largest that Quiver takes. */
  static final int BYTES_MAX =
      HEAD_BYTES + Limits.DIMENSION_MAX * Float.BYTES + 1 + Long.BYTES + Limits.METADATA_BYTES_MAX;

  /** Norms outside these bounds no metric, or not Cosine, can compare: the engine refuses them. */
  private static final double NORM_MAX = 9e18;

  private static final double COSINE_NORM_MIN = 1e-15;

  private DvecPayload() {}

  /** Reads an id with its length before it. */
  static UUID readId(ByteBuffer in) {
    need("id", in, Long.BYTES + ID_BYTES);
    long length = in.getLong();
    if (length != ID_BYTES) {
      throw QuiverException.invalid("id", ID_BYTES + " bytes", Long.toUnsignedString(length));
    }
    ByteBuffer bytes = in.slice(in.position(), ID_BYTES).order(ByteOrder.BIG_ENDIAN);
    in.position(in.position() + ID_BYTES);
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  /** Reads a dimension, and steps over nothing else. */
  static int readDimension(ByteBuffer in) {
    need("dimension", in, Long.BYTES);
    long dimension = in.getLong();
    if (dimension < 1 || dimension > Limits.DIMENSION_MAX) {
      throw QuiverException.invalid(
          "dimension", "1 to " + Limits.DIMENSION_MAX, Long.toUnsignedString(dimension));
    }
    return (int) dimension;
  }

  /** Reads a vector that fills the whole buffer, for a collection of this metric and dimension. */
  static Row read(ByteBuffer in, Metric metric, int wantedDimension) {
    UUID id = readId(in);
    int dimension = readDimension(in);
    if (dimension != wantedDimension) {
      throw QuiverException.dimensionMismatch("dimension", wantedDimension, dimension);
    }
    need("vector", in, dimension * Float.BYTES);
    float[] components = new float[dimension];
    in.asFloatBuffer().get(components);
    in.position(in.position() + dimension * Float.BYTES);
    DenseVector vector = DenseVector.owning(components);
    checkNorm(components, metric);
    return new Row(new VectorId(id.toString()), vector, readMetadata(in));
  }

  /** Steps over a vector of a batch; returns its id. */
  static UUID skip(ByteBuffer in) {
    UUID id = readId(in);
    int dimension = readDimension(in);
    need("vector", in, dimension * Float.BYTES);
    in.position(in.position() + dimension * Float.BYTES);
    if (readOption(in)) {
      need("metadata", in, Long.BYTES);
      long length = in.getLong();
      if (length < 0 || length > in.remaining()) {
        throw tooLong(in, length);
      }
      in.position(in.position() + (int) length);
    }
    return id;
  }

  private static Metadata readMetadata(ByteBuffer in) {
    Metadata metadata = Metadata.ABSENT;
    if (readOption(in)) {
      need("metadata", in, Long.BYTES);
      long length = in.getLong();
      if (length != in.remaining()) {
        // Also what releases before 0.2.6 wrote: their metadata has no length in bytes.
        throw tooLong(in, length);
      }
      try {
        metadata = Metadata.ofJson(StandardCharsets.UTF_8.newDecoder().decode(in).toString());
      } catch (CharacterCodingException e) {
        throw QuiverException.invalid("metadata", "UTF-8 text", "other bytes");
      }
    }
    if (in.hasRemaining()) {
      throw QuiverException.invalid("record", "an end", in.remaining() + " more bytes");
    }
    return metadata;
  }

  private static QuiverException tooLong(ByteBuffer in, long length) {
    return QuiverException.invalid(
        "metadata",
        "JSON text of " + in.remaining() + " bytes",
        Long.toUnsignedString(length) + " bytes");
  }

  static boolean readOption(ByteBuffer in) {
    need("metadata", in, 1);
    int option = in.get();
    if (option != 0 && option != 1) {
      throw QuiverException.invalid("metadata", "option 0 or 1", option);
    }
    return option == 1;
  }

  /** Refuses what no collection of this metric takes: a norm too large, or none under Cosine. */
  static void checkNorm(float[] components, Metric metric) {
    double sum = 0;
    for (float component : components) {
      sum += (double) component * component;
    }
    double norm = Math.sqrt(sum);
    boolean isTooShort = metric == Metric.COSINE && norm < COSINE_NORM_MIN;
    if (norm > NORM_MAX || isTooShort) {
      throw QuiverException.invalid(
          "vector", "a norm that " + metric.word() + " can compare", "norm " + norm);
    }
  }

  private static void need(String part, ByteBuffer in, int bytes) {
    if (in.remaining() < bytes) {
      throw QuiverException.invalid(part, bytes + " bytes", in.remaining() + " bytes");
    }
  }
}

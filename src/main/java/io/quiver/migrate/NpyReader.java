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
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NumPy's array file (NEP 1), format versions 1 to 3: a matrix in C order of float32, float64 or
 * uint8.
 */
final class NpyReader implements VectorReader {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int HEADER_BYTES_MAX = 1 << 16;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");
  private static final Pattern MATRIX =
      Pattern.compile("\\s*(\\d{1,18})\\s*,\\s*(\\d{1,9})\\s*,?\\s*");

  private final Source source;
  private final String type;
  private final long rowsExpected;
  private final int dimension;
  private final byte[] body;
  private long rows;

  NpyReader(Source source) throws IOException {
    this.source = source;
    try {
      String header = readHeader();
      type = field(TYPE, header);
      if (!field(ORDER, header).equals("False")) {
        throw wrong("expected C order, got Fortran order; save it with np.ascontiguousarray(a)");
      }
      String shape = field(SHAPE, header);
      Matcher matrix = MATRIX.matcher(shape);
      if (!matrix.matches()) {
        throw wrong("shape: expected (rows, dimension), got (" + shape + ")");
      }
      rowsExpected = Long.parseLong(matrix.group(1));
      dimension = Integer.parseInt(matrix.group(2));
      if (dimension < 1 || dimension > Limits.DIMENSION_MAX) {
        throw wrong("dimension: expected 1 to " + Limits.DIMENSION_MAX + ", got " + dimension);
      }
      body = new byte[dimension * componentBytes()];
    } catch (IOException e) {
      source.close();
      throw e;
    }
  }

  @Override
  public Optional<Row> next() throws IOException {
    long start = source.offset();
    String place = "row " + rows;
    if (rows == rowsExpected) {
      if (source.read() >= 0) {
        throw source.malformed(
            place, start, "expected the end of the file after " + rowsExpected + " rows");
      }
      return Optional.empty();
    }
    int got = source.read(body, body.length);
    if (got < body.length) {
      throw source.malformed(
          place,
          start,
          "the file ends early: expected " + rowsExpected + " rows, got " + rows + " whole ones");
    }
    try {
      DenseVector vector = DenseVector.owning(components());
      Row row = new Row(new VectorId(Long.toString(rows)), vector, Metadata.ABSENT);
      rows++;
      return Optional.of(row);
    } catch (QuiverException e) {
      throw source.malformed(place, start, e.getMessage());
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

  /** Magic, version (2 bytes), header length (2 bytes in version 1, else 4), header text. */
  private String readHeader() throws IOException {
    byte[] fixed = new byte[MAGIC.length + 2];
    readHeaderBytes(fixed);
    if (!Arrays.equals(MAGIC, Arrays.copyOf(fixed, MAGIC.length))) {
      throw wrong("expected a NumPy file that begins with \\x93NUMPY");
    }
    int version = fixed[MAGIC.length];
    if (version < 1 || version > 3) {
      throw wrong("format version: expected 1 to 3, got " + version);
    }
    byte[] length = new byte[version == 1 ? 2 : 4];
    readHeaderBytes(length);
    int headerBytes =
        ByteBuffer.wrap(Arrays.copyOf(length, 4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (headerBytes < 0 || headerBytes > HEADER_BYTES_MAX) {
      throw wrong("header: expected at most " + HEADER_BYTES_MAX + " bytes, got " + headerBytes);
    }
    byte[] header = new byte[headerBytes];
    readHeaderBytes(header);
    return new String(header, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
  }

  private void readHeaderBytes(byte[] target) throws IOException {
    int got = source.read(target, target.length);
    if (got < target.length) {
      throw wrong("the file ends within its header");
    }
  }

  private String field(Pattern pattern, String header) throws MalformedFileException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw wrong("no " + pattern.pattern().split("'", -1)[1] + " in the header");
    }
    return matcher.group(1);
  }

  private int componentBytes() throws MalformedFileException {
    return switch (type) {
      case "<f4", ">f4" -> 4;
      case "<f8", ">f8" -> 8;
      case "|u1", "<u1", ">u1" -> 1;
      default -> throw wrong("descr: expected float32, float64 or uint8, got " + type);
    };
  }

  private float[] components() {
    float[] components = new float[dimension];
    ByteOrder order = type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer bytes = ByteBuffer.wrap(body).order(order);
    for (int i = 0; i < dimension; i++) {
      components[i] =
          switch (body.length / dimension) {
            case 4 -> bytes.getFloat();
            case 8 -> (float) bytes.getDouble();
            default -> bytes.get() & 0xFF;
          };
    }
    return components;
  }

  private MalformedFileException wrong(String problem) {
    return source.malformed("header", 0, problem);
  }
}

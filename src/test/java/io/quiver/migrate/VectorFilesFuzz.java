package io.quiver.migrate;

import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.message.Row;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * Binary vector files of any bytes: their rows come in order, and the fault with its place.
 *
 * <p>Input: which format, and whether it is packed; then the file.
 */
public final class VectorFilesFuzz implements FuzzTarget {
  private static final List<String> FORMATS = List.of("fvecs", "bvecs", "ivecs", "npy");
  private static final int PACKED = 0x80;

  @Override
  public void run(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    String format = FORMATS.get((input[0] & 0x7F) % FORMATS.size());
    boolean isPacked = (input[0] & PACKED) != 0;
    Path file = Path.of("f." + format + (isPacked ? ".gz" : ""));
    byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
    try (Source source = Source.of(file, new ByteArrayInputStream(bytes), bytes.length)) {
      if (format.equals("ivecs")) {
        IntRows.read(source);
      } else {
        read(format, source);
      }
    } catch (MalformedFileException e) {
      Expect.readable(e.getMessage());
      Expect.that(e.getMessage().matches("(?s)" + file + ": .* at byte .*"), e::getMessage);
    }
  }

  private static void read(String format, Source source) throws IOException {
    try (VectorReader reader = reader(format, source)) {
      long rows = 0;
      Optional<Row> row = reader.next();
      int dimension = row.map(first -> first.vector().dimension()).orElse(0);
      while (row.isPresent()) {
        Expect.equal(row.get().vector().dimension(), dimension);
        Expect.equal(row.get().id().value(), Long.toString(rows));
        rows++;
        row = reader.next();
      }
      Expect.that(reader.fraction() >= 0 && reader.fraction() <= 1, () -> "" + reader.fraction());
    }
  }

  private static VectorReader reader(String format, Source source) throws IOException {
    return switch (format) {
      case "fvecs" -> new XvecsReader(source, XvecsReader.Component.FLOAT32);
      case "bvecs" -> new XvecsReader(source, XvecsReader.Component.UINT8);
      default -> new NpyReader(source);
    };
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> files = new ArrayList<>();
    byte[] floats = rows(3, 1f, -2.5f);
    files.add(floats);
    files.add(new byte[] {2, 0, 0, 0, 7, (byte) 200, 2, 0, 0, 0, 1, 2});
    files.add(floats);
    files.add(npy("<f4", "(3, 2)", 24));
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      seeds.add(seed(i, files.get(i)));
      seeds.add(seed(i | PACKED, packed(files.get(i))));
    }
    seeds.add(seed(3, npy(">f8", "(1, 2,)", 16)));
    seeds.add(seed(3, npy("|u1", "(2, 4)", 8)));
    return seeds;
  }

  private static byte[] rows(int count, float... components) {
    ByteBuffer bytes =
        ByteBuffer.allocate(count * (4 + 4 * components.length)).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < count; row++) {
      bytes.putInt(components.length);
      for (float component : components) {
        bytes.putFloat(component);
      }
    }
    return bytes.array();
  }

  private static byte[] npy(String type, String shape, int bodyBytes) {
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n".formatted(type, shape);
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length() + bodyBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.ISO_8859_1));
    bytes.put((byte) 1).put((byte) 0).putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.ISO_8859_1));
    return bytes.array();
  }

  private static byte[] packed(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static byte[] seed(int first, byte[] file) {
    byte[] seed = new byte[file.length + 1];
    seed[0] = (byte) first;
    System.arraycopy(file, 0, seed, 1, file.length);
    return seed;
  }
}

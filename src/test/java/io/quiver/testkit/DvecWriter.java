package io.quiver.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * Writes files as d-vecDB does, byte by byte from its layout (interfaces.md 1.6, seed 000), without
 * a look at the reader. All numbers little-endian; lengths and counts of bincode are u64.
 */
public final class DvecWriter {
  private static final int FILE_BYTES_MIN = 1 << 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public static UUID id(int number) {
    return new UUID(0x1122_3344_5566_4788L, 0x99AA_BBCC_0000_0000L | number);
  }

  /** A vector's payload; null metadata is none. */
  public static byte[] vector(UUID id, float[] components, String metadata) {
    DvecWriter out = new DvecWriter();
    out.uuid(id).u64(components.length);
    for (float component : components) {
      out.u32(Float.floatToRawIntBits(component));
    }
    if (metadata == null) {
      out.u8(0);
    } else {
      out.u8(1).text(metadata);
    }
    return out.toBytes();
  }

  /** With the length before it, as since 0.2.4. */
  public static byte[] record(UUID id, float[] components, String metadata) {
    return prefixed(vector(id, components, metadata));
  }

  public static byte[] prefixed(byte[] payload) {
    return new DvecWriter().u32(payload.length).raw(payload).toBytes();
  }

  /** {@code vectors.bin}: the records, and zeros up to a size of a mapped file. */
  public static byte[] file(List<byte[]> records) {
    byte[] data = joined(records);
    int size = FILE_BYTES_MIN;
    while (size < data.length) {
      size *= 2;
    }
    return Arrays.copyOf(data, size);
  }

  public static byte[] joined(List<byte[]> parts) {
    DvecWriter out = new DvecWriter();
    parts.forEach(out::raw);
    return out.toBytes();
  }

  public static String metadata(String name, int dimension, String metric) {
    return """
    {
      "name": "%s",
      "dimension": %d,
      "distance_metric": "%s",
      "vector_type": "Float32",
      "index_config": {
        "max_connections": 24,
        "ef_construction": 150,
        "ef_search": 70,
        "max_layer": 12
      }
    }\
    """
        .formatted(name, dimension, metric);
  }

  /** A collection's folder: {@code metadata.json}, {@code vectors.bin}, an empty index. */
  public static void collection(Path folder, String metadata, List<byte[]> records)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("metadata.json"), metadata);
    Files.write(folder.resolve("vectors.bin"), file(records));
    Files.write(folder.resolve("index.bin"), new byte[FILE_BYTES_MIN]);
  }

  public static byte[] opCreate(String name, int dimension, int metric, boolean withOption) {
    DvecWriter out = new DvecWriter().u32(0).text(name).u64(dimension).u32(metric).u32(0);
    out.u64(16).u64(200).u64(50).u64(16);
    return withOption ? out.u8(0).toBytes() : out.toBytes();
  }

  public static byte[] opDrop(String name) {
    return new DvecWriter().u32(1).text(name).toBytes();
  }

  public static byte[] opInsert(String name, byte[] vector) {
    return new DvecWriter().u32(2).text(name).raw(vector).toBytes();
  }

  public static byte[] opBatch(String name, List<byte[]> vectors) {
    return new DvecWriter().u32(3).text(name).u64(vectors.size()).raw(joined(vectors)).toBytes();
  }

  public static byte[] opDelete(String name, UUID id) {
    return new DvecWriter().u32(4).text(name).uuid(id).toBytes();
  }

  /** An entry of the log as since 2025-10-28. */
  public static byte[] entry(byte[] operation) {
    CRC32 crc = new CRC32();
    crc.update(operation);
    byte[] payload = payload(operation, (int) crc.getValue());
    return new DvecWriter().u32(0xDEADBEEF).u32(payload.length).raw(payload).toBytes();
  }

  /** An older one: no magic, checksum 0. */
  public static byte[] oldEntry(byte[] operation) {
    return prefixed(payload(operation, 0));
  }

  private static byte[] payload(byte[] operation, int checksum) {
    return new DvecWriter()
        .uuid(new UUID(operation.length, 7))
        .u64(1_761_800_000L)
        .u32(checksum)
        .raw(operation)
        .toBytes();
  }

  private DvecWriter uuid(UUID id) {
    u64(16);
    for (int shift = 56; shift >= 0; shift -= 8) {
      u8((int) (id.getMostSignificantBits() >>> shift));
    }
    for (int shift = 56; shift >= 0; shift -= 8) {
      u8((int) (id.getLeastSignificantBits() >>> shift));
    }
    return this;
  }

  private DvecWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return u64(utf8.length).raw(utf8);
  }

  private DvecWriter u8(int value) {
    bytes.write(value);
    return this;
  }

  private DvecWriter u32(int value) {
    return u8(value).u8(value >> 8).u8(value >> 16).u8(value >> 24);
  }

  private DvecWriter u64(long value) {
    return u32((int) value).u32((int) (value >>> 32));
  }

  private DvecWriter raw(byte[] raw) {
    bytes.writeBytes(raw);
    return this;
  }

  private byte[] toBytes() {
    return bytes.toByteArray();
  }
}

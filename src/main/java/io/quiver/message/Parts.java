package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.core.VectorId;
import io.quiver.core.VectorType;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The encoding of what several messages are made of. */
final class Parts {
  /** A length and one character. */
  static final int ID_BYTES_MIN = 2;

  /** An id, no vector, no metadata. */
  static final int ROW_BYTES_MIN = ID_BYTES_MIN + 2;

  private Parts() {}

  static void putId(BinaryWriter out, VectorId id) {
    out.putString(id.value());
  }

  static VectorId getId(BinaryReader in) {
    return new VectorId(in.getString());
  }

  static void putRow(BinaryWriter out, Row row) {
    putId(out, row.id());
    out.putVector(row.vector());
    out.putMetadata(row.metadata());
  }

  static Row getRow(BinaryReader in) {
    return new Row(getId(in), in.getVector(), in.getMetadata());
  }

  static void putName(BinaryWriter out, CollectionName name) {
    out.putString(name.value());
  }

  static CollectionName getName(BinaryReader in) {
    return new CollectionName(in.getString());
  }

  static void putConfig(BinaryWriter out, CollectionConfig config) {
    putName(out, config.name());
    out.putVarint(config.dimension());
    out.putByte(config.metric().wire());
    out.putByte(config.vectorType().wire());
    putIndex(out, config.index());
    out.putVarint(config.shards());
    out.putByte(Wire.of(config.quantization()));
    if (config.quantization() instanceof Quantization.Product(int segments, int centroids)) {
      out.putVarint(segments);
      out.putVarint(centroids);
    }
  }

  static void putIndex(BinaryWriter out, IndexParams index) {
    out.putVarint(index.maxConnections());
    out.putVarint(index.efConstruction());
    out.putVarint(index.efSearch());
    out.putVarint(index.maxLayer());
  }

  static IndexParams getIndex(BinaryReader in) {
    return new IndexParams(in.getVarint(), in.getVarint(), in.getVarint(), in.getVarint());
  }

  static CollectionConfig getConfig(BinaryReader in) {
    return new CollectionConfig(
        getName(in),
        in.getVarint(),
        Metric.ofWire(in.getByte()),
        VectorType.ofWire(in.getByte()),
        getIndex(in),
        in.getVarint(),
        Wire.quantization(in));
  }

  static void putStats(BinaryWriter out, CollectionStats stats) {
    out.putLong(stats.vectorCount());
    out.putLong(stats.indexBytes());
    out.putLong(stats.memoryBytes());
    out.putLong(stats.deletedRows());
    out.putLong(stats.unindexedRows());
    out.putLong(stats.codedRows());
    out.putLong(stats.appliedLsn());
    out.putLong(stats.checkpointLsn());
    putMap(out, stats.memoryByComponent(), BinaryWriter::putLong);
    putMap(out, stats.diskByComponent(), BinaryWriter::putLong);
  }

  static CollectionStats getStats(BinaryReader in) {
    return new CollectionStats(
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        getMap(in, Long.BYTES, BinaryReader::getLong),
        getMap(in, Long.BYTES, BinaryReader::getLong));
  }

  /** Entries by key, so that equal maps have equal bytes. */
  static <T> void putMap(
      BinaryWriter out, Map<String, T> map, BiConsumer<BinaryWriter, T> element) {
    out.putVarint(map.size());
    new TreeMap<>(map)
        .forEach((key, value) -> {
          out.putString(key);
          element.accept(out, value);
        });
  }

  static <T> Map<String, T> getMap(
      BinaryReader in, int valueBytesMin, Function<BinaryReader, T> element) {
    Map<String, T> map = new TreeMap<>();
    in.getList(1 + valueBytesMin, entry -> map.put(entry.getString(), element.apply(entry)));
    return map;
  }
}

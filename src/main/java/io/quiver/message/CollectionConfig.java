package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.core.Required;
import io.quiver.core.VectorType;

/** What a collection was created with. Only a rebuilt index changes, its own part. */
public record CollectionConfig(
    CollectionName name,
    int dimension,
    Metric metric,
    VectorType vectorType,
    IndexParams index,
    int shards,
    Quantization quantization) {
  public CollectionConfig {
    Required.value("name", name);
    Required.value("distance_metric", metric);
    Required.value("vector_type", vectorType);
    Required.value("index_config", index);
    Limits.check("dimension", dimension, 1, Limits.DIMENSION_MAX);
    Limits.check("shards", shards, 1, Limits.SHARDS_MAX);
    Required.value("quantization", quantization);
    quantization.check(metric, dimension);
  }

  /** With the codes that the engine chooses. */
  public CollectionConfig(
      CollectionName name,
      int dimension,
      Metric metric,
      VectorType vectorType,
      IndexParams index,
      int shards) {
    this(name, dimension, metric, vectorType, index, shards, new Quantization.Auto());
  }

  /** A float32 collection of one shard with the default index parameters. */
  public static CollectionConfig of(String name, int dimension, Metric metric) {
    return new CollectionConfig(
        new CollectionName(name), dimension, metric, VectorType.FLOAT32, IndexParams.DEFAULT, 1);
  }

  /** The same with other parameters of the graph. */
  public CollectionConfig withIndex(IndexParams other) {
    return new CollectionConfig(name, dimension, metric, vectorType, other, shards, quantization);
  }

  /** The same with another number of shards. */
  public CollectionConfig withShards(int count) {
    return new CollectionConfig(name, dimension, metric, vectorType, index, count, quantization);
  }

  /** The same with other codes. */
  public CollectionConfig withQuantization(Quantization other) {
    return new CollectionConfig(name, dimension, metric, vectorType, index, shards, other);
  }
}

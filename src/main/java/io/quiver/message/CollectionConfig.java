package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorType;

/** What a collection was created with; never changes. */
public record CollectionConfig(
    CollectionName name,
    int dimension,
    Metric metric,
    VectorType vectorType,
    IndexParams index,
    int shards) {
  public CollectionConfig {
    if (dimension < 1 || dimension > Limits.DIMENSION_MAX) {
      throw QuiverException.invalid("dimension", "1 to " + Limits.DIMENSION_MAX, dimension);
    }
    if (shards < 1 || shards > Limits.SHARDS_MAX) {
      throw QuiverException.invalid("shards", "1 to " + Limits.SHARDS_MAX, shards);
    }
  }

  /** A float32 collection of one shard with the default index parameters. */
  public static CollectionConfig of(String name, int dimension, Metric metric) {
    return new CollectionConfig(
        new CollectionName(name), dimension, metric, VectorType.FLOAT32, IndexParams.DEFAULT, 1);
  }

  /** The same with another number of shards. */
  public CollectionConfig withShards(int count) {
    return new CollectionConfig(name, dimension, metric, vectorType, index, count);
  }
}

package io.quiver.message;

import io.quiver.core.Limits;

/**
 * HNSW parameters, named as users of d-vecDB know them (Malkov and Yashunin 2018: M,
 * efConstruction, ef).
 *
 * @param maxConnections links a node keeps per upper layer; twice as many on the base layer
 * @param efConstruction candidates kept while a node is inserted
 * @param efSearch candidates kept by a search that names none itself
 * @param maxLayer most layers, the base layer included
 */
public record IndexParams(int maxConnections, int efConstruction, int efSearch, int maxLayer) {
  public static final IndexParams DEFAULT = new IndexParams(16, 200, 50, 16);

  public IndexParams {
    Limits.check(
        "index_config.max_connections",
        maxConnections,
        Limits.MAX_CONNECTIONS_MIN,
        Limits.MAX_CONNECTIONS_MAX);
    Limits.check("index_config.ef_construction", efConstruction, 1, Limits.EF_CONSTRUCTION_MAX);
    Limits.check("index_config.ef_search", efSearch, 1, Limits.EF_SEARCH_MAX);
    Limits.check("index_config.max_layer", maxLayer, 1, Limits.MAX_LAYER_MAX);
  }
}

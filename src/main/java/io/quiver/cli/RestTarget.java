package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.core.DenseVector;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import java.util.ArrayList;
import java.util.List;

/** A collection of its own on a running server, over REST; deleted at the end. */
final class RestTarget implements SearchTarget {
  private final RestApi api;
  private final String collection;

  RestTarget(String url, CollectionConfig config) {
    this.api = new RestApi(url);
    this.collection = config.name().value();
    api.post(
        RestApi.path("collections"),
        CollectionsCommand.Shape.request(collection, config.dimension(), config.metric())
            .put("shards", config.shards())
            .set(
                "index_config",
                RestApi.object()
                    .put("max_connections", config.index().maxConnections())
                    .put("ef_construction", config.index().efConstruction())));
  }

  @Override
  public void load(List<Row> rows) {
    BulkLoader loader = new BulkLoader(api, collection, BulkLoader.Pace.DEFAULT);
    rows.forEach(loader::add);
    loader.finish();
    String stats = RestApi.path("collections", collection, "stats") + "?detail=true";
    Pause.until(() -> api.get(stats).path("unindexed_rows").asLong() == 0);
  }

  @Override
  public List<String> search(DenseVector query, int limit, int efSearch) {
    JsonNode hits =
        api.post(
            RestApi.path("collections", collection, "search"),
            RestApi.object()
                .put("vector", Base64Vectors.encode(query))
                .put("limit", limit)
                .put("ef_search", efSearch)
                .put("with_metadata", false));
    List<String> ids = new ArrayList<>(hits.size());
    hits.forEach(hit -> ids.add(hit.path("id").asText()));
    return ids;
  }

  @Override
  public void close() {
    try (api) {
      api.delete(RestApi.path("collections", collection));
    }
  }
}

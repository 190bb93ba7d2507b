package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.Metric;
import io.quiver.core.Owner;
import io.quiver.core.Quantization;
import io.quiver.core.Required;
import io.quiver.core.VectorType;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CollectionStats;
import io.quiver.message.CreateCollection;
import io.quiver.message.IndexParams;
import io.quiver.message.ManifestInfo;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;

/** Create, list, describe and delete collections. */
final class CollectionEndpoints {
  private CollectionEndpoints() {}

  static Prepared create(Call call) {
    CreateCollection create = readCreate(call.reader());
    return client ->
        client
            .create(create)
            .map(done -> nameAndMessage(create.config().name(), "Collection created successfully"));
  }

  static Prepared list(Call call) {
    return client ->
        client
            .list()
            .map(names ->
                Answer.data(
                    64L * names.size(),
                    Map.of(),
                    json -> {
                      json.beginArray();
                      names.forEach(name -> json.value(name.value()));
                      json.endArray();
                    }));
  }

  static Prepared describe(Call call) {
    CollectionName name = call.collection();
    return client ->
        client
            .describe(name)
            .map(info ->
                Answer.data(json -> {
                  json.beginArray();
                  writeConfig(json, info.config());
                  writeStats(json, info, false);
                  json.endArray();
                }));
  }

  static Prepared stats(Call call) {
    CollectionName name = call.collection();
    boolean detail = call.flag("detail");
    return client ->
        client.describe(name).map(info -> Answer.data(json -> writeStats(json, info, detail)));
  }

  static Prepared delete(Call call) {
    CollectionName name = call.collection();
    return client ->
        client.drop(name).map(done -> nameAndMessage(name, "Collection deleted successfully"));
  }

  private static CreateCollection readCreate(VectorReader json) {
    CollectionName name = null;
    int dimension = 0;
    Metric metric = null;
    VectorType type = VectorType.FLOAT32;
    IndexParams index = IndexParams.DEFAULT;
    int shards = 1;
    Owner owner = Owner.NONE;
    QuantizationJson.OfDimension quantization = any -> new Quantization.Auto();
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "name" -> name = new CollectionName(json.string("a string"));
        case "dimension" -> dimension = (int) json.integer(1, Limits.DIMENSION_MAX);
        case "distance_metric" -> metric = word(json, Metric::parse);
        case "vector_type" -> type = json.skipNull() ? type : word(json, VectorType::parse);
        case "index_config" -> index = json.skipNull() ? index : readIndex(json);
        case "shards" -> shards = json.skipNull() ? 1 : (int) json.integer(1, Limits.SHARDS_MAX);
        case "owner" -> owner = json.skipNull() ? owner : word(json, Owner::new);
        case "quantization" -> quantization = QuantizationJson.read(json);
        default -> throw json.unknownField();
      }
    }
    json.endDocument();
    return new CreateCollection(
        new CollectionConfig(
            Required.value("name", name),
            Required.value("dimension", dimension == 0 ? null : dimension),
            Required.value("distance_metric", metric),
            type,
            index,
            shards,
            quantization.make(dimension)),
        owner);
  }

  static IndexParams readIndex(VectorReader json) {
    int connections = IndexParams.DEFAULT.maxConnections();
    int construction = IndexParams.DEFAULT.efConstruction();
    int search = IndexParams.DEFAULT.efSearch();
    int layers = IndexParams.DEFAULT.maxLayer();
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "max_connections" -> connections = (int) json.integer(0, Integer.MAX_VALUE);
        case "ef_construction" -> construction = (int) json.integer(0, Integer.MAX_VALUE);
        case "ef_search" -> search = (int) json.integer(0, Integer.MAX_VALUE);
        case "max_layer" -> layers = (int) json.integer(0, Integer.MAX_VALUE);
        default -> throw json.unknownField();
      }
    }
    return new IndexParams(connections, construction, search, layers);
  }

  private static <T> T word(VectorReader json, Function<String, T> parse) {
    return parse.apply(json.string("a string"));
  }

  static Answer nameAndMessage(CollectionName name, String message) {
    return Answer.data(json ->
        json.beginObject()
            .name("name")
            .value(name.value())
            .name("message")
            .value(message)
            .endObject());
  }

  private static void writeConfig(JsonWriter json, CollectionConfig config) {
    json.beginObject().name("name").value(config.name().value());
    json.name("dimension").value(config.dimension());
    json.name("distance_metric").value(config.metric().word());
    json.name("vector_type").value(config.vectorType().word());
    json.name("index_config").beginObject();
    json.name("max_connections").value(config.index().maxConnections());
    json.name("ef_construction").value(config.index().efConstruction());
    json.name("ef_search").value(config.index().efSearch());
    json.name("max_layer").value(config.index().maxLayer());
    json.endObject();
    QuantizationJson.write(json, config.quantization());
    json.endObject();
  }

  private static void writeStats(JsonWriter json, CollectionInfo info, boolean detail) {
    CollectionStats stats = info.stats();
    json.beginObject().name("name").value(info.config().name().value());
    json.name("vector_count").value(stats.vectorCount());
    json.name("dimension").value(info.config().dimension());
    json.name("index_size").value(stats.indexBytes());
    json.name("memory_usage").value(stats.memoryBytes());
    if (detail) {
      json.name("shards").value(info.config().shards());
      json.name("deleted_rows").value(stats.deletedRows());
      json.name("unindexed_rows").value(stats.unindexedRows());
      json.name("coded_rows").value(stats.codedRows());
      json.name("applied_lsn").value(stats.appliedLsn());
      json.name("checkpoint_lsn").value(stats.checkpointLsn());
      json.name("aliases").beginArray();
      info.aliases().forEach(alias -> json.value(alias.value()));
      json.endArray();
      writeManifest(json, info.manifest());
      writeBytes(json.name("memory_by_component"), stats.memoryByComponent());
      writeBytes(json.name("disk_by_component"), stats.diskByComponent());
    }
    json.endObject();
  }

  private static void writeManifest(JsonWriter json, ManifestInfo manifest) {
    json.name("owner").value(manifest.owner().value());
    json.name("created_at").value(Instant.ofEpochMilli(manifest.createdAtMillis()).toString());
    json.name("updated_at").value(Instant.ofEpochMilli(manifest.updatedAtMillis()).toString());
    json.name("schema_version").value(manifest.schemaVersion());
  }

  private static void writeBytes(JsonWriter json, Map<String, Long> bytesByName) {
    json.beginObject();
    bytesByName.forEach((name, bytes) -> json.name(name).value(bytes));
    json.endObject();
  }
}

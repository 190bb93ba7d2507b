package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.core.VectorType;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.CollectionConfig;
import io.quiver.message.ImportCollection;
import io.quiver.message.IndexParams;

/** Makes collections of what d-vecDB left. */
final class ImportEndpoints {
  private ImportEndpoints() {}

  static Prepared importOrphan(Call call) {
    ImportCollection request = read(call.reader());
    CollectionName name = request.config().name();
    return client ->
        client
            .importCollection(request)
            .map(done ->
                CollectionEndpoints.nameAndMessage(
                    name, "Collection '" + name + "' imported successfully from orphaned data"));
  }

  private static ImportCollection read(VectorReader json) {
    String path = null;
    CollectionName name = null;
    int dimension = 0;
    Metric metric = null;
    VectorType type = VectorType.FLOAT32;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "orphaned_path" -> path = json.string("a string");
        case "collection_name" -> name = name(json.string("a string"));
        case "dimension" -> dimension = (int) json.integer(1, Limits.DIMENSION_MAX);
        case "distance_metric" -> metric = Metric.parse(json.string("a string"));
        case "vector_type" ->
            type = json.skipNull() ? type : VectorType.parse(json.string("a string"));
        default -> throw json.unknownField();
      }
    }
    json.endDocument();
    Required.value("orphaned_path", path);
    return new ImportCollection(
        path,
        new CollectionConfig(
            Required.value("collection_name", name),
            Required.value("dimension", dimension == 0 ? null : dimension),
            Required.value("distance_metric", metric),
            type,
            IndexParams.DEFAULT,
            1));
  }

  private static CollectionName name(String text) {
    try {
      return new CollectionName(text);
    } catch (QuiverException e) {
      throw QuiverException.invalid(
          "collection_name", e.details().get("expected"), e.details().get("got"));
    }
  }
}

package io.quiver.front.rest;

import io.quiver.core.Quantization;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;

/** The tagged object that says which codes a collection has: d-vecDB's, and the type auto. */
final class QuantizationJson {
  private String type = "";
  private int segments;
  private int centroids = Quantization.Product.CENTROIDS_MAX;

  private QuantizationJson() {}

  /**
   * Reads one; null is auto. {@code always_ram} and {@code compression} are taken from inherited
   * clients and change nothing: codes always are in memory, a byte or a bit each.
   *
   * @return makes it once the dimension is known
   */
  static OfDimension read(VectorReader json) {
    if (json.skipNull()) {
      return dimension -> new Quantization.Auto();
    }
    QuantizationJson read = new QuantizationJson();
    json.beginObject();
    while (json.nextField()) {
      read.field(json);
    }
    Required.value("quantization.type", read.type.isEmpty() ? null : read.type);
    return read::make;
  }

  /** What is made of it. */
  interface OfDimension {
    Quantization make(int dimension);
  }

  private void field(VectorReader json) {
    switch (json.field()) {
      case "type" -> type = json.string("a string");
      case "quantization_type" -> {
        String word = json.string("int8");
        if (!word.equals("int8")) {
          throw QuiverException.invalid("quantization.quantization_type", "int8", word);
        }
      }
      case "num_segments" -> segments = (int) json.integer(1, Integer.MAX_VALUE);
      case "num_centroids" -> centroids = (int) json.integer(2, Quantization.Product.CENTROIDS_MAX);
      case "always_ram", "compression" -> json.bool();
      default -> throw json.unknownField();
    }
  }

  private Quantization make(int dimension) {
    return Quantization.of(
        type,
        () ->
            new Quantization.Product(
                segments == 0 ? Quantization.Product.segmentsOf(dimension) : segments, centroids));
  }

  /** Writes what was chosen; nothing where the engine chooses, as before there was a choice. */
  static void write(JsonWriter json, Quantization quantization) {
    switch (quantization) {
      case Quantization.Auto auto -> {}
      case Quantization.None none -> begin(json, none).endObject();
      case Quantization.Scalar scalar ->
          begin(json, scalar)
              .name("quantization_type")
              .value("int8")
              .name("always_ram")
              .value(true)
              .endObject();
      case Quantization.Binary binary ->
          begin(json, binary).name("always_ram").value(true).endObject();
      case Quantization.Product product ->
          begin(json, product)
              .name("num_segments")
              .value(product.segments())
              .name("num_centroids")
              .value(product.centroids())
              .name("always_ram")
              .value(true)
              .endObject();
    }
  }

  private static JsonWriter begin(JsonWriter json, Quantization quantization) {
    return json.name("quantization").beginObject().name("type").value(quantization.word());
  }
}

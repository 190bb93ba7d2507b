package io.quiver.front.rest;

import io.quiver.core.QuiverException;
import io.quiver.filter.FieldPath;
import java.util.Optional;

/** The order of a scroll: the path of a field, or an object with it and the direction. */
record OrderFields(FieldPath field, boolean descending) {
  static OrderFields read(VectorReader json) {
    if (json.peek() == '"') {
      return new OrderFields(OptionFields.path(json), false);
    }
    Optional<FieldPath> field = Optional.empty();
    boolean descending = false;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "field", "key" -> {
          if (field.isPresent()) {
            throw QuiverException.invalid(json.path(), "one of field and key", "both");
          }
          field = Optional.of(OptionFields.path(json));
        }
        case "direction" -> descending = !json.skipNull() && isDescending(json);
        default -> throw json.unknownField();
      }
    }
    String place = json.path() + ".field";
    return new OrderFields(
        field.orElseThrow(() -> QuiverException.invalid(place, "the path of a field", "nothing")),
        descending);
  }

  private static boolean isDescending(VectorReader json) {
    String direction = json.string("asc or desc");
    return switch (direction) {
      case "asc" -> false;
      case "desc" -> true;
      default -> throw QuiverException.invalid(json.path(), "asc or desc", direction);
    };
  }
}

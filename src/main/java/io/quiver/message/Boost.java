package io.quiver.message;

import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.filter.FieldPath;
import io.quiver.filter.GeoPoint;
import java.util.Locale;

/**
 * Adds to a row's score by how far the nearest of its values at a field is from an origin: the
 * whole weight within the offset, less from there on (docs/arranging.md has the formulas). A row
 * without such a value gets nothing.
 *
 * @param scale what is as far beyond the offset gets {@code decay} of the weight; as numbers, in
 *     seconds or in metres
 * @param offset in the same unit, 0 or more
 * @param decay above 0, below 1
 * @param weight 0 to {@link #WEIGHT_MAX}
 */
public record Boost(
    FieldPath field,
    Shape shape,
    Origin origin,
    double scale,
    double offset,
    double decay,
    float weight) {
  public static final double DECAY_DEFAULT = 0.5;
  public static final float WEIGHT_MAX = 1_000;

  public Boost {
    Required.value("field", field);
    Required.value("function", shape);
    Required.value("origin", origin);
    if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
      throw QuiverException.invalid("scale", "a number above 0", scale);
    }
    if (!(offset >= 0 && offset < Double.POSITIVE_INFINITY)) {
      throw QuiverException.invalid("offset", "a number, 0 or more", offset);
    }
    if (!(decay > 0 && decay < 1)) {
      throw QuiverException.invalid("decay", "a number between 0 and 1", decay);
    }
    if (!(weight >= 0 && weight <= WEIGHT_MAX)) {
      throw QuiverException.invalid("weight", "0 to 1000", weight);
    }
  }

  /** From where distances are measured, and thereby of which values. */
  public sealed interface Origin {
    /** Of numbers. */
    record OfNumber(double value) implements Origin {
      public OfNumber {
        if (!Double.isFinite(value)) {
          throw QuiverException.invalid("origin", "a finite number", value);
        }
      }
    }

    /** Of strings that are dates. */
    record OfMoment(long epochMicros) implements Origin {}

    /** Of objects with {@code lat} and {@code lon}. */
    record OfPlace(GeoPoint place) implements Origin {
      public OfPlace {
        Required.value("origin", place);
      }
    }
  }

  /** How what is added falls with the distance. */
  public enum Shape {
    LINEAR,
    EXP,
    GAUSS;

    public static Shape parse(String field, String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "linear" -> LINEAR;
        case "exp" -> EXP;
        case "gauss" -> GAUSS;
        default -> throw QuiverException.invalid(field, "linear, exp or gauss", text);
      };
    }
  }

  /** Which share of the weight a value at this distance gets, 0 to 1. */
  public double share(double distance) {
    double beyond = Math.max(0, distance - offset) / scale;
    return switch (shape) {
      case LINEAR -> Math.max(0, 1 - (1 - decay) * beyond);
      case EXP -> Math.pow(decay, beyond);
      case GAUSS -> Math.pow(decay, beyond * beyond);
    };
  }
}

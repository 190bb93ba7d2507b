package io.quiver.message;

import io.quiver.core.Durability;
import io.quiver.core.Quantization;

/** The stable numbers of the enums that are spoken on the wire only; ordinals may change. */
final class Wire {
  private Wire() {}

  static int of(Durability durability) {
    return switch (durability) {
      case FSYNC -> 1;
      case OS -> 2;
    };
  }

  static Durability durability(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 1 -> Durability.FSYNC;
      case 2 -> Durability.OS;
      default -> throw in.invalid("a durability", wire);
    };
  }

  static int of(WriteMode mode) {
    return switch (mode) {
      case INSERT -> 1;
      case UPSERT -> 2;
      case UPDATE -> 3;
    };
  }

  static WriteMode writeMode(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 1 -> WriteMode.INSERT;
      case 2 -> WriteMode.UPSERT;
      case 3 -> WriteMode.UPDATE;
      default -> throw in.invalid("a write mode", wire);
    };
  }

  static int of(OnError onError) {
    return switch (onError) {
      case ABORT -> 1;
      case CONTINUE -> 2;
    };
  }

  static OnError onError(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 1 -> OnError.ABORT;
      case 2 -> OnError.CONTINUE;
      default -> throw in.invalid("an on-error rule", wire);
    };
  }

  /** What a product has besides stands behind it. */
  static int of(Quantization quantization) {
    return switch (quantization) {
      case Quantization.Auto auto -> 0;
      case Quantization.None none -> 1;
      case Quantization.Scalar scalar -> 2;
      case Quantization.Product product -> 3;
      case Quantization.Binary binary -> 4;
    };
  }

  static Quantization quantization(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 0 -> new Quantization.Auto();
      case 1 -> new Quantization.None();
      case 2 -> new Quantization.Scalar();
      case 3 -> new Quantization.Product(in.getVarint(), in.getVarint());
      case 4 -> new Quantization.Binary();
      default -> throw in.invalid("a quantization", wire);
    };
  }

  static int of(ExampleStrategy strategy) {
    return switch (strategy) {
      case AVERAGE_VECTOR -> 1;
      case BEST_SCORE -> 2;
    };
  }

  static ExampleStrategy exampleStrategy(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 1 -> ExampleStrategy.AVERAGE_VECTOR;
      case 2 -> ExampleStrategy.BEST_SCORE;
      default -> throw in.invalid("an example strategy", wire);
    };
  }

  static int of(FusionStrategy strategy) {
    return switch (strategy) {
      case RRF -> 1;
      case WEIGHTED -> 2;
      case MAX -> 3;
      case MIN -> 4;
      case AVERAGE -> 5;
      case RELATIVE_SCORE -> 6;
      case DISTRIBUTION_BASED -> 7;
    };
  }

  static FusionStrategy fusionStrategy(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 1 -> FusionStrategy.RRF;
      case 2 -> FusionStrategy.WEIGHTED;
      case 3 -> FusionStrategy.MAX;
      case 4 -> FusionStrategy.MIN;
      case 5 -> FusionStrategy.AVERAGE;
      case 6 -> FusionStrategy.RELATIVE_SCORE;
      case 7 -> FusionStrategy.DISTRIBUTION_BASED;
      default -> throw in.invalid("a fusion strategy", wire);
    };
  }

  static int of(Boost.Shape shape) {
    return switch (shape) {
      case LINEAR -> 1;
      case EXP -> 2;
      case GAUSS -> 3;
    };
  }

  static Boost.Shape boostShape(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 1 -> Boost.Shape.LINEAR;
      case 2 -> Boost.Shape.EXP;
      case 3 -> Boost.Shape.GAUSS;
      default -> throw in.invalid("the shape of a boost", wire);
    };
  }

  static int of(ChangeEvent.Kind kind) {
    return switch (kind) {
      case CREATED -> 1;
      case DROPPED -> 2;
      case WRITTEN -> 3;
      case DELETED -> 4;
      case CLEARED -> 5;
    };
  }

  static ChangeEvent.Kind changeKind(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 1 -> ChangeEvent.Kind.CREATED;
      case 2 -> ChangeEvent.Kind.DROPPED;
      case 3 -> ChangeEvent.Kind.WRITTEN;
      case 4 -> ChangeEvent.Kind.DELETED;
      case 5 -> ChangeEvent.Kind.CLEARED;
      default -> throw in.invalid("a kind of change", wire);
    };
  }

  static int of(HealthReport.Status status) {
    return switch (status) {
      case HEALTHY -> 1;
      case DEGRADED -> 2;
      case UNHEALTHY -> 3;
    };
  }

  static HealthReport.Status status(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 1 -> HealthReport.Status.HEALTHY;
      case 2 -> HealthReport.Status.DEGRADED;
      case 3 -> HealthReport.Status.UNHEALTHY;
      default -> throw in.invalid("a health status", wire);
    };
  }
}

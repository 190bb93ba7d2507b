package io.quiver.core;

import java.util.Locale;

/**
 * The component type a collection was declared with. Rows are stored as float32 whatever the type,
 * as in d-vecDB; the word is kept and given back.
 */
public enum VectorType {
  FLOAT32(1, "Float32"),
  FLOAT16(2, "Float16"),
  INT8(3, "Int8");

  private final int wire;
  private final String word;

  VectorType(int wire, String word) {
    this.wire = wire;
    this.word = word;
  }

  public int wire() {
    return wire;
  }

  public String word() {
    return word;
  }

  public static VectorType ofWire(int wire) {
    for (VectorType type : values()) {
      if (type.wire == wire) {
        return type;
      }
    }
    throw QuiverException.invalid("vector_type", "1 to 3", wire);
  }

  /** Reads the word in either case. */
  public static VectorType parse(String text) {
    for (VectorType type : values()) {
      if (type.word.toLowerCase(Locale.ROOT).equals(text.toLowerCase(Locale.ROOT))) {
        return type;
      }
    }
    throw QuiverException.invalid("vector_type", "Float32, Float16 or Int8", text);
  }
}

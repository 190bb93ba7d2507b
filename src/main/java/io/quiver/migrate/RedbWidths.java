package io.quiver.migrate;

import java.util.OptionalInt;

/**
 * Bytes of the keys and of the values of a table, where all of them have the same.
 *
 * @param key absent if keys differ in length
 * @param value absent if values differ in length
 */
record RedbWidths(OptionalInt key, OptionalInt value) {
  static final RedbWidths VARIABLE = new RedbWidths(OptionalInt.empty(), OptionalInt.empty());
}

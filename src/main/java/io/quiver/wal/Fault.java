package io.quiver.wal;

/** What is wrong with a header or record: what should stand there, and what does. */
record Fault(String expected, String found) {
  static Fault of(String what, Object expected, Object found) {
    return new Fault(what + " " + expected, String.valueOf(found));
  }
}

package io.quiver.rows;

import java.util.Locale;

/** A kind of client. Each goes through the same rows with a collection of its own. */
enum Kind {
  REST,
  GRPC,
  BUS;

  /** The name of its collection, which answers show as X. */
  String collection() {
    return name().toLowerCase(Locale.ROOT) + "-kind";
  }

  /** An answer as all kinds give it. */
  String shown(String answer) {
    return answer.replace(collection(), "X");
  }
}

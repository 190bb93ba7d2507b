package io.quiver.api;

import io.quiver.api.Front.Outcome;
import io.quiver.api.Front.Row;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What one writer knows of its rows of one collection: what was acknowledged, and what else is
 * possible because the last request was not answered. After a request without an answer the writer
 * must end, so there are never more than these two states, and a batch is in both as a whole.
 *
 * <p>Belongs to one thread at a time.
 */
final class Ledger {
  static final int DIMENSION = 64;

  private final String collection;
  private final String prefix;
  private State acknowledged;
  private State attempted;

  /**
   * A collection and the rows in it, value by id.
   *
   * @param exists without it there are no rows
   */
  record State(boolean exists, SortedMap<String, String> rows) {
    static final State GONE = new State(false, new TreeMap<>());
    static final State EMPTY = new State(true, new TreeMap<>());

    State with(Collection<Row> written) {
      SortedMap<String, String> next = new TreeMap<>(rows);
      written.forEach(row -> next.put(row.id(), row.value()));
      return new State(exists, next);
    }

    State without(Collection<String> ids) {
      SortedMap<String, String> next = new TreeMap<>(rows);
      next.keySet().removeAll(ids);
      return new State(exists, next);
    }
  }

  /**
   * @param prefix of the ids that this writer alone writes
   */
  Ledger(String collection, String prefix, State initial) {
    this.collection = collection;
    this.prefix = prefix;
    this.acknowledged = initial;
    this.attempted = initial;
  }

  String collection() {
    return collection;
  }

  String prefix() {
    return prefix;
  }

  State acknowledged() {
    return acknowledged;
  }

  /** Both states that may be found; twice the same if every request was answered. */
  List<State> possible() {
    return List.of(acknowledged, attempted);
  }

  /** Makes a request that leads to {@code next} if it is done. */
  Outcome attempt(State next, Supplier<Outcome> request) {
    attempted = next;
    Outcome outcome = request.get();
    switch (outcome) {
      case DONE -> acknowledged = next;
      case REFUSED -> attempted = acknowledged;
      case UNKNOWN -> {}
    }
    return outcome;
  }

  /** This is what was found: all uncertainty ends. */
  void settle(State found) {
    acknowledged = found;
    attempted = found;
  }

  /** The vector of a row, which no other row has. */
  static float[] vector(Row row) {
    SplittableRandom random =
        new SplittableRandom(row.id().hashCode() * 0x9E3779B97F4A7C15L ^ row.value().hashCode());
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}

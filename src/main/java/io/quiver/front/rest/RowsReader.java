package io.quiver.front.rest;

import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.OnError;
import io.quiver.message.Precondition;
import io.quiver.message.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Reads rows: one, a list of them, or columns. A row that is wrong by itself is remembered with its
 * position, so that {@code on_error=continue} can write the others.
 */
final class RowsReader {
  /** Stands in for a row that was refused. */
  private static final Row NO_ROW =
      new Row(new VectorId("refused"), DenseVector.NONE, Metadata.ABSENT);

  private final VectorReader json;
  private final OnError onError;
  private final boolean arePoints;
  private final Map<Integer, QuiverException> wrong = new TreeMap<>();

  /** What the rows at these positions ask for. */
  private final Map<Integer, Precondition> asked = new TreeMap<>();

  /** Of the row that was read last. */
  private Precondition condition = Precondition.NONE;

  private RowsReader(VectorReader json, OnError onError, boolean arePoints) {
    this.json = json;
    this.onError = onError;
    this.arePoints = arePoints;
  }

  /**
   * Rows as they were read.
   *
   * @param rows the right ones
   * @param positions where each of {@code rows} stood in the request
   * @param wrong the others by position; empty unless {@code onError} is CONTINUE
   * @param conditions one for each of {@code rows}; none at all if no row has one
   */
  record Rows(
      List<Row> rows,
      List<Integer> positions,
      Map<Integer, QuiverException> wrong,
      OnError onError,
      List<Precondition> conditions) {
    int total() {
      return rows.size() + wrong.size();
    }
  }

  /** A row and its condition. */
  record One(Row row, Precondition condition) {}

  /**
   * {@code {"id"?, "data", "metadata"?, "if_version"?, "if_absent"?}} and nothing after it; without
   * an id, one is made.
   */
  static One single(VectorReader json) {
    RowsReader reader = new RowsReader(json, OnError.ABORT, false);
    Row row = reader.row(Optional.empty());
    json.endDocument();
    return new One(row, reader.condition);
  }

  /** As {@link #single} for a row whose id the path has; the body may repeat it. */
  static One single(VectorReader json, VectorId id) {
    RowsReader reader = new RowsReader(json, OnError.ABORT, false);
    Row row = reader.row(Optional.of(id));
    json.endDocument();
    if (!row.id().equals(id)) {
      throw QuiverException.invalid("id", "the id of the path, " + id, row.id());
    }
    return new One(row, reader.condition);
  }

  /**
   * {@code {"vectors":[row, …]}} or {@code {"ids"?:[…],"embeddings":[…],"metadatas"?:[…]}}.
   *
   * @param onError what the query says; {@code on_error} in the body wins
   */
  static Rows batch(VectorReader json, OnError onError) {
    return new RowsReader(json, onError, false).batch();
  }

  /** The same, or {@code {"points":[{"id"?, "vector", "payload"?}, …]}}, or a mixture of both. */
  static Rows points(VectorReader json, OnError onError) {
    return new RowsReader(json, onError, true).batch();
  }

  /** The field's name as {@link #batch} knows it. */
  private String field() {
    String field = json.field();
    if (!arePoints) {
      return field;
    }
    return switch (field) {
      case "points" -> "vectors";
      case "vector" -> "data";
      case "payload" -> "metadata";
      default -> field;
    };
  }

  private Rows batch() {
    JsonReader.Mark start = json.mark();
    OnError said = onError;
    Optional<List<Row>> rows = Optional.empty();
    Optional<List<VectorId>> ids = Optional.empty();
    Optional<List<DenseVector>> vectors = Optional.empty();
    Optional<List<Metadata>> metadatas = Optional.empty();
    json.beginObject();
    while (json.nextField()) {
      switch (field()) {
        case "vectors" -> rows = Optional.of(list(() -> row(Optional.empty()), NO_ROW));
        case "ids" -> ids = nullable(() -> list(this::idOrRandom, NO_ROW.id()));
        case "embeddings" -> vectors = Optional.of(list(json::vector, NO_ROW.vector()));
        case "metadatas" -> metadatas = nullable(() -> list(json::metadata, NO_ROW.metadata()));
        case "on_error" -> said = OnError.parse(json.string("abort or continue"));
        case "collection" -> json.string("a string"); // inherited clients repeat the path's
        default -> throw json.unknownField();
      }
    }
    json.endDocument();
    if (rows.isPresent() == vectors.isPresent()
        || (rows.isPresent() && (ids.isPresent() || metadatas.isPresent()))) {
      throw QuiverException.invalid(
          "vectors",
          "either vectors or embeddings with ids and metadatas",
          rows.isPresent() ? "both" : "nothing");
    }
    if (said != onError && !wrong.isEmpty()) { // on_error came too late for the rows before it
      json.backTo(start);
      return new RowsReader(json, said, arePoints).batch();
    }
    return sorted(rows.orElseGet(columns(ids, vectors, metadatas)), said);
  }

  /** Leaves the wrong rows out, or throws the first of their errors. */
  private Rows sorted(List<Row> all, OnError said) {
    if (said == OnError.ABORT && !wrong.isEmpty()) {
      throw wrong.values().iterator().next();
    }
    if (all.isEmpty()) {
      throw QuiverException.invalid("vectors", "1 to " + Limits.BATCH_ROWS_MAX + " rows", 0);
    }
    List<Row> rows = new ArrayList<>(all.size());
    List<Integer> positions = new ArrayList<>(all.size());
    List<Precondition> conditions = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (!wrong.containsKey(i)) {
        rows.add(all.get(i));
        positions.add(i);
        if (!asked.isEmpty()) {
          conditions.add(asked.getOrDefault(i, Precondition.NONE));
        }
      }
    }
    return new Rows(rows, positions, wrong, said, conditions);
  }

  private static Supplier<List<Row>> columns(
      Optional<List<VectorId>> ids,
      Optional<List<DenseVector>> vectors,
      Optional<List<Metadata>> metadatas) {
    return () -> {
      int count = vectors.orElseThrow().size();
      ids.ifPresent(column -> sameLength("ids", count, column.size()));
      metadatas.ifPresent(column -> sameLength("metadatas", count, column.size()));
      List<Row> rows = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        rows.add(
            new Row(
                ids.isPresent() ? ids.get().get(i) : VectorId.random(),
                vectors.get().get(i),
                metadatas.isPresent() ? metadatas.get().get(i) : Metadata.ABSENT));
      }
      return rows;
    };
  }

  private static void sameLength(String field, int want, int got) {
    if (want != got) {
      throw QuiverException.invalid(field, want + " elements, as in embeddings", got);
    }
  }

  /** Reads an array; an element that is wrong by itself is remembered and replaced. */
  private <T> List<T> list(Supplier<T> element, T replacement) {
    List<T> elements = new ArrayList<>();
    json.beginArray("an array");
    while (json.nextElement()) {
      if (elements.size() == Limits.BATCH_ROWS_MAX) {
        throw json.wrongLength("at most " + Limits.BATCH_ROWS_MAX + " elements");
      }
      boolean refused = onError == OnError.ABORT && !wrong.isEmpty();
      condition = Precondition.NONE;
      elements.add(refused ? replacement : element(element, elements.size(), replacement));
      if (!(condition instanceof Precondition.None)) {
        asked.put(elements.size() - 1, condition);
      }
      if (refused) {
        json.skipValue();
      }
    }
    return elements;
  }

  private <T> T element(Supplier<T> element, int position, T replacement) {
    JsonReader.Mark mark = json.mark();
    try {
      return element.get();
    } catch (QuiverException e) {
      if (e.code() != ErrorCode.INVALID_ARGUMENT) {
        throw e;
      }
      wrong.putIfAbsent(position, e);
      json.backTo(mark);
      skipOr(e);
      return replacement;
    }
  }

  /** Passes over the wrong element; if that is no JSON either (NaN), its own error says more. */
  private void skipOr(QuiverException wrongElement) {
    try {
      json.skipValue();
    } catch (QuiverException malformed) {
      throw wrongElement;
    }
  }

  private <T> Optional<T> nullable(Supplier<T> value) {
    return json.skipNull() ? Optional.empty() : Optional.of(value.get());
  }

  private VectorId idOrRandom() {
    return json.skipNull() ? VectorId.random() : json.id();
  }

  private Row row(Optional<VectorId> otherwise) {
    Optional<VectorId> id = otherwise;
    Optional<DenseVector> vector = Optional.empty();
    Metadata metadata = Metadata.ABSENT;
    json.beginObject();
    while (json.nextField()) {
      switch (field()) {
        case "id" -> id = json.skipNull() ? otherwise : Optional.of(json.id());
        case "data" -> vector = Optional.of(json.vector());
        case "metadata" -> metadata = json.metadata();
        case "if_version", "if_absent" -> condition(json);
        default -> throw json.unknownField();
      }
    }
    DenseVector data = vector.orElseThrow(() -> json.missing("data", "a vector"));
    return new Row(id.orElseGet(VectorId::random), data, metadata);
  }

  /** {@code "if_version": 7} or {@code "if_absent": true}, not both; null and false are none. */
  private void condition(VectorReader json) {
    Precondition read = Precondition.NONE;
    if (!json.skipNull()) {
      if (json.field().equals("if_version")) {
        read = new Precondition.AtVersion(json.integer(1, Precondition.VERSION_MAX));
      } else if (json.bool()) {
        read = Precondition.ABSENT;
      }
    }
    if (!(read instanceof Precondition.None)) {
      if (!(condition instanceof Precondition.None)) {
        throw QuiverException.invalid(json.path(), "one of if_version and if_absent", "both");
      }
      condition = read;
    }
  }
}

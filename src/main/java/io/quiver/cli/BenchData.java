package io.quiver.cli;

import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.message.Row;
import io.quiver.migrate.IntRows;
import io.quiver.migrate.VectorReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A data set with its exact answers, and the recall of other answers. A row that is as near as the
 * k-th true one counts as found: ties have no order.
 *
 * @param truth per query the numbers of the nearest rows, nearest first
 */
record BenchData(List<Row> base, List<DenseVector> queries, List<int[]> truth, Metric metric) {
  private static final double TIE = 1e-5;

  BenchData {
    base = List.copyOf(base);
    queries = List.copyOf(queries);
    truth = List.copyOf(truth);
  }

  static BenchData read(Path base, Path queries, Path truth, Metric metric) throws IOException {
    List<Row> rows = rows(base);
    List<DenseVector> vectors = rows(queries).stream().map(Row::vector).toList();
    List<int[]> answers = IntRows.read(truth);
    if (rows.isEmpty() || vectors.isEmpty() || answers.size() < vectors.size()) {
      throw new CommandException(
          "expected rows, queries and an answer to each query: rows=%d queries=%d answers=%d"
              .formatted(rows.size(), vectors.size(), answers.size()));
    }
    for (int[] answer : answers) {
      for (int number : answer) {
        if (number >= rows.size()) {
          throw new CommandException(
              truth + ": names row " + number + " of " + rows.size() + ": another data set's?");
        }
      }
    }
    return new BenchData(rows, vectors, answers.subList(0, vectors.size()), metric);
  }

  static List<Row> rows(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (VectorReader reader = VectorReader.open(file)) {
      Optional<Row> row = reader.next();
      while (row.isPresent()) {
        rows.add(row.get());
        row = reader.next();
      }
    }
    return rows;
  }

  int dimension() {
    return base.getFirst().vector().dimension();
  }

  /** Most answers that every query has: the largest k whose recall can be told. */
  int answersMin() {
    return truth.stream().mapToInt(answer -> answer.length).min().orElse(0);
  }

  /** The part of the k nearest rows that was found, 0 to 1. */
  double recall(int query, List<String> found, int k) {
    int[] answer = truth.get(query);
    Set<String> nearest = new HashSet<>();
    for (int i = 0; i < k; i++) {
      nearest.add(base.get(answer[i]).id().value());
    }
    DenseVector target = queries.get(query);
    double farthest = distance(target, base.get(answer[k - 1]).vector());
    int hits = 0;
    for (String id : new HashSet<>(found.subList(0, Math.min(k, found.size())))) {
      if (nearest.contains(id) || isTie(target, id, farthest)) {
        hits++;
      }
    }
    return (double) hits / k;
  }

  /** Only rows that are named by their number can be looked up; others have no tie to win. */
  private boolean isTie(DenseVector target, String id, double farthest) {
    if (!id.matches("\\d{1,9}") || Integer.parseInt(id) >= base.size()) {
      return false;
    }
    Row row = base.get(Integer.parseInt(id));
    return row.id().value().equals(id)
        && distance(target, row.vector()) <= farthest + TIE * Math.max(1, Math.abs(farthest));
  }

  /** In double, by the definitions of {@link Metric}: no code of the engine. */
  double distance(DenseVector a, DenseVector b) {
    double dot = 0;
    double aSquares = 0;
    double bSquares = 0;
    double squares = 0;
    double absolutes = 0;
    for (int i = 0; i < a.dimension(); i++) {
      double x = a.get(i);
      double y = b.get(i);
      dot += x * y;
      aSquares += x * x;
      bSquares += y * y;
      squares += (x - y) * (x - y);
      absolutes += Math.abs(x - y);
    }
    return switch (metric) {
      case COSINE -> 1 - dot / Math.sqrt(aSquares * bSquares);
      case EUCLIDEAN -> Math.sqrt(squares);
      case DOT_PRODUCT -> -dot;
      case MANHATTAN -> absolutes;
    };
  }
}

package io.quiver.testkit;

import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteVectors;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.Reply;
import io.quiver.message.Request;
import io.quiver.message.Row;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Rows in a map; distances are Euclidean whatever the metric. */
final class FakeCollection {
  private final CollectionConfig config;
  private final Map<VectorId, Row> rows = new ConcurrentHashMap<>();

  FakeCollection(CollectionConfig config) {
    this.config = config;
  }

  CollectionConfig config() {
    return config;
  }

  int size() {
    return rows.size();
  }

  Set<String> ids() {
    return rows.keySet().stream().map(VectorId::value).collect(Collectors.toSet());
  }

  Reply answer(Request request) {
    if (request instanceof WriteVectors write) {
      return write(write);
    }
    if (request instanceof DeleteVectors delete) {
      long deleted = delete.ids().stream().distinct().filter(id -> rows.remove(id) != null).count();
      return new DeleteAck(deleted, (int) deleted);
    }
    if (request instanceof GetVectors get) {
      return new FoundVectors(get.ids().stream().map(rows::get).filter(Objects::nonNull).toList());
    }
    if (request instanceof SearchVectors search) {
      return search(search);
    }
    throw new IllegalArgumentException("not for a collection: " + request);
  }

  private Reply write(WriteVectors write) {
    for (Row row : write.rows()) {
      checkDimension("vector", row.vector());
      boolean exists = rows.containsKey(row.id());
      if (exists && write.mode() == WriteMode.INSERT) {
        throw new QuiverException(
            ErrorCode.VECTOR_ALREADY_EXISTS, "Vector already exists: " + row.id());
      }
      if (!exists && write.mode() == WriteMode.UPDATE) {
        throw new QuiverException(ErrorCode.VECTOR_NOT_FOUND, "Not found: " + row.id());
      }
    }
    if (write.rows().stream().map(Row::id).distinct().count() < write.rows().size()) {
      throw QuiverException.invalid("vectors", "distinct ids", "one twice");
    }
    write.rows().forEach(row -> rows.put(row.id(), row));
    return new WriteAck(1, write.rows().size(), List.of());
  }

  private Reply search(SearchVectors search) {
    checkDimension("query_vector", search.vector());
    List<Hit> hits =
        rows.values().stream()
            .map(row ->
                new Hit(
                    row.id(),
                    distance(row.vector(), search.vector()),
                    row.metadata(),
                    DenseVector.NONE))
            .sorted(Comparator.comparing(Hit::distance).thenComparing(hit -> hit.id().value()))
            .limit(search.window())
            .toList();
    return new SearchHits(hits, List.of());
  }

  private void checkDimension(String field, DenseVector vector) {
    if (vector.dimension() != config.dimension()) {
      throw QuiverException.dimensionMismatch(field, config.dimension(), vector.dimension());
    }
  }

  private static float distance(DenseVector a, DenseVector b) {
    double sum = 0;
    for (int i = 0; i < a.dimension(); i++) {
      sum += Math.pow(a.get(i) - b.get(i), 2);
    }
    return (float) Math.sqrt(sum);
  }
}

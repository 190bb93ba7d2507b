package io.quiver;

import static io.quiver.BusFixture.await;

import io.quiver.bus.QuiverClient;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.Operation;
import io.quiver.testkit.Operation.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** A collection as a map from keys to numbers, over the event bus. Any thread. */
final class BusStore implements KeyStore {
  private final QuiverClient client;
  private final CollectionName name;

  BusStore(QuiverClient client, CollectionName name) {
    this.client = client;
    this.name = name;
  }

  @Override
  public Outcome run(Operation.Kind kind, String key, int value) throws Refused {
    VectorId id = new VectorId(key);
    Durability durability = value % 4 == 0 ? Durability.FSYNC : Durability.OS;
    try {
      return switch (kind) {
        case INSERT -> write(WriteMode.INSERT, id, value, durability);
        case UPSERT -> write(WriteMode.UPSERT, id, value, durability);
        case UPDATE -> write(WriteMode.UPDATE, id, value, durability);
        case DELETE ->
            await(client.delete(new DeleteVectors(name, List.of(id), durability))).deleted() > 0
                ? Operation.DONE
                : Operation.NOT_APPLICABLE;
        case READ -> read(id);
      };
    } catch (ExecutionException e) {
      return outcome(e);
    }
  }

  private Outcome write(WriteMode mode, VectorId id, int value, Durability durability)
      throws ExecutionException {
    Row row = new Row(id, DenseVector.of(value, 1), Metadata.ofJson("{\"v\":" + value + "}"));
    await(client.write(new WriteVectors(name, mode, List.of(row), OnError.ABORT, durability)));
    return Operation.DONE;
  }

  private Outcome read(VectorId id) throws ExecutionException {
    List<Row> rows = await(client.get(new GetVectors(name, List.of(id), true, true))).rows();
    if (rows.isEmpty()) {
      return Operation.foundNothing();
    }
    Row row = rows.getFirst();
    return Operation.found(value(row.vector(), row.metadata()));
  }

  /** All keys at once, as an exact search sees them, with their numbers. */
  Map<String, Integer> search(int keys) throws Refused {
    SearchVectors all =
        new SearchVectors(
            name,
            DenseVector.of(0, 1),
            keys + 1,
            0,
            0,
            true,
            true,
            true,
            Float.POSITIVE_INFINITY,
            0);
    try {
      SearchHits hits = await(client.search(all));
      if (!hits.missingShards().isEmpty()) {
        throw new Refused();
      }
      Map<String, Integer> found = new HashMap<>();
      for (Hit hit : hits.hits()) {
        Integer twice = found.put(hit.id().value(), value(hit.vector(), hit.metadata()));
        if (twice != null) {
          throw new AssertionError("twice in one answer: " + hit.id() + " " + twice);
        }
      }
      return found;
    } catch (ExecutionException e) {
      outcome(e);
      throw new Refused();
    }
  }

  private static int value(DenseVector vector, Metadata metadata) {
    int value = (int) vector.get(0);
    if (!metadata.json().equals("{\"v\":" + value + "}")) {
      throw new AssertionError("half a row: vector of " + value + ", metadata " + metadata);
    }
    return value;
  }

  private static Outcome outcome(ExecutionException failure) throws Refused {
    ErrorCode code =
        failure.getCause() instanceof QuiverException known ? known.code() : ErrorCode.INTERNAL;
    return switch (code) {
      case VECTOR_ALREADY_EXISTS, VECTOR_NOT_FOUND -> Operation.NOT_APPLICABLE;
      case OVERLOADED -> throw new Refused();
      case UNAVAILABLE, DEADLINE_EXCEEDED -> Operation.UNKNOWN;
      default -> throw new AssertionError(failure);
    };
  }
}

package io.quiver.nonsense;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.VectorId;
import io.quiver.message.ChangeEvent;
import io.quiver.message.CheckHealth;
import io.quiver.message.CountRows;
import io.quiver.message.DeleteRows;
import io.quiver.message.DeleteVectors;
import io.quiver.message.DescribeCollection;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.Failure;
import io.quiver.message.GetVectors;
import io.quiver.message.ListCollections;
import io.quiver.message.LogAck;
import io.quiver.message.LogAppend;
import io.quiver.message.RecommendVectors;
import io.quiver.message.Row;
import io.quiver.message.SearchByExamples;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchOptions;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.quiver.nonsense.Surface.CannotSay;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What no client of ours would send to an address of the node, by the names of the table. */
final class BusNonsense {
  private static final List<VectorId> IDS = List.of(new VectorId("a"));
  private static final DenseVector VECTOR = DenseVector.of(1, 2, 3);

  private BusNonsense() {}

  /** The body of a message; null is none. */
  static Object of(String name) {
    return switch (name) {
      case "no body" -> null;
      case "a String" -> "{\"vector\":[1,2,3]}";
      case "a Buffer" -> Buffer.buffer("{}");
      case "a JsonObject" -> new JsonObject().put("vector", 1);
      case "a Long" -> 7L;
      case "a byte[]" -> new byte[] {1, 22, 0};
      case "a Failure" -> new Failure(ErrorCode.INTERNAL, "nonsense", Map.of());
      case "SearchHits" -> new SearchHits(List.of(), List.of());
      case "LogAck" -> new LogAck(1);
      case "ChangeEvent" ->
          new ChangeEvent(collection("c"), ChangeEvent.Kind.DROPPED, 1, List.of());
      case "LogAppend of nobody" ->
          new LogAppend(UUID.nameUUIDFromBytes(new byte[0]), new DeleteRows(IDS), Durability.FSYNC);
      case "CheckHealth" -> new CheckHealth(false);
      case "ListCollections" -> new ListCollections();
      case "DescribeCollection of none" -> new DescribeCollection(collection("none"));
      default -> ofCollection(name.split(" of ", -1));
    };
  }

  private static Object ofCollection(String[] name) {
    CollectionName collection = collection(name[name.length - 1]);
    return switch (name[0]) {
      case "SearchVectors" -> SearchVectors.of(collection, VECTOR, 3);
      case "CountRows" -> new CountRows(collection);
      case "RecommendVectors" ->
          new RecommendVectors(
              collection, IDS, List.of(), ExampleStrategy.BEST_SCORE, SearchOptions.DEFAULT);
      case "SearchByExamples" ->
          new SearchByExamples(
              collection,
              VECTOR,
              List.of(),
              List.of(),
              ExampleStrategy.BEST_SCORE,
              IDS,
              SearchOptions.DEFAULT);
      case "GetVectors" -> new GetVectors(collection, IDS, true, true);
      case "DeleteVectors" -> new DeleteVectors(collection, IDS, Durability.FSYNC);
      case "WriteVectors" ->
          WriteVectors.upsert(
              collection, List.of(new Row(new VectorId("new"), VECTOR, Metadata.ABSENT)));
      default -> throw new CannotSay(name[0]);
    };
  }

  private static CollectionName collection(String name) {
    return new CollectionName(name);
  }
}

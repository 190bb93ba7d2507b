package io.quiver.rows;

import static java.util.stream.Collectors.joining;

import io.quiver.bus.QuiverClient;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.message.ClearCollection;
import io.quiver.message.DeleteIf;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.OnError;
import io.quiver.message.Precondition;
import io.quiver.message.ReadRows;
import io.quiver.message.SearchRange;
import io.quiver.message.WriteIf;
import io.quiver.message.WriteVectors;
import java.util.List;
import java.util.Set;

/** Those of {@link BusRows} that are about ids, versions and all rows at once. */
record BusKeyRows(QuiverClient client, CollectionName name) {
  /** As {@link Driver#answer}. */
  String answer(String row) {
    return switch (row) {
      case "read" ->
          BusRows.shown(
              Rows.await(
                      client.read(new ReadRows(name, BusRows.ids("a", "nobody", "b"), true, true)))
                  .rows());
      case "contains" -> {
        Set<VectorId> there =
            Rows.await(
                client.contains(new GetVectors(name, BusRows.ids("a", "nobody"), false, false)));
        yield BusRows.ids("a", "nobody").stream()
            .map(id -> "" + there.contains(id))
            .collect(joining(", "));
      }
      case "write if" -> {
        WriteVectors write = WriteVectors.upsert(name, List.of(BusRows.row("g", 7, "")));
        yield ""
            + Rows.await(client.write(new WriteIf(write, List.of(Precondition.ABSENT)))).rows();
      }
      case "delete if" -> {
        ReadRows read = new ReadRows(name, BusRows.ids("g"), false, false);
        long version = Rows.await(client.read(read)).versions().getFirst();
        DeleteIf delete =
            new DeleteIf(
                new DeleteVectors(name, BusRows.ids("g"), Durability.FSYNC),
                List.of(new Precondition.AtVersion(version)),
                OnError.ABORT);
        yield "" + Rows.await(client.delete(delete)).rows();
      }
      case "search range" -> {
        SearchRange range =
            new SearchRange(name, DenseVector.of(0, 0), 2.5f, 9, false, true, 0, Filter.ALL);
        yield BusRows.hits(Rows.await(client.searchRange(range)).found().hits());
      }
      case "clear" ->
          "" + Rows.await(client.clear(new ClearCollection(name, Durability.FSYNC))).deleted();
      default -> throw new IllegalArgumentException(row);
    };
  }
}

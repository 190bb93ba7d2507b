package io.quiver.bus;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.ClearCollection;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteIf;
import io.quiver.message.FoundVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.KeyWrite;
import io.quiver.message.OfCollection;
import io.quiver.message.RangeHits;
import io.quiver.message.ReadRows;
import io.quiver.message.Request;
import io.quiver.message.Row;
import io.quiver.message.ScrollVersions;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchRange;
import io.quiver.message.SearchVersions;
import io.quiver.message.VersionedRows;
import io.quiver.message.WriteIf;
import io.quiver.message.WriteOutcome;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The part of a {@link QuiverClient} that is about keys and versions of rows, and about all rows of
 * a collection. Thread-safe.
 */
abstract class KeyedClient extends ReadingClient {
  /** Puts a request to the collection that its name, or alias, stands for. */
  abstract <Q extends Request & OfCollection<Q>, T> Future<T> routed(
      Q request, BiFunction<Route, Q, Future<T>> ask);

  abstract <T> Future<T> sent(Route route, Request write, Class<T> type);

  /** Searches all shards, on the ticket of this client. */
  abstract Future<SearchHits> fanOut(Route route, io.quiver.message.ShardRequest search);

  /** Writes rows if what is there is what was expected; see {@link WriteIf}. */
  public Future<WriteOutcome> write(WriteIf write) {
    return keyWrite(write, WriteOutcome.class);
  }

  /** Deletes rows if they are as they were read; see {@link DeleteIf}. */
  public Future<WriteOutcome> delete(DeleteIf delete) {
    return keyWrite(delete, WriteOutcome.class);
  }

  /** Deletes all rows; see {@link ClearCollection}. */
  public Future<DeleteAck> clear(ClearCollection clear) {
    return keyWrite(clear, DeleteAck.class);
  }

  private <Q extends KeyWrite & OfCollection<Q>, T> Future<T> keyWrite(Q write, Class<T> type) {
    return routed(write, (route, at) -> sent(route, at, type));
  }

  /** Reads rows by id, with their versions. */
  public Future<VersionedRows> read(ReadRows read) {
    return read(read, VersionedRows.class);
  }

  /** Reads all rows, a page at a time, with their versions. */
  public Future<VersionedRows> scroll(ScrollVersions scroll) {
    return read(scroll, VersionedRows.class);
  }

  /** Searches, and tells the version of each hit. */
  public Future<SearchHits> search(SearchVersions search) {
    return routed(search, this::fanOut);
  }

  /** Finds all rows within a distance; see {@link SearchRange}. */
  public Future<RangeHits> searchRange(SearchRange range) {
    return routed(range, (route, at) -> fanOut(route, at.search()).map(found -> whole(found, at)));
  }

  /** What promises to be complete fails when it is not. */
  private static RangeHits whole(SearchHits found, SearchRange range) {
    if (!found.missingShards().isEmpty()) {
      throw new QuiverException(
          ErrorCode.UNAVAILABLE, "shards did not answer in time: " + found.missingShards());
    }
    return RangeHits.of(found, range.limit());
  }

  /** Which of some ids have a row. Only those are in the answer, in their order. */
  public Future<Set<VectorId>> contains(GetVectors ids) {
    return read(new GetVectors(ids.collection(), ids.ids(), false, false), FoundVectors.class)
        .map(found -> {
          Set<VectorId> there = new LinkedHashSet<>();
          found.rows().stream().map(Row::id).forEach(there::add);
          return there;
        });
  }
}

package io.quiver.bus;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.Hit;
import io.quiver.message.SearchHits;
import io.quiver.message.ShardRequest;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * Searches every shard of a collection side by side and merges their answers once. Each shard
 * answers with its nearest {@code offset + limit} rows; {@code offset} and {@code limit} are
 * applied here.
 */
final class FanOut {
  private static final Comparator<Cursor> NEAREST_FIRST =
      Comparator.comparing(Cursor::head, Hit.NEAREST_FIRST);

  private FanOut() {}

  /**
   * Searches all shards and merges.
   *
   * @param ask sends the search to one address; a failed future carries a QuiverException
   * @return the merged page; shards that could not answer are named in it. Fails if none answered,
   *     or if one says that the request itself is wrong.
   */
  static Future<SearchHits> search(
      Route route, ShardRequest search, Function<String, Future<SearchHits>> ask) {
    if (route.shards() == 1) {
      return ask.apply(route.searches().getFirst()).map(hits -> page(hits, search));
    }
    List<Future<SearchHits>> asked = new ArrayList<>(route.shards());
    for (String address : route.searches()) {
      asked.add(ask.apply(address));
    }
    return Future.join(asked).transform(done -> merged(asked, search));
  }

  private static Future<SearchHits> merged(List<Future<SearchHits>> shards, ShardRequest search) {
    List<List<Hit>> answers = new ArrayList<>(shards.size());
    List<Integer> missing = new ArrayList<>();
    for (int shard = 0; shard < shards.size(); shard++) {
      Future<SearchHits> answer = shards.get(shard);
      if (answer.succeeded()) {
        answers.add(answer.result().hits());
      } else if (isMissing(answer.cause())) {
        missing.add(shard);
      } else {
        return Future.failedFuture(answer.cause());
      }
    }
    if (answers.isEmpty()) {
      return Future.failedFuture(shards.getFirst().cause());
    }
    return Future.succeededFuture(
        new SearchHits(merge(answers, search.offset(), search.limit()), missing));
  }

  /** The page of one sorted list. */
  private static SearchHits page(SearchHits all, ShardRequest search) {
    int size = all.hits().size();
    if (search.offset() == 0 && size <= search.limit()) {
      return all;
    }
    int from = Math.min(search.offset(), size);
    int to = Math.min(search.window(), size);
    return new SearchHits(all.hits().subList(from, to), all.missingShards());
  }

  /**
   * The hits at {@code [offset, offset + limit)} of the union of sorted lists.
   *
   * @param sorted each by distance, then id
   */
  static List<Hit> merge(List<List<Hit>> sorted, int offset, int limit) {
    PriorityQueue<Cursor> heads = new PriorityQueue<>(sorted.size(), NEAREST_FIRST);
    int total = 0;
    for (List<Hit> list : sorted) {
      total += list.size();
      if (!list.isEmpty()) {
        heads.add(new Cursor(list));
      }
    }
    List<Hit> page = new ArrayList<>(Math.clamp(total - offset, 0, limit));
    for (int rank = 0; rank < offset + limit && !heads.isEmpty(); rank++) {
      Cursor nearest = heads.poll();
      if (rank >= offset) {
        page.add(nearest.head());
      }
      if (nearest.advance()) {
        heads.add(nearest);
      }
    }
    return page;
  }

  /** Whether a shard could not answer, as opposed to a request that no shard can answer. */
  private static boolean isMissing(Throwable error) {
    return error instanceof QuiverException known && mayAnswerLater(known.code());
  }

  private static boolean mayAnswerLater(ErrorCode code) {
    return switch (code) {
      case OVERLOADED, UNAVAILABLE, DEADLINE_EXCEEDED, COLLECTION_DAMAGED, INTERNAL -> true;
      case INVALID_ARGUMENT,
          DIMENSION_MISMATCH,
          MALFORMED_JSON,
          UNSUPPORTED_MEDIA_TYPE,
          PAYLOAD_TOO_LARGE,
          ROUTE_NOT_FOUND,
          METHOD_NOT_ALLOWED,
          COLLECTION_NOT_FOUND,
          VECTOR_NOT_FOUND,
          COLLECTION_ALREADY_EXISTS,
          VECTOR_ALREADY_EXISTS,
          UNAUTHENTICATED,
          PERMISSION_DENIED,
          SNAPSHOT_NOT_FOUND,
          CONFLICT,
          VERSION_CONFLICT,
          READ_ONLY,
          STORAGE_FULL ->
          false;
    };
  }

  /** A place in one sorted list. */
  private static final class Cursor {
    private final List<Hit> hits;
    private int next;

    Cursor(List<Hit> hits) {
      this.hits = hits;
    }

    Hit head() {
      return hits.get(next);
    }

    boolean advance() {
      return ++next < hits.size();
    }
  }
}

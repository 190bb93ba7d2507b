package io.quiver.bus;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * The searches of one request, a few at a time, so that a batch takes a few places in the queue of
 * the search pool instead of a thousand. Once one fails no more are begun.
 *
 * <p>Thread safety: answers may come on any thread. Invariant: searches begin in their order, so
 * the first that failed is the first of all that would have.
 */
final class SearchBatch {
  private static final int BESIDE_MAX = 2 * Runtime.getRuntime().availableProcessors();

  private final List<SearchVectors> searches;
  private final Function<SearchVectors, Future<SearchHits>> ask;
  private final AtomicReferenceArray<Future<SearchHits>> answers;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger open;
  private final Promise<List<SearchHits>> whole = Promise.promise();

  private SearchBatch(
      List<SearchVectors> searches, Function<SearchVectors, Future<SearchHits>> ask) {
    this.searches = searches;
    this.ask = ask;
    this.answers = new AtomicReferenceArray<>(searches.size());
    this.open = new AtomicInteger(Math.min(BESIDE_MAX, searches.size()));
  }

  /**
   * Runs all; fails if one fails, naming the first of them by its index.
   *
   * @param ask a failed future carries a QuiverException
   */
  static Future<List<SearchHits>> run(
      List<SearchVectors> searches, Function<SearchVectors, Future<SearchHits>> ask) {
    SearchBatch batch = new SearchBatch(searches, ask);
    for (int lane = batch.open.get(); lane > 0; lane--) {
      batch.goOn();
    }
    return batch.whole.future();
  }

  /** Begins the next search of a lane, or ends the lane; the last one to end has the answer. */
  private void goOn() {
    int index = next.getAndIncrement();
    if (index < searches.size()) {
      Future<SearchHits> answer = ask.apply(searches.get(index));
      answer.onComplete(done -> {
        answers.set(index, answer);
        if (done.failed()) {
          next.set(searches.size());
        }
        goOn();
      });
    } else if (open.decrementAndGet() == 0) {
      finish();
    }
  }

  private void finish() {
    List<SearchHits> found = new ArrayList<>(searches.size());
    for (int i = 0; i < searches.size(); i++) {
      Future<SearchHits> answer = answers.get(i);
      if (answer.failed()) {
        whole.fail(atIndex(i, answer.cause()));
        return;
      }
      found.add(answer.result());
    }
    whole.complete(found);
  }

  private static QuiverException atIndex(int index, Throwable error) {
    String place = "searches[" + index + "]";
    if (error instanceof QuiverException known) {
      Map<String, String> details = new TreeMap<>(known.details());
      details.merge("field", place, (field, prefix) -> prefix + "." + field);
      return new QuiverException(known.code(), place + ": " + known.getMessage(), details, known);
    }
    return new QuiverException(ErrorCode.INTERNAL, place + ": " + error.getMessage(), error);
  }
}

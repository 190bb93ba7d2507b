package io.quiver.bus;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.DeleteAck;
import io.quiver.message.Reply;
import io.quiver.message.Row;
import io.quiver.message.ScrolledRows;
import io.quiver.message.WriteAck;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * Writes the rows that a filter means, a page after the other, and adds up what came of each. What
 * was written stays written if a later page fails.
 *
 * @param pages reads the page behind an id
 * @param write writes a page that is not empty
 * @param sum of what was done before and by another page
 */
record PagedWrite<T extends Reply>(
    Function<Optional<VectorId>, Future<ScrolledRows>> pages,
    Function<List<VectorId>, Future<T>> write,
    BinaryOperator<T> sum) {

  /** Deletes what the pages name. */
  static Future<DeleteAck> deletes(
      Function<Optional<VectorId>, Future<ScrolledRows>> pages,
      Function<List<VectorId>, Future<DeleteAck>> write) {
    return new PagedWrite<>(
            pages,
            write,
            (a, b) -> new DeleteAck(Math.max(a.lsn(), b.lsn()), a.deleted() + b.deleted()))
        .run(new DeleteAck(0, 0));
  }

  /** Changes what the pages name. */
  static Future<WriteAck> changes(
      Function<Optional<VectorId>, Future<ScrolledRows>> pages,
      Function<List<VectorId>, Future<WriteAck>> write) {
    return new PagedWrite<>(
            pages,
            write,
            (a, b) ->
                new WriteAck(Math.max(a.lsn(), b.lsn()), a.written() + b.written(), List.of()))
        .run(new WriteAck(0, 0, List.of()));
  }

  /** Pages of ids that are known, whatever is there. */
  static Function<Optional<VectorId>, Future<ScrolledRows>> of(List<VectorId> ids, int limit) {
    List<VectorId> distinct = List.copyOf(new LinkedHashSet<>(ids));
    return after -> {
      int from = after.map(last -> distinct.indexOf(last) + 1).orElse(0);
      int to = Math.min(from + limit, distinct.size());
      List<Row> page =
          distinct.subList(from, to).stream()
              .map(id -> new Row(id, DenseVector.NONE, Metadata.ABSENT))
              .toList();
      return Future.succeededFuture(
          new ScrolledRows(
              page, to == distinct.size() ? Optional.empty() : Optional.of(distinct.get(to - 1))));
    };
  }

  /**
   * Writes them all.
   *
   * @param none what nothing comes to
   */
  private Future<T> run(T none) {
    Promise<T> done = Promise.promise();
    step(Optional.empty(), none, done);
    return done.future();
  }

  /** One page; the next one begins when the reply comes, so the stack does not grow. */
  private void step(Optional<VectorId> after, T before, Promise<T> done) {
    pages
        .apply(after)
        .compose(page -> {
          List<VectorId> ids = page.rows().stream().map(Row::id).toList();
          Future<T> written = ids.isEmpty() ? Future.succeededFuture(before) : written(ids, before);
          return written.map(sum -> new Progress<>(page.next(), sum));
        })
        .onComplete((progress, error) -> {
          if (error != null) {
            done.fail(error);
          } else if (progress.next().isEmpty()) {
            done.complete(progress.sum());
          } else {
            step(progress.next(), progress.sum(), done);
          }
        });
  }

  private Future<T> written(List<VectorId> ids, T before) {
    try {
      return write.apply(ids).map(page -> sum.apply(before, page));
    } catch (QuiverException e) {
      return Future.failedFuture(e);
    }
  }

  private record Progress<T>(Optional<VectorId> next, T sum) {}
}

package io.quiver.collection;

import io.quiver.core.Deadline;
import io.quiver.message.MeasureRecall;
import io.quiver.message.MeasuredRecall;
import io.quiver.query.Searchable;
import java.io.IOException;

/**
 * A collection's recall, measured on its own rows shard by shard: a search of the whole is as good
 * as those of its shards.
 */
final class RecallCheck {
  private RecallCheck() {}

  static MeasuredRecall run(OpenCollection collection, MeasureRecall measure, Deadline deadline)
      throws IOException {
    RecallSum sum = new RecallSum();
    int shards = collection.shards();
    int efMost = 0;
    for (int shard = 0; shard < shards; shard++) {
      int samples = (measure.samples() + shards - 1) / shards;
      Generation held = collection.acquire(shard);
      try {
        efMost = Math.max(efMost, addShard(sum, collection, held, measure, samples, deadline));
      } finally {
        held.release();
      }
    }
    double low = Math.max(0, sum.mean() - sum.halfWidth());
    double high = Math.min(1, sum.mean() + sum.halfWidth());
    return new MeasuredRecall(sum.mean(), low, high, sum.count(), efMost);
  }

  private static int addShard(
      RecallSum sum,
      OpenCollection collection,
      Generation held,
      MeasureRecall measure,
      int samples,
      Deadline deadline)
      throws IOException {
    Searchable rows = held.index.searchable(held.view());
    int limit = measure.limit();
    int ef = held.index.ef(measure.effort(), measure.efSearch(), collection.efSearch(), limit);
    int places = Math.min(samples, rows.live());
    for (int place = 0; place < places; place++) {
      RecallSample sample = RecallSample.at(place, places, rows, limit, deadline);
      sum.add(sample.recall(ef, deadline));
    }
    return ef;
  }
}

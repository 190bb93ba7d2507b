package io.quiver.api;

import io.quiver.api.Front.Outcome;
import io.quiver.api.Front.Row;
import io.quiver.api.Ledger.State;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** Creates, fills and drops collections, the same names over and over. */
final class ChurnWriter implements Writer {
  private static final int ROWS_MAX = 30;

  private final List<Ledger> ledgers;
  private final Front front;
  private final SplittableRandom random;
  private long acknowledged;

  ChurnWriter(List<Ledger> ledgers, Front front, SplittableRandom random) {
    this.ledgers = ledgers;
    this.front = front;
    this.random = random;
  }

  @Override
  public Outcome run(BooleanSupplier stopped) {
    Outcome last = Outcome.DONE;
    while (!stopped.getAsBoolean() && last != Outcome.UNKNOWN) {
      last = step(ledgers.get(random.nextInt(ledgers.size())));
      if (last == Outcome.REFUSED) {
        throw new AssertionError("refused, one of " + ledgers.getFirst().prefix());
      }
      acknowledged++;
    }
    return last;
  }

  @Override
  public long acknowledged() {
    return acknowledged;
  }

  private Outcome step(Ledger ledger) {
    String name = ledger.collection();
    State present = ledger.acknowledged();
    if (!present.exists()) {
      int shards = 1 + random.nextInt(2);
      return ledger.attempt(
          State.EMPTY, () -> front.create(name, Ledger.DIMENSION, "euclidean", shards));
    }
    if (random.nextInt(4) == 0) {
      return ledger.attempt(State.GONE, () -> front.drop(name));
    }
    List<Row> rows = new ArrayList<>();
    int count = 1 + random.nextInt(ROWS_MAX);
    for (int i = 0; i < count; i++) {
      String id = ledger.prefix() + (present.rows().size() + i);
      rows.add(new Row(id, "v" + random.nextInt(Integer.MAX_VALUE)));
    }
    return ledger.attempt(present.with(rows), () -> front.insert(name, rows));
  }
}

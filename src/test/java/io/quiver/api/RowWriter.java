package io.quiver.api;

import io.quiver.api.Front.Outcome;
import io.quiver.api.Front.Row;
import io.quiver.api.Ledger.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Writes, changes and deletes rows of one collection at random until told to stop or until a
 * request is not answered. It knows what every answer must be, and fails on another one.
 */
final class RowWriter implements Writer {
  private static final int IDS = 800;
  private static final int BATCH_MAX = 20;

  private final Ledger ledger;
  private final Front front;
  private final SplittableRandom random;
  private long acknowledged;

  RowWriter(Ledger ledger, Front front, SplittableRandom random) {
    this.ledger = ledger;
    this.front = front;
    this.random = random;
  }

  @Override
  public Outcome run(BooleanSupplier stopped) {
    Outcome last = Outcome.DONE;
    while (!stopped.getAsBoolean() && last != Outcome.UNKNOWN) {
      last = step();
      acknowledged += last == Outcome.DONE ? 1 : 0;
    }
    return last;
  }

  @Override
  public long acknowledged() {
    return acknowledged;
  }

  private Outcome step() {
    int dice = random.nextInt(100);
    if (dice < 40) {
      return insert(dice < 10 ? 1 : 1 + random.nextInt(BATCH_MAX));
    }
    if (dice < 60 && front.hasEverything()) {
      List<Row> rows = rows(1 + random.nextInt(BATCH_MAX));
      return must(Outcome.DONE, rows(rows), () -> front.upsert(ledger.collection(), rows));
    }
    return dice < 85 ? update() : delete(dice < 95 ? 1 : 1 + random.nextInt(BATCH_MAX));
  }

  private Outcome insert(int count) {
    List<Row> rows = rows(count);
    boolean isNew = rows.stream().noneMatch(row -> exists(row.id()));
    if (!isNew && random.nextInt(10) > 0) {
      rows = rows.stream().filter(row -> !exists(row.id())).toList();
      if (rows.isEmpty()) {
        return update();
      }
      isNew = true;
    }
    List<Row> batch = rows;
    return must(
        isNew ? Outcome.DONE : Outcome.REFUSED,
        rows(batch),
        () -> front.insert(ledger.collection(), batch));
  }

  private Outcome update() {
    Row row = rows(1).getFirst();
    return must(
        exists(row.id()) ? Outcome.DONE : Outcome.REFUSED,
        rows(List.of(row)),
        () -> front.update(ledger.collection(), row));
  }

  private Outcome delete(int count) {
    List<String> ids = rows(front.hasEverything() ? count : 1).stream().map(Row::id).toList();
    return must(
        Outcome.DONE,
        ledger.acknowledged().without(ids),
        () -> front.delete(ledger.collection(), ids));
  }

  private State rows(List<Row> written) {
    return ledger.acknowledged().with(written);
  }

  private boolean exists(String id) {
    return ledger.acknowledged().rows().containsKey(id);
  }

  /** Rows of different ids. */
  private List<Row> rows(int count) {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String id = ledger.prefix() + random.nextInt(IDS);
      rows.put(id, new Row(id, "v" + random.nextInt(Integer.MAX_VALUE)));
    }
    return new ArrayList<>(rows.values());
  }

  private Outcome must(Outcome wanted, State next, java.util.function.Supplier<Outcome> request) {
    State before = ledger.acknowledged();
    Outcome outcome = ledger.attempt(next, request);
    if (outcome != wanted && outcome != Outcome.UNKNOWN) {
      throw new AssertionError(
          "%s, not %s: %s from %s to %s"
              .formatted(outcome, wanted, ledger.collection(), before.rows(), next.rows()));
    }
    return outcome;
  }
}

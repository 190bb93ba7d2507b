package io.quiver.collection;

import io.quiver.core.Limits;
import io.quiver.filter.FieldReader;
import io.quiver.filter.FilterValue;
import io.quiver.message.OrderCursor;
import io.quiver.message.OrderRows;
import io.quiver.message.OrderedRows;
import io.quiver.message.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/** One page of rows in the order of a field: the first ones behind the cursor, of all rows. */
final class OrderedPage {
  private static final long BYTES_MAX = Limits.ANSWER_COMPONENTS_MAX * Float.BYTES;

  private final HeldShards shards;
  private final OrderRows asked;
  private final FieldReader reader;
  private final Comparator<OrderCursor> order;

  /** The last of them on top; one more than the page has, which tells whether it is the last. */
  private final PriorityQueue<Entry> first;

  private record Entry(OrderCursor place, int shard, int ordinal) {}

  private OrderedPage(HeldShards shards, OrderRows asked) {
    this.shards = shards;
    this.asked = asked;
    this.reader = FieldReader.ofValues(asked.field());
    this.order = order(asked.descending());
    this.first = new PriorityQueue<>(Comparator.comparing(Entry::place, order).reversed());
  }

  /** By the value, none last, then by id. */
  private static Comparator<OrderCursor> order(boolean descending) {
    Comparator<FilterValue> values = descending ? FilterValue.ORDER.reversed() : FilterValue.ORDER;
    return Comparator.<OrderCursor, FilterValue>comparing(
            place -> place.value().orElse(null), Comparator.nullsLast(values))
        .thenComparing(place -> place.id().value());
  }

  static OrderedRows run(HeldShards shards, OrderRows asked) throws IOException {
    OrderedPage page = new OrderedPage(shards, asked);
    for (int shard = 0; shard < shards.count(); shard++) {
      page.read(shard);
    }
    return page.whole();
  }

  private void read(int shard) throws IOException {
    LiveRows rows = shards.rows(shard);
    for (int ordinal = rows.next(); ordinal >= 0; ordinal = rows.next()) {
      Row row = shards.row(shard, ordinal, false, true);
      OrderCursor place = new OrderCursor(key(row), row.id());
      boolean isBehind = asked.after().isEmpty() || order.compare(place, asked.after().get()) > 0;
      if (isBehind && (!isFull() || order.compare(place, first.peek().place()) < 0)) {
        if (isFull()) {
          first.poll();
        }
        first.add(new Entry(place, shard, ordinal));
      }
    }
  }

  private boolean isFull() {
    return first.size() > asked.limit();
  }

  /** What the row counts by. */
  private Optional<FilterValue> key(Row row) {
    Set<FilterValue> values = reader.values(row.metadata().toUtf8());
    if (values.isEmpty()) {
      return Optional.empty();
    }
    FilterValue key =
        asked.descending()
            ? Collections.max(values, FilterValue.ORDER)
            : Collections.min(values, FilterValue.ORDER);
    return Optional.of(OrderCursor.key(key));
  }

  private OrderedRows whole() throws IOException {
    List<Entry> entries = new ArrayList<>(first);
    entries.sort(Comparator.comparing(Entry::place, order));
    List<Row> rows = new ArrayList<>();
    long bytes = 0;
    int size = Math.min(asked.limit(), entries.size());
    while (rows.size() < size && bytes <= BYTES_MAX) {
      Entry entry = entries.get(rows.size());
      Row row =
          shards.row(entry.shard(), entry.ordinal(), asked.withVectors(), asked.withMetadata());
      rows.add(row);
      bytes += row.metadata().bytes() + (long) row.vector().dimension() * Float.BYTES;
    }
    boolean more = rows.size() < entries.size();
    return new OrderedRows(
        rows, more ? Optional.of(entries.get(rows.size() - 1).place()) : Optional.empty());
  }
}

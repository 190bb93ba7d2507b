package io.quiver.front.rest;

import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.Explained;
import io.quiver.message.SearchVectors;
import io.quiver.message.ShardPlan;
import java.util.List;
import java.util.Locale;

/** What an explained search answers: its hits, and one plan for each shard. */
final class ExplainedJson {
  private ExplainedJson() {}

  static Prepared search(SearchVectors search) {
    return client ->
        client
            .explain(search)
            .map(found ->
                Answer.data(
                    SearchEndpoints.weight(found.hits()),
                    SearchEndpoints.missing(List.of(found.hits())),
                    json -> write(json, search.withVectors(), found)));
  }

  private static void write(JsonWriter json, boolean withVectors, Explained found) {
    json.beginObject().name("hits");
    SearchEndpoints.write(json, withVectors, found.hits());
    json.name("shards").beginArray();
    found.plans().forEach(plan -> write(json, plan));
    json.endArray().endObject();
  }

  private static void write(JsonWriter json, ShardPlan plan) {
    json.beginObject().name("way").value(word(plan.way()));
    json.name("filter_by").value(word(plan.source()));
    json.name("indexed_rows").value(plan.indexedRows());
    json.name("filter_rows_read").value(plan.filterRowsRead());
    json.name("matches").value(plan.matches());
    json.name("live").value(plan.live());
    json.name("scan_rows_max").value(plan.scanRowsMax());
    json.name("opened").value(plan.opened());
    json.name("scored").value(plan.scored());
    json.name("filter_us").value(micros(plan.filterNanos()));
    json.name("walk_us").value(micros(plan.walkNanos()));
    json.name("scan_us").value(micros(plan.scanNanos()));
    json.name("read_us").value(micros(plan.readNanos()));
    json.endObject();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static long micros(long nanos) {
    return nanos / 1_000;
  }
}

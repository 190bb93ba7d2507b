package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.MeasureRecall;

/** How much of what is nearest searches find. */
final class RecallEndpoint {
  private RecallEndpoint() {}

  static Prepared measure(Call call) {
    CollectionName collection = call.collection();
    MeasureRecall measure =
        new MeasureRecall(
            collection,
            call.intParameter("limit", 1, MeasureRecall.LIMIT_MAX, 10),
            call.intParameter(
                "samples", 2, MeasureRecall.SAMPLES_MAX, MeasureRecall.SAMPLES_DEFAULT),
            call.intParameter("ef_search", 1, Limits.EF_SEARCH_MAX, 0),
            targetRecall(call));
    return client ->
        client
            .recall(measure)
            .map(measured ->
                Answer.data(json -> {
                  json.beginObject().name("recall").value((float) measured.recall());
                  json.name("low").value((float) measured.low());
                  json.name("high").value((float) measured.high());
                  json.name("confidence").value(0.95f);
                  json.name("limit").value(measure.limit());
                  json.name("samples").value(measured.samples());
                  json.name("ef_search").value(measured.efSearch()).endObject();
                }));
  }

  private static float targetRecall(Call call) {
    String text = call.parameter("target_recall", "");
    if (text.isEmpty()) {
      return 0;
    }
    if (text.length() > 10 || !text.matches("[01]?\\.?[0-9]+")) {
      throw QuiverException.invalid("target_recall", "0.5 to 0.999", text);
    }
    return Math.max(Float.parseFloat(text), Float.MIN_VALUE);
  }
}

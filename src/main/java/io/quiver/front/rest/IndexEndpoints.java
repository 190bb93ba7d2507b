package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.CompactCollection;
import io.quiver.message.IndexParams;
import io.quiver.message.IndexWork;
import io.quiver.message.RebuildIndex;
import java.util.Locale;
import java.util.Optional;

/** Rebuild the index of a collection, compact it, and tell how far that is. */
final class IndexEndpoints {
  private static final int ACCEPTED = 202;

  private IndexEndpoints() {}

  static Prepared describe(Call call) {
    CollectionName name = call.collection();
    return client -> client.describeIndex(name).map(IndexEndpoints::answer);
  }

  static Prepared rebuild(Call call) {
    CollectionName name = call.collection();
    VectorReader json = call.reader();
    Optional<IndexParams> index = Optional.empty();
    json.beginObject();
    while (json.nextField()) {
      if (!json.field().equals("index_config")) {
        throw json.unknownField();
      }
      if (!json.skipNull()) {
        index = Optional.of(CollectionEndpoints.readIndex(json));
      }
    }
    json.endDocument();
    RebuildIndex rebuild = new RebuildIndex(name, index);
    return client -> client.rebuildIndex(rebuild).map(work -> answer(work).withStatus(ACCEPTED));
  }

  static Prepared compact(Call call) {
    CompactCollection compact = new CompactCollection(call.collection());
    return client -> client.compact(compact).map(work -> answer(work).withStatus(ACCEPTED));
  }

  private static Answer answer(IndexWork work) {
    return Answer.data(json -> {
      json.beginObject().name("work").value(work.kind().name().toLowerCase(Locale.ROOT));
      json.name("phase").value(work.phase().name().toLowerCase(Locale.ROOT));
      json.name("done").value(work.done()).name("total").value(work.total());
      json.name("seconds_left");
      if (work.secondsLeft() < 0) {
        json.nullValue();
      } else {
        json.value(work.secondsLeft());
      }
      json.name("message").value(work.message()).endObject();
    });
  }
}

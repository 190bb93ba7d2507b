package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.DiscoverVectors;
import io.quiver.message.DiscoverVectors.ContextPair;
import io.quiver.message.DiscoverVectors.Target;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.RecommendVectors;
import io.quiver.message.SearchHits;
import java.util.ArrayList;
import java.util.List;

/** Searches by examples: recommend and discover. */
final class ExampleEndpoints {
  private ExampleEndpoints() {}

  static Prepared recommend(Call call) {
    CollectionName collection = call.collection();
    VectorReader json = call.reader();
    List<VectorId> positive = List.of();
    List<VectorId> negative = List.of();
    ExampleStrategy strategy = ExampleStrategy.AVERAGE_VECTOR;
    OptionFields fields = new OptionFields();
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "positive" -> positive = ids(json);
        case "negative" -> negative = ids(json);
        case "strategy" ->
            strategy = json.skipNull() ? strategy : ExampleStrategy.parse(json.string("a string"));
        default -> fields.read(json);
      }
    }
    json.endDocument();
    RecommendVectors recommend =
        new RecommendVectors(collection, positive, negative, strategy, fields.options());
    return client ->
        client.recommend(recommend).map(found -> answer(found, recommend.options().withVectors()));
  }

  static Prepared discover(Call call) {
    CollectionName collection = call.collection();
    VectorReader json = call.reader();
    Target target = null;
    List<ContextPair> context = List.of();
    OptionFields fields = new OptionFields();
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "target" -> target = target(json);
        case "context" -> context = pairs(json);
        default -> fields.read(json);
      }
    }
    json.endDocument();
    if (target == null) {
      throw json.missing("target", "an id or a vector");
    }
    DiscoverVectors discover = new DiscoverVectors(collection, target, context, fields.options());
    return client ->
        client.discover(discover).map(found -> answer(found, discover.options().withVectors()));
  }

  private static Answer answer(SearchHits found, boolean withVectors) {
    return Answer.data(
        SearchEndpoints.weight(found),
        SearchEndpoints.missing(List.of(found)),
        json -> SearchEndpoints.write(json, withVectors, found));
  }

  /** Ids; none for null. */
  private static List<VectorId> ids(VectorReader json) {
    List<VectorId> ids = new ArrayList<>();
    if (!json.skipNull()) {
      json.beginArray("an array of ids");
      while (json.nextElement()) {
        if (ids.size() == Limits.EXAMPLES_MAX) {
          throw json.wrongLength("at most " + Limits.EXAMPLES_MAX + " examples");
        }
        ids.add(json.id());
      }
    }
    return ids;
  }

  /** A string is an id, an array a vector. */
  private static Target target(VectorReader json) {
    return json.peek() == '"' ? new Target.OfId(json.id()) : new Target.OfVector(json.vector());
  }

  private static List<ContextPair> pairs(VectorReader json) {
    List<ContextPair> pairs = new ArrayList<>();
    if (!json.skipNull()) {
      json.beginArray("an array of pairs");
      while (json.nextElement()) {
        if (pairs.size() == DiscoverVectors.CONTEXT_MAX) {
          throw json.wrongLength("at most " + DiscoverVectors.CONTEXT_MAX + " pairs");
        }
        pairs.add(pair(json));
      }
    }
    return pairs;
  }

  private static ContextPair pair(VectorReader json) {
    VectorId positive = null;
    VectorId negative = null;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "positive" -> positive = json.id();
        case "negative" -> negative = json.id();
        default -> throw json.unknownField();
      }
    }
    if (positive == null || negative == null) {
      String missing = positive == null ? "positive" : "negative";
      throw QuiverException.invalid(json.path() + "." + missing, "an id", "nothing");
    }
    return new ContextPair(positive, negative);
  }
}

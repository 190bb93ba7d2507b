package io.quiver.front.rest;

import io.quiver.core.QuiverException;
import io.quiver.filter.FieldPath;
import io.quiver.filter.GeoPoint;
import io.quiver.filter.Moments;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.Boost;
import io.quiver.message.Boost.Origin;
import io.quiver.message.RerankedHits;
import io.quiver.message.Reranking;
import io.quiver.message.SearchReranked;
import io.quiver.message.SearchVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The fields of a search whose hits are ordered anew; null means there is none. */
final class RerankFields implements SearchEndpoints.OtherFields {
  private static final float DIVERSITY_DEFAULT = 0.5f;

  private List<Boost> boosts = List.of();
  private Optional<Float> diversity = Optional.empty();
  private Optional<Integer> candidates = Optional.empty();

  @Override
  public boolean read(VectorReader json) {
    switch (json.field()) {
      case "boost" -> boosts = json.skipNull() ? List.of() : boosts(json);
      case "candidates" -> readCandidates(json);
      case "mmr" -> {
        if (!json.skipNull()) {
          diversity = Optional.of(diversity(json));
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void readCandidates(VectorReader json) {
    if (json.skipNull()) {
      return;
    }
    if (candidates.isPresent()) {
      throw QuiverException.invalid(json.path(), "one number of candidates", "two");
    }
    candidates = Optional.of((int) json.integer(1, Reranking.CANDIDATES_MAX));
  }

  /** Whether there is anything but a plain search. */
  boolean isAsked() {
    return !boosts.isEmpty() || diversity.isPresent() || candidates.isPresent();
  }

  Prepared search(SearchVectors search) {
    SearchReranked asked =
        new SearchReranked(
            search, new Reranking(candidates.orElse(0), boosts, diversity.orElse(0f)));
    return client ->
        client
            .searchReranked(asked)
            .map(found ->
                Answer.data(
                    weight(found), Map.of(), json -> write(json, search.withVectors(), found)));
  }

  private float diversity(VectorReader json) {
    Optional<Float> found = Optional.empty();
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "diversity", "lambda" -> {
          boolean isLambda = json.field().equals("lambda");
          if (!json.skipNull()) {
            if (found.isPresent()) {
              throw QuiverException.invalid(json.path(), "one of diversity and lambda", "both");
            }
            float share = share(json);
            found = Optional.of(isLambda ? 1 - share : share);
          }
        }
        case "candidates", "candidates_limit" -> readCandidates(json);
        default -> throw json.unknownField();
      }
    }
    return found.orElse(DIVERSITY_DEFAULT);
  }

  private static float share(VectorReader json) {
    float share = json.number();
    if (!(share >= 0 && share <= 1)) {
      throw QuiverException.invalid(json.path(), "0 to 1", share);
    }
    return share;
  }

  private static List<Boost> boosts(VectorReader json) {
    List<Boost> boosts = new ArrayList<>();
    json.beginArray("an array of boosts");
    while (json.nextElement()) {
      if (boosts.size() == Reranking.BOOSTS_MAX) {
        throw QuiverException.invalid("boost", "at most " + Reranking.BOOSTS_MAX, "more");
      }
      boosts.add(boost(json));
    }
    return boosts;
  }

  private static Boost boost(VectorReader json) {
    Optional<FieldPath> field = Optional.empty();
    Optional<Boost.Shape> shape = Optional.empty();
    Optional<Origin> origin = Optional.empty();
    double scale = 0;
    double offset = 0;
    double decay = Boost.DECAY_DEFAULT;
    float weight = 1;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "field" -> field = Optional.of(OptionFields.path(json));
        case "function" ->
            shape =
                Optional.of(Boost.Shape.parse(json.path(), json.string("linear, exp or gauss")));
        case "origin" -> origin = Optional.of(origin(json));
        case "scale" -> scale = json.realNumber();
        case "offset" -> offset = json.skipNull() ? offset : json.realNumber();
        case "decay" -> decay = json.skipNull() ? decay : json.realNumber();
        case "weight" -> weight = json.skipNull() ? weight : json.number();
        default -> throw json.unknownField();
      }
    }
    try {
      return new Boost(
          field.orElseThrow(
              () -> QuiverException.invalid("field", "the path of a field", "nothing")),
          shape.orElseThrow(
              () -> QuiverException.invalid("function", "linear, exp or gauss", "nothing")),
          origin.orElseThrow(
              () -> QuiverException.invalid("origin", "a number, a date or a place", "nothing")),
          scale,
          offset,
          decay,
          weight);
    } catch (QuiverException e) {
      throw QuiverException.invalid(
          json.path() + "." + e.details().get("field"),
          e.details().get("expected"),
          e.details().get("got"));
    }
  }

  /** A string is a date, an object a place. */
  private static Origin origin(VectorReader json) {
    if (json.peek() == '"') {
      String text = json.string("a date");
      OptionalLong moment = Moments.read(text);
      if (moment.isEmpty()) {
        throw QuiverException.invalid(json.path(), "a number, a date or a place", text);
      }
      return new Origin.OfMoment(moment.getAsLong());
    }
    return json.peek() == '{' ? place(json) : new Origin.OfNumber(json.realNumber());
  }

  private static Origin place(VectorReader json) {
    double lat = Double.NaN;
    double lon = Double.NaN;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "lat" -> lat = json.realNumber();
        case "lon" -> lon = json.realNumber();
        default -> throw json.unknownField();
      }
    }
    if (!GeoPoint.isPlace(lat, lon)) {
      throw QuiverException.invalid(
          json.path(), "lat from -90 to 90 and lon from -180 to 180", lat + ", " + lon);
    }
    return new Origin.OfPlace(new GeoPoint(lat, lon));
  }

  private static long weight(RerankedHits found) {
    return found.hits().stream()
        .mapToLong(scored ->
            100L + scored.hit().metadata().bytes() + 12L * scored.hit().vector().dimension())
        .sum();
  }

  private static void write(JsonWriter json, boolean withVectors, RerankedHits found) {
    json.beginArray();
    for (RerankedHits.Scored scored : found.hits()) {
      SearchEndpoints.write(json.beginObject(), withVectors, scored.hit());
      json.name("score").value(scored.score()).endObject();
    }
    json.endArray();
  }
}

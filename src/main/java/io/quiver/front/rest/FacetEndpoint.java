package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.filter.FieldPath;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterValue;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.CountFacets;
import io.quiver.message.Facets;
import java.util.Map;
import java.util.Optional;

/** Counts of the values of a field. */
final class FacetEndpoint {
  private FacetEndpoint() {}

  static Prepared count(Call call) {
    CollectionName collection = call.collection();
    VectorReader json = call.reader();
    Optional<FieldPath> field = Optional.empty();
    int limit = CountFacets.LIMIT_DEFAULT;
    long deadlineMillis = 0;
    Filter filter = Filter.ALL;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "field", "key" -> {
          if (field.isPresent()) {
            throw QuiverException.invalid(json.path(), "one of field and key", "both");
          }
          field = Optional.of(OptionFields.path(json));
        }
        case "limit" ->
            limit = json.skipNull() ? limit : (int) json.integer(1, Limits.SEARCH_LIMIT_MAX);
        case "exact" -> {
          if (!json.skipNull()) {
            json.bool(); // It is always exact.
          }
        }
        case "deadline_ms" ->
            deadlineMillis = json.skipNull() ? 0 : json.integer(1, Limits.DEADLINE_MILLIS_MAX);
        case "filter" -> filter = OptionFields.filter(json);
        default -> OptionFields.shared(json);
      }
    }
    json.endDocument();
    CountFacets count =
        new CountFacets(
            collection,
            field.orElseThrow(() -> json.missing("field", "the path of a field")),
            limit,
            deadlineMillis,
            filter);
    return client ->
        client
            .facets(count)
            .map(found -> Answer.data(weight(found), Map.of(), answer -> write(answer, found)));
  }

  private static long weight(Facets found) {
    long weight = 0;
    for (Facets.Facet facet : found.values()) {
      weight += 40 + (facet.value() instanceof FilterValue.Text(String text) ? text.length() : 0);
    }
    return weight;
  }

  private static void write(JsonWriter json, Facets found) {
    json.beginObject().name("hits").beginArray();
    for (Facets.Facet facet : found.values()) {
      json.beginObject().name("value").value(facet.value());
      json.name("count").value(facet.count()).endObject();
    }
    json.endArray().name("distinct").value(found.distinct()).endObject();
  }
}

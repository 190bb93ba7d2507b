package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.filter.Filter;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.SearchText;
import io.quiver.message.SearchVectors;
import io.quiver.message.TextHit;
import io.quiver.message.TextHits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Searches of the texts in metadata. */
final class TextEndpoints {
  private TextEndpoints() {}

  static Prepared search(Call call) {
    CollectionName collection = call.collection();
    VectorReader json = call.reader();
    Optional<String> query = Optional.empty();
    List<String> fields = SearchText.FIELDS_DEFAULT;
    int limit = SearchVectors.LIMIT_DEFAULT;
    int offset = 0;
    boolean highlight = false;
    boolean withMetadata = true;
    long deadlineMillis = 0;
    Filter filter = Filter.ALL;
    json.beginObject();
    while (json.nextField()) {
      switch (json.field()) {
        case "query" -> query = Optional.of(json.string("a string"));
        case "fields" -> fields = json.skipNull() ? fields : fields(json);
        case "limit" ->
            limit = json.skipNull() ? limit : (int) json.integer(1, Limits.SEARCH_LIMIT_MAX);
        case "offset" ->
            offset = json.skipNull() ? 0 : (int) json.integer(0, Limits.SEARCH_OFFSET_MAX);
        case "highlight" -> highlight = !json.skipNull() && json.bool();
        case "with_metadata" -> withMetadata = json.skipNull() || json.bool();
        case "deadline_ms" ->
            deadlineMillis = json.skipNull() ? 0 : json.integer(1, Limits.DEADLINE_MILLIS_MAX);
        case "filter" -> filter = OptionFields.filter(json);
        default -> OptionFields.shared(json);
      }
    }
    json.endDocument();
    SearchText search =
        new SearchText(
            collection,
            query.orElseThrow(() -> json.missing("query", "a string")),
            fields,
            limit,
            offset,
            highlight,
            withMetadata,
            deadlineMillis,
            filter);
    return client ->
        client
            .searchText(search)
            .map(found ->
                Answer.data(
                    weight(found), Map.of(), answer -> write(answer, search.highlight(), found)));
  }

  static List<String> fields(VectorReader json) {
    List<String> fields = new ArrayList<>();
    json.beginArray("an array of names");
    while (json.nextElement()) {
      if (fields.size() == Limits.TEXT_FIELDS_MAX) {
        throw json.wrongLength("at most " + Limits.TEXT_FIELDS_MAX + " names");
      }
      fields.add(json.string("a string"));
    }
    return fields;
  }

  private static long weight(TextHits found) {
    long weight = 0;
    for (TextHit hit : found.hits()) {
      weight += 80 + hit.metadata().bytes();
      for (List<String> pieces : hit.highlights().values()) {
        weight += pieces.stream().mapToInt(String::length).sum();
      }
    }
    return weight;
  }

  private static void write(JsonWriter json, boolean highlight, TextHits found) {
    json.beginArray();
    for (TextHit hit : found.hits()) {
      json.beginObject().name("id").value(hit.id().value());
      json.name("score").value(hit.score());
      json.name("metadata").value(hit.metadata());
      if (highlight) {
        json.name("highlights").beginArray();
        hit.highlights()
            .forEach((field, pieces) -> {
              json.beginObject().name("field").value(field).name("fragments").beginArray();
              pieces.forEach(json::value);
              json.endArray().endObject();
            });
        json.endArray();
      }
      json.endObject();
    }
    json.endArray();
  }
}

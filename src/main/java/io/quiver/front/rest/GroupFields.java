package io.quiver.front.rest;

import io.quiver.core.Limits;
import io.quiver.filter.FieldPath;
import io.quiver.filter.FilterValue;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.GroupedHits;
import io.quiver.message.Hit;
import io.quiver.message.SearchGroups;
import io.quiver.message.SearchVectors;
import java.util.Map;
import java.util.Optional;

/** The fields of a search by groups, beside those of every search. */
final class GroupFields implements SearchEndpoints.OtherFields {
  private Optional<FieldPath> groupBy = Optional.empty();
  private int groupSize = SearchGroups.GROUP_SIZE_DEFAULT;

  private GroupFields() {}

  static Prepared search(Call call) {
    VectorReader json = call.reader();
    GroupFields fields = new GroupFields();
    SearchVectors search =
        SearchEndpoints.read(json, call.collection(), SearchVectors.LIMIT_DEFAULT, 0, fields);
    json.endDocument();
    SearchGroups asked =
        new SearchGroups(
            search,
            fields.groupBy.orElseThrow(() -> json.missing("group_by", "the path of a field")),
            fields.groupSize);
    return client ->
        client
            .searchGroups(asked)
            .map(found ->
                Answer.data(
                    weight(found), Map.of(), answer -> write(answer, search.withVectors(), found)));
  }

  @Override
  public boolean read(VectorReader json) {
    switch (json.field()) {
      case "group_by" -> groupBy = Optional.of(OptionFields.path(json));
      case "group_size" ->
          groupSize = json.skipNull() ? groupSize : (int) json.integer(1, Limits.SEARCH_LIMIT_MAX);
      case "collection" -> OptionFields.shared(json);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static long weight(GroupedHits found) {
    long weight = 0;
    for (GroupedHits.Group group : found.groups()) {
      weight += 40 + (group.value() instanceof FilterValue.Text(String text) ? text.length() : 0);
      for (Hit hit : group.hits()) {
        weight += 80 + hit.metadata().bytes() + 12L * hit.vector().dimension();
      }
    }
    return weight;
  }

  private static void write(JsonWriter json, boolean withVectors, GroupedHits found) {
    json.beginObject().name("groups").beginArray();
    for (GroupedHits.Group group : found.groups()) {
      json.beginObject().name("id").value(group.value()).name("hits").beginArray();
      for (Hit hit : group.hits()) {
        SearchEndpoints.write(json.beginObject(), withVectors, hit);
        json.endObject();
      }
      json.endArray().endObject();
    }
    json.endArray().endObject();
  }
}

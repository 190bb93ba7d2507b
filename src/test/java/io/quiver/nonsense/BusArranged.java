package io.quiver.nonsense;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.CollectionName;
import io.quiver.filter.FieldPath;
import io.quiver.message.CountFacets;

/**
 * The table's requests for what is arranged by metadata, as an embedding application makes them.
 */
final class BusArranged {
  private BusArranged() {}

  static CountFacets facets(String collection, String request) {
    ObjectNode json = Words.object(request, "field", "limit", "filter");
    return new CountFacets(
        new CollectionName(collection),
        path(json, "field"),
        Words.whole(json, "limit", 10),
        0,
        BusPoints.filter(json));
  }

  private static FieldPath path(ObjectNode json, String field) {
    String text = Words.text(json, field);
    return text == null ? null : FieldPath.parse(field, text);
  }
}

package io.quiver.front.rest;

import io.quiver.core.QuiverException;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.SearchVectors;
import io.quiver.message.SearchVersions;
import java.util.List;

/**
 * The fields by which one search asks for more than its hits: another order, their versions, how it
 * was done. One of these at a time; null means not.
 */
final class SearchFields implements SearchEndpoints.OtherFields {
  private final RerankFields rerank = new RerankFields();
  private boolean withVersions;
  private boolean explain;

  @Override
  public boolean read(VectorReader json) {
    switch (json.field()) {
      case "with_versions" -> withVersions = !json.skipNull() && json.bool();
      case "explain" -> explain = !json.skipNull() && json.bool();
      default -> {
        return rerank.read(json);
      }
    }
    return true;
  }

  Prepared search(SearchVectors search) {
    if (explain && (withVersions || rerank.isAsked())) {
      throw QuiverException.invalid("explain", "false beside with_versions, boost and mmr", true);
    }
    if (withVersions && rerank.isAsked()) {
      throw QuiverException.invalid("with_versions", "false beside boost and mmr", true);
    }
    if (explain) {
      return ExplainedJson.search(search);
    }
    if (rerank.isAsked()) {
      return rerank.search(search);
    }
    return client ->
        (withVersions ? client.search(new SearchVersions(search)) : client.search(search))
            .map(found ->
                Answer.data(
                    SearchEndpoints.weight(found),
                    SearchEndpoints.missing(List.of(found)),
                    json -> SearchEndpoints.write(json, search.withVectors(), found)));
  }
}

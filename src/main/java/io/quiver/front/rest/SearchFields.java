package io.quiver.front.rest;

import io.quiver.core.QuiverException;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.SearchVectors;
import io.quiver.message.SearchVersions;
import java.util.List;

/**
 * The fields by which one search asks for more than its hits: another order, their versions. One of
 * these at a time; null means not.
 */
final class SearchFields implements SearchEndpoints.OtherFields {
  private final RerankFields rerank = new RerankFields();
  private boolean withVersions;

  @Override
  public boolean read(VectorReader json) {
    if (json.field().equals("with_versions")) {
      withVersions = !json.skipNull() && json.bool();
      return true;
    }
    return rerank.read(json);
  }

  Prepared search(SearchVectors search) {
    if (rerank.isAsked()) {
      if (withVersions) {
        throw QuiverException.invalid("with_versions", "false beside boost and mmr", true);
      }
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

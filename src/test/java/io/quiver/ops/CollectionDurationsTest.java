package io.quiver.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.message.DropCollection;
import io.quiver.message.Dropped;
import io.quiver.message.Failure;
import io.quiver.message.Reply;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Histograms by collection stay as few as a scrape can carry, and name only what exists. */
class CollectionDurationsTest {
  private static final Reply FOUND = new SearchHits(List.of(), List.of());

  private final CollectionDurations durations = new CollectionDurations();

  @Test
  void whatFailedMakesNoSeries() {
    search("none", new Failure(ErrorCode.COLLECTION_NOT_FOUND, "no", Map.of()));
    assertThat(durations.family().samples()).isEmpty();
  }

  @Test
  void collectionsBeyondTheBoundShareOneSeriesAndADropMakesRoom() {
    for (int i = 0; i < 150; i++) {
      search("c" + i, FOUND);
      search("c" + i, FOUND);
    }
    assertThat(counts()).hasSize(101).containsEntry("c0", 2.0).containsEntry("(others)", 100.0);
    CollectionName dropped = new CollectionName("c7");
    durations.completed(new DropCollection(dropped), new Dropped(dropped), 1);
    assertThat(counts()).doesNotContainKey("c7");
  }

  private void search(String collection, Reply reply) {
    SearchVectors search = SearchVectors.of(new CollectionName(collection), DenseVector.of(1), 3);
    durations.completed(search, reply, 1_000);
  }

  private Map<String, Double> counts() {
    assertThat(durations.family().samples())
        .extracting(each -> each.labels().get("operation"))
        .isSubsetOf(Set.of("query"));
    return durations.family().samples().stream()
        .filter(each -> each.suffix().equals("_count"))
        .collect(
            Collectors.toMap(
                each -> each.labels().get("collection"),
                each -> each.value(),
                (first, second) -> first,
                TreeMap::new));
  }
}

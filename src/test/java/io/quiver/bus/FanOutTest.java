package io.quiver.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.Hit;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FanOutTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final Comparator<Hit> BY_DISTANCE_THEN_ID =
      Comparator.comparingDouble(Hit::distance).thenComparing(hit -> hit.id().value());

  /** The oracle sorts everything and cuts; few different distances make many ties. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8, 13})
  void mergingIsSortingEverythingAndCuttingOnce(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      int shards = random.nextInt(2, 9);
      int offset = random.nextInt(0, 20);
      int limit = random.nextInt(1, 20);
      List<List<Hit>> lists = new ArrayList<>();
      List<Hit> all = new ArrayList<>();
      for (int shard = 0; shard < shards; shard++) {
        List<Hit> hits = randomHits(random, shard);
        lists.add(hits);
        all.addAll(hits);
      }
      all.sort(BY_DISTANCE_THEN_ID);
      assertThat(FanOut.merge(lists, offset, limit))
          .isEqualTo(
              all.subList(Math.min(offset, all.size()), Math.min(offset + limit, all.size())));
    }
  }

  @Test
  void aSingleShardIsCutToThePage() {
    List<Hit> hits = List.of(hit("a", 1), hit("b", 2), hit("c", 3), hit("d", 4));
    SearchVectors search = search(2, 1);
    SearchHits page = FanOut.search(route(1), search, address -> answered(hits)).result();
    assertThat(page.hits()).containsExactly(hits.get(1), hits.get(2));
    assertThat(page.missingShards()).isEmpty();
  }

  @Test
  void aShardThatDoesNotAnswerIsNamedAndTheOthersCount() {
    SearchHits page =
        FanOut.search(
                route(3),
                search(10, 0),
                address ->
                    address.endsWith(".1")
                        ? failed(ErrorCode.DEADLINE_EXCEEDED)
                        : answered(List.of(hit(address, 1))))
            .result();
    assertThat(page.missingShards()).containsExactly(1);
    assertThat(page.hits()).hasSize(2);
  }

  @Test
  void noShardAtAllIsAFailure() {
    Future<SearchHits> none =
        FanOut.search(route(3), search(10, 0), address -> failed(ErrorCode.OVERLOADED));
    assertThat(none.cause()).isInstanceOf(QuiverException.class);
    assertThat(((QuiverException) none.cause()).code()).isEqualTo(ErrorCode.OVERLOADED);
  }

  @Test
  void aRequestThatOneShardCallsWrongIsNoPartialAnswer() {
    Future<SearchHits> wrong =
        FanOut.search(
            route(2),
            search(10, 0),
            address ->
                address.endsWith(".1")
                    ? failed(ErrorCode.DIMENSION_MISMATCH)
                    : answered(List.of(hit("a", 1))));
    assertThat(((QuiverException) wrong.cause()).code()).isEqualTo(ErrorCode.DIMENSION_MISMATCH);
  }

  private static List<Hit> randomHits(SplittableRandom random, int shard) {
    List<Hit> hits = new ArrayList<>();
    int count = random.nextInt(0, 30);
    for (int i = 0; i < count; i++) {
      hits.add(hit(random.nextInt(1_000) + "-" + shard + "-" + i, random.nextInt(5)));
    }
    hits.sort(BY_DISTANCE_THEN_ID);
    return hits;
  }

  private static Hit hit(String id, float distance) {
    return new Hit(new VectorId(id), distance, Metadata.ABSENT, DenseVector.NONE);
  }

  private static Future<SearchHits> answered(List<Hit> hits) {
    return Future.succeededFuture(new SearchHits(hits, List.of()));
  }

  private static Future<SearchHits> failed(ErrorCode code) {
    return Future.failedFuture(new QuiverException(code, "no"));
  }

  private static Route route(int shards) {
    return Route.of(NAME, shards, new Gate());
  }

  private static SearchVectors search(int limit, int offset) {
    return new SearchVectors(
        NAME, DenseVector.of(1), limit, offset, 0, false, false, true, Float.POSITIVE_INFINITY, 0);
  }
}

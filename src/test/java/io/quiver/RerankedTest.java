package io.quiver;

import static io.quiver.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.filter.FieldPath;
import io.quiver.filter.GeoPoint;
import io.quiver.front.grpc.v1.Place;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.RerankedResult;
import io.quiver.front.grpc.v1.SearchRerankedRequest;
import io.quiver.message.Boost;
import io.quiver.message.Boost.Origin;
import io.quiver.message.RerankedHits;
import io.quiver.message.Reranking;
import io.quiver.message.SearchReranked;
import io.quiver.message.SearchVectors;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Boosts and diversity order rows by the formulas of docs/arranging.md, worked out here over all
 * rows in plain double arithmetic, the same over REST, gRPC and the bus.
 */
class RerankedTest {
  private static final long SEED = 53;
  private static final int ROWS = 150;
  private static final float[] QUERY = {30, 40};

  @TempDir private Path data;

  private ArrangedFixture filled(Metric metric) throws Exception {
    ArrangedFixture node = new ArrangedFixture(data, metric, SEED);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < ROWS; i++) {
      Map<String, Object> document = new HashMap<>();
      if (i % 5 > 0) {
        document.put("price", i % 3 == 0 ? List.of(random.nextInt(100), 500) : random.nextInt(100));
        document.put("made", Instant.ofEpochSecond(random.nextInt(2_000_000)).toString());
        document.put(
            "at", Map.of("lat", random.nextInt(-80, 80), "lon", random.nextInt(-170, 170)));
      }
      node.put("id-" + i, document);
    }
    return node;
  }

  private static double similarity(Metric metric, float[] a, float[] b) {
    double dot = (double) a[0] * b[0] + (double) a[1] * b[1];
    return switch (metric) {
      case COSINE -> 1 - (1 - dot / Math.hypot(a[0], a[1]) / Math.hypot(b[0], b[1])) / 2;
      case EUCLIDEAN -> 1 / (1 + Math.hypot(a[0] - b[0], a[1] - b[1]));
      case MANHATTAN -> 1 / (1.0 + Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]));
      case DOT_PRODUCT -> dot;
    };
  }

  /** What a row gets for a price near 50, a date near 1970-01-10, and a place near Greenwich. */
  @SuppressWarnings("unchecked")
  private static double boosts(Map<String, Object> document) {
    if (document.isEmpty()) {
      return 0;
    }
    double price =
        document.get("price") instanceof List<?> two
            ? Math.min(Math.abs((Integer) two.get(0) - 50), 450)
            : Math.abs((Integer) document.get("price") - 50);
    double seconds =
        Math.abs(Instant.parse((String) document.get("made")).getEpochSecond() - 9 * 86_400.0);
    Map<String, Object> at = (Map<String, Object>) document.get("at");
    double lat = Math.toRadians((Integer) at.get("lat"));
    double lon = Math.toRadians((Integer) at.get("lon"));
    double angle = Math.acos(Math.clamp(Math.cos(lat) * Math.cos(lon), -1, 1));
    double sigma2 = 10 * 10 / (2 * Math.log(2));
    double gauss = Math.exp(-Math.pow(Math.max(0, price - 5), 2) / (2 * sigma2));
    double exp = Math.exp(Math.log(0.2) / 500_000 * seconds);
    double s = 6_000_000 / (1 - 0.25);
    double linear = Math.max(0, (s - 6_371_000 * angle) / s);
    return 2 * gauss + exp + 0.5 * linear;
  }

  private static final List<Boost> BOOSTS =
      List.of(
          new Boost(
              FieldPath.of("price"), Boost.Shape.GAUSS, new Origin.OfNumber(50), 10, 5, 0.5, 2),
          new Boost(
              FieldPath.of("made"),
              Boost.Shape.EXP,
              new Origin.OfMoment(9 * 86_400_000_000L),
              500_000,
              0,
              0.2,
              1),
          new Boost(
              FieldPath.of("at"),
              Boost.Shape.LINEAR,
              new Origin.OfPlace(new GeoPoint(0, 0)),
              6_000_000,
              0,
              0.25,
              0.5f));

  private static final String BOOST_JSON =
      """
      [{"field":"price","function":"gauss","origin":50,"scale":10,"offset":5,"weight":2},
       {"field":"made","function":"exp","origin":"1970-01-10","scale":5e5,"decay":0.2},
       {"field":"at","function":"linear","origin":{"lat":0,"lon":0},"scale":6000000,"decay":0.25,
        "weight":0.5}]\
      """;

  private static SearchVectors search(ArrangedFixture node, int limit) {
    return SearchVectors.of(node.config.name(), DenseVector.of(QUERY), limit);
  }

  private static RerankedHits ask(ArrangedFixture node, SearchVectors search, Reranking reranking)
      throws Exception {
    return await(node.node().client().searchReranked(new SearchReranked(search, reranking)));
  }

  private static List<String> ids(RerankedHits found) {
    return found.hits().stream().map(scored -> scored.hit().id().value()).toList();
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void boostsAreAddedToSimilarities(Metric metric) throws Exception {
    try (ArrangedFixture node = filled(metric)) {
      Map<String, Double> scores = scores(node, metric, true);
      RerankedHits found = ask(node, search(node, ROWS), new Reranking(ROWS, BOOSTS, 0));
      assertThat(found.hits()).hasSize(ROWS);
      double before = Double.POSITIVE_INFINITY;
      for (RerankedHits.Scored scored : found.hits()) {
        double expected = scores.remove(scored.hit().id().value());
        assertThat((double) scored.score()).isCloseTo(expected, within(1e-5 * Math.abs(expected)));
        assertThat((double) scored.score()).isLessThanOrEqualTo(before);
        before = scored.score();
      }
      assertThat(scores).isEmpty();
    }
  }

  private static Map<String, Double> scores(ArrangedFixture node, Metric metric, boolean boosted) {
    Map<String, Double> scores = new TreeMap<>();
    node.vectors.forEach((id, vector) ->
        scores.put(
            id,
            similarity(metric, QUERY, vector) + (boosted ? boosts(node.documents.get(id)) : 0)));
    return scores;
  }

  @ParameterizedTest
  @EnumSource(
      value = Metric.class,
      names = {"EUCLIDEAN", "MANHATTAN"})
  void eachRowIsUnlikeThoseBeforeIt(Metric metric) throws Exception {
    try (ArrangedFixture node = filled(metric)) {
      for (float diversity : new float[] {0.25f, 0.5f, 0.75f}) {
        for (boolean boosted : new boolean[] {false, true}) {
          Map<String, Double> scores = scores(node, metric, boosted);
          List<String> found =
              ids(
                  ask(
                      node,
                      search(node, 12),
                      new Reranking(ROWS, boosted ? BOOSTS : List.of(), diversity)));
          assertSameChoice(node, metric, scores, diversity, found);
        }
      }
    }
  }

  /**
   * Each time the row with the largest λ · score − (1 − λ) · similarity to the most similar of
   * those chosen before, λ = 1 − diversity; where two are worth the same to rounding, either.
   */
  private static void assertSameChoice(
      ArrangedFixture node,
      Metric metric,
      Map<String, Double> scores,
      double diversity,
      List<String> found) {
    assertThat(found).hasSize(12).doesNotHaveDuplicates();
    for (int i = 1; i < found.size(); i++) {
      List<String> before = found.subList(0, i);
      double best = Double.NEGATIVE_INFINITY;
      for (String id : scores.keySet()) {
        best =
            before.contains(id)
                ? best
                : Math.max(best, worth(node, metric, scores, diversity, before, id));
      }
      assertThat(worth(node, metric, scores, diversity, before, found.get(i)))
          .isCloseTo(best, within(1e-6));
    }
    assertThat(scores.get(found.getFirst()))
        .isCloseTo(scores.values().stream().max(Double::compare).orElseThrow(), within(1e-6));
  }

  private static double worth(
      ArrangedFixture node,
      Metric metric,
      Map<String, Double> scores,
      double diversity,
      List<String> before,
      String id) {
    double alike = Double.NEGATIVE_INFINITY;
    for (String other : before) {
      alike = Math.max(alike, similarity(metric, node.vectors.get(id), node.vectors.get(other)));
    }
    return (1 - diversity) * scores.get(id) - diversity * alike;
  }

  @Test
  void everySurfaceAnswersTheSame() throws Exception {
    try (ArrangedFixture node = filled(Metric.EUCLIDEAN)) {
      SearchVectors search =
          search(node, 9)
              .from(2)
              .filteredBy(ArrangedFixture.filter("{\"price\":{\"$exists\":true}}"));
      List<String> bus = rows(ask(node, search, new Reranking(60, BOOSTS, 0.25f)));
      assertThat(bus).hasSize(9);
      String body =
          "{\"vector\":[30,40],\"limit\":9,\"offset\":2,\"filter\":{\"price\":{\"$exists\":true}},"
              + "\"mmr\":{\"lambda\":0.75,\"candidates\":60},\"boost\":"
              + BOOST_JSON
              + "}";
      List<String> rest = new ArrayList<>();
      for (JsonNode hit : node.post("/search", body)) {
        rest.add(
            hit.get("id").asText()
                + " "
                + (float) hit.get("distance").asDouble()
                + " "
                + (float) hit.get("score").asDouble());
      }
      assertThat(rest).isEqualTo(bus);
      List<String> grpc = new ArrayList<>();
      for (RerankedResult hit : await(node.stub().searchReranked(request())).getResultsList()) {
        grpc.add(
            hit.getResult().getId() + " " + hit.getResult().getDistance() + " " + hit.getScore());
      }
      assertThat(grpc).isEqualTo(bus);
      node.restart();
      assertThat(rows(ask(node, search, new Reranking(60, BOOSTS, 0.25f)))).isEqualTo(bus);
    }
  }

  private static List<String> rows(RerankedHits found) {
    return found.hits().stream()
        .map(scored ->
            scored.hit().id().value() + " " + scored.hit().distance() + " " + scored.score())
        .toList();
  }

  private static SearchRerankedRequest request() {
    return SearchRerankedRequest.newBuilder()
        .setQuery(
            QueryRequest.newBuilder()
                .setCollectionName("c")
                .addQueryVector(30)
                .addQueryVector(40)
                .setLimit(9))
        .setOffset(2)
        .setFilterJson("{\"price\":{\"$exists\":true}}")
        .setCandidates(60)
        .setDiversity(0.25f)
        .addBoosts(
            io.quiver.front.grpc.v1.Boost.newBuilder()
                .setField("price")
                .setFunction("gauss")
                .setNumber(50)
                .setScale(10)
                .setOffset(5)
                .setWeight(2))
        .addBoosts(
            io.quiver.front.grpc.v1.Boost.newBuilder()
                .setField("made")
                .setFunction("exp")
                .setDate("1970-01-10")
                .setScale(500_000)
                .setDecay(0.2))
        .addBoosts(
            io.quiver.front.grpc.v1.Boost.newBuilder()
                .setField("at")
                .setFunction("linear")
                .setPlace(Place.newBuilder().setLat(0).setLon(0))
                .setScale(6_000_000)
                .setDecay(0.25)
                .setWeight(0.5f))
        .build();
  }
}

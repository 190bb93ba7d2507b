package io.quiver;

import static io.quiver.BusFixture.await;
import static io.quiver.BusFixture.failure;
import static io.quiver.BusFixture.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.quiver.bus.QuiverClient;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DiscoverVectors;
import io.quiver.message.DiscoverVectors.ContextPair;
import io.quiver.message.DiscoverVectors.Target;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.Hit;
import io.quiver.message.RecommendVectors;
import io.quiver.message.Row;
import io.quiver.message.SearchOptions;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.Vectors;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recommend and discover against the formulas of their definition, over all rows. */
class ExamplesTest {
  private static final int ROWS = 400;
  private static final int DIMENSION = 12;

  @TempDir private Path data;
  private final float[][] rows = Vectors.gaussian(17, ROWS, DIMENSION);
  private BusFixture node;
  private QuiverClient client;

  @BeforeEach
  void open() throws Exception {
    node = new BusFixture(data);
    client = node.client();
  }

  @AfterEach
  void close() throws Exception {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({"COSINE,1", "EUCLIDEAN,3", "DOT_PRODUCT,1", "MANHATTAN,2"})
  void bothStrategiesAreWhatTheyAreDefinedToBe(Metric metric, int shards) throws Exception {
    CollectionName name = fill(metric, shards);
    SplittableRandom random = new SplittableRandom(shards);
    for (int round = 0; round < 12; round++) {
      List<Integer> all = sample(random, 7);
      List<Integer> positive = all.subList(0, random.nextInt(1, 4));
      List<Integer> negative = all.subList(4, random.nextInt(4, 8));
      SearchOptions options = page(random.nextInt(1, 40), random.nextInt(15));
      List<Hit> average = recommend(name, positive, negative, false, options);
      float[] query = average(positive, negative);
      assertHits(average, all(positive, negative), options, i -> at(metric, i, query));
      List<Hit> best = recommend(name, positive, negative, true, options);
      assertHits(best, all(positive, negative), options, i -> score(metric, i, positive, negative));
    }
  }

  @ParameterizedTest
  @CsvSource({"COSINE,2", "EUCLIDEAN,1", "DOT_PRODUCT,3", "MANHATTAN,1"})
  void discoverMovesTheTargetByTheMeanOfThePairs(Metric metric, int shards) throws Exception {
    CollectionName name = fill(metric, shards);
    SplittableRandom random = new SplittableRandom(shards + 10);
    for (int round = 0; round < 12; round++) {
      List<Integer> named = sample(random, 1 + 2 * random.nextInt(4));
      List<ContextPair> pairs = new ArrayList<>();
      float[] query = rows[named.getFirst()].clone();
      int count = named.size() / 2;
      for (int i = 1; i < named.size(); i += 2) {
        pairs.add(new ContextPair(id(named.get(i)), id(named.get(i + 1))));
        for (int j = 0; j < DIMENSION; j++) {
          query[j] += (rows[named.get(i)][j] - rows[named.get(i + 1)][j]) / count;
        }
      }
      boolean byId = round % 2 == 0;
      Target target =
          byId
              ? new Target.OfId(id(named.getFirst()))
              : new Target.OfVector(DenseVector.of(rows[named.getFirst()]));
      SearchOptions options = page(random.nextInt(1, 40), random.nextInt(15));
      List<Hit> hits =
          await(client.discover(new DiscoverVectors(name, target, pairs, options))).hits();
      List<Integer> without = byId ? named : named.subList(1, named.size());
      assertHits(hits, without, options, i -> at(metric, i, query));
    }
  }

  /** Positive examples may cancel each other out: then they have no mean, but each is near. */
  @Test
  void oppositeExamplesHaveNoAverageUnderCosineButABestScore() throws Exception {
    CollectionName name = name("opposite");
    await(client.create(CollectionConfig.of("opposite", 2, Metric.COSINE)));
    await(
        client.write(
            BusFixture.upsert(
                name,
                BusFixture.row("east", 1, 0),
                BusFixture.row("west", -1, 0),
                BusFixture.row("north", 0, 1),
                BusFixture.row("almost", 1, 0.1f))));
    List<VectorId> ids = List.of(new VectorId("east"), new VectorId("west"));
    QuiverException refused =
        refusal(
            client.recommend(
                new RecommendVectors(
                    name, ids, List.of(), ExampleStrategy.AVERAGE_VECTOR, SearchOptions.DEFAULT)));
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(refused.details()).containsEntry("field", "positive");
    List<Hit> best =
        await(
                client.recommend(
                    new RecommendVectors(
                        name, ids, List.of(), ExampleStrategy.BEST_SCORE, SearchOptions.DEFAULT)))
            .hits();
    assertThat(best).extracting(hit -> hit.id().value()).containsExactly("almost", "north");
  }

  @Test
  void anUnknownExampleIsNamedByItsPlace() throws Exception {
    CollectionName name = fill(Metric.EUCLIDEAN, 2);
    VectorId known = id(1);
    VectorId unknown = new VectorId("nobody");
    QuiverException recommend =
        refusal(
            client.recommend(
                new RecommendVectors(
                    name,
                    List.of(known),
                    List.of(id(2), unknown),
                    ExampleStrategy.AVERAGE_VECTOR,
                    SearchOptions.DEFAULT)));
    assertThat(recommend.code()).isEqualTo(ErrorCode.VECTOR_NOT_FOUND);
    assertThat(recommend.details())
        .containsEntry("field", "negative[1]")
        .containsEntry("got", "nobody");
    QuiverException discover =
        refusal(
            client.discover(
                new DiscoverVectors(
                    name,
                    new Target.OfId(known),
                    List.of(new ContextPair(known, id(3)), new ContextPair(unknown, known)),
                    SearchOptions.DEFAULT)));
    assertThat(discover.details()).containsEntry("field", "context[1].positive");
    assertThat(failure(client.recommend(null))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure(client.discover(null))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  /** Vectors that come back are held in memory as a whole, so there is a bound to them. */
  @Test
  void anAnswerWithVectorsIsBounded() throws Exception {
    await(client.create(CollectionConfig.of("wide", 4_096, Metric.EUCLIDEAN)));
    CollectionName name = name("wide");
    VectorId id = new VectorId("a");
    Row row = new Row(id, DenseVector.of(new float[4_096]), Metadata.ABSENT);
    await(client.write(WriteVectors.upsert(name, List.of(row))));
    int most = (int) (Limits.ANSWER_COMPONENTS_MAX / 4_096);
    for (int limit : new int[] {most, most + 1}) {
      SearchOptions options = new SearchOptions(limit, 0, 0, false, true, true, 0);
      Future<?> answer =
          client.recommend(
              new RecommendVectors(
                  name, List.of(id), List.of(), ExampleStrategy.BEST_SCORE, options));
      if (limit == most) {
        await(answer);
      } else {
        assertThat(refusal(answer).details()).containsEntry("field", "limit");
      }
    }
  }

  private CollectionName fill(Metric metric, int shards) throws Exception {
    CollectionConfig config = CollectionConfig.of("c", DIMENSION, metric).withShards(shards);
    await(client.create(config));
    List<Row> all =
        IntStream.range(0, ROWS)
            .mapToObj(i -> new Row(id(i), DenseVector.of(rows[i]), Metadata.ABSENT))
            .toList();
    await(client.write(WriteVectors.upsert(config.name(), all)));
    return config.name();
  }

  private List<Hit> recommend(
      CollectionName name,
      List<Integer> positive,
      List<Integer> negative,
      boolean best,
      SearchOptions options)
      throws Exception {
    return await(
            client.recommend(
                new RecommendVectors(
                    name,
                    positive.stream().map(ExamplesTest::id).toList(),
                    negative.stream().map(ExamplesTest::id).toList(),
                    best ? ExampleStrategy.BEST_SCORE : ExampleStrategy.AVERAGE_VECTOR,
                    options)))
        .hits();
  }

  /** Rows by the function, without some, from the offset on. */
  private static void assertHits(
      List<Hit> hits, List<Integer> without, SearchOptions options, ToDoubleFunction<Integer> by) {
    List<Integer> expected =
        IntStream.range(0, ROWS)
            .boxed()
            .filter(i -> !without.contains(i))
            .sorted(Comparator.comparingDouble(by))
            .skip(options.offset())
            .limit(options.limit())
            .toList();
    assertThat(hits).hasSameSizeAs(expected);
    Set<Integer> found = new HashSet<>();
    for (int rank = 0; rank < hits.size(); rank++) {
      int row = Integer.parseInt(hits.get(rank).id().value().substring(1));
      assertThat(found.add(row)).isTrue();
      assertThat(without).doesNotContain(row);
      double want = by.applyAsDouble(expected.get(rank));
      double tolerance = 1e-4 * Math.max(1, Math.abs(want));
      assertThat((double) hits.get(rank).distance()).isCloseTo(want, within(tolerance));
      assertThat(by.applyAsDouble(row)).isCloseTo(want, within(tolerance));
    }
  }

  private double score(Metric metric, int row, List<Integer> positive, List<Integer> negative) {
    double p = positive.stream().mapToDouble(i -> at(metric, row, rows[i])).min().orElseThrow();
    double n =
        negative.stream()
            .mapToDouble(i -> at(metric, row, rows[i]))
            .min()
            .orElse(Double.POSITIVE_INFINITY);
    return p + Math.max(0, p - n);
  }

  private double at(Metric metric, int row, float[] query) {
    return Vectors.distance(metric, rows[row], query);
  }

  private float[] average(List<Integer> positive, List<Integer> negative) {
    float[] query = new float[DIMENSION];
    for (int j = 0; j < DIMENSION; j++) {
      int component = j;
      double likes = positive.stream().mapToDouble(i -> rows[i][component]).average().orElseThrow();
      double not = negative.stream().mapToDouble(i -> rows[i][component]).average().orElse(likes);
      query[j] = (float) (2 * likes - not);
    }
    return query;
  }

  private static List<Integer> all(List<Integer> positive, List<Integer> negative) {
    List<Integer> all = new ArrayList<>(positive);
    all.addAll(negative);
    return all;
  }

  private static List<Integer> sample(SplittableRandom random, int count) {
    return random.ints(0, ROWS).distinct().limit(count).boxed().toList();
  }

  private static SearchOptions page(int limit, int offset) {
    return new SearchOptions(limit, offset, 0, false, false, true, 0);
  }

  private static VectorId id(int row) {
    return new VectorId("r" + row);
  }

  private static QuiverException refusal(Future<?> future) {
    ExecutionException thrown = catchThrowableOfType(ExecutionException.class, () -> await(future));
    return (QuiverException) thrown.getCause();
  }
}

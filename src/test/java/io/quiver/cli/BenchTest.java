package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTest {
  @TempDir Path folder;

  /** Rows 1 and 2 are equally near: either of them is right as the second hit. */
  @Test
  void tiesHaveNoOrderAndMissesCount() {
    List<Row> base = List.of(row(0, 1), row(1, 2), row(2, -2), row(3, 9));
    BenchData data =
        new BenchData(
            base, List.of(DenseVector.of(0f)), List.of(new int[] {0, 1, 2}), Metric.EUCLIDEAN);
    assertThat(data.recall(0, List.of("0", "1"), 2)).isEqualTo(1);
    assertThat(data.recall(0, List.of("0", "2"), 2)).isEqualTo(1);
    assertThat(data.recall(0, List.of("0", "3"), 2)).isEqualTo(0.5);
    assertThat(data.recall(0, List.of("0", "0"), 2)).as("one row twice").isEqualTo(0.5);
    assertThat(data.recall(0, List.of("x"), 2)).isZero();
    assertThat(data.recall(0, List.of("3", "0"), 1)).as("beyond k").isZero();
  }

  @ParameterizedTest
  @CsvSource({"COSINE, 1", "EUCLIDEAN, 7.0710678118654755", "DOT_PRODUCT, 0", "MANHATTAN, 8"})
  void distancesFollowTheirDefinitions(Metric metric, double want) {
    BenchData data = new BenchData(List.of(), List.of(), List.of(), metric);
    assertThat(data.distance(DenseVector.of(3, 4), DenseVector.of(4, -3)))
        .isCloseTo(want, within(1e-12));
  }

  @Test
  void percentilesAreOfTheNearestRank() {
    long[] hundred = IntStream.rangeClosed(1, 100).asLongStream().toArray();
    assertThat(BenchSweep.percentile(hundred, 0.50)).isEqualTo(50);
    assertThat(BenchSweep.percentile(hundred, 0.99)).isEqualTo(99);
    assertThat(BenchSweep.percentile(new long[] {7}, 0.5)).isEqualTo(7);
    assertThat(BenchSweep.percentile(new long[0], 0.5)).isZero();
  }

  /** 500 random rows, exact answers by sorting; the keys are the ones scripts rely on. */
  @Test
  void aLocalRunPrintsTheBuildAndEveryEffortAsJson() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    float[][] base = BenchSets.random(random, 500);
    float[][] queries = BenchSets.random(random, 20);
    Files.write(folder.resolve("base.fvecs"), BenchSets.fvecs(base));
    Files.write(folder.resolve("query.fvecs"), BenchSets.fvecs(queries));
    Files.write(folder.resolve("truth.ivecs"), BenchSets.truth(base, queries));
    Typed typed =
        Typed.in(
            folder,
            "bench --metric euclidean --json --threads 2 --seconds 0.05 --ef 10,500 --base"
                .concat(" %s/base.fvecs --queries %s/query.fvecs --truth %s/truth.ivecs")
                .replace("%s", folder.toString())
                .split(" ", -1));
    assertThat(typed.status()).as(typed.err()).isZero();
    List<String> lines = typed.out().lines().toList();
    assertThat(lines).hasSize(3);
    JsonNode build = RestApi.JSON.readTree(lines.get(0));
    assertThat(build.fieldNames())
        .toIterable()
        .containsExactly("build_rows_per_s", "rows", "dimension");
    assertThat(build.path("rows").asInt()).isEqualTo(500);
    JsonNode best = RestApi.JSON.readTree(lines.get(2));
    assertThat(best.fieldNames())
        .toIterable()
        .containsExactly("ef_search", "recall", "qps", "p50_us", "p99_us");
    assertThat(best.path("ef_search").asInt()).isEqualTo(500);
    assertThat(best.path("recall").asDouble()).isGreaterThan(0.99);
    assertThat(best.path("p99_us").asDouble())
        .isGreaterThanOrEqualTo(best.path("p50_us").asDouble());
  }

  private static Row row(int number, float component) {
    return new Row(
        new VectorId(Integer.toString(number)), DenseVector.of(component), Metadata.ABSENT);
  }
}

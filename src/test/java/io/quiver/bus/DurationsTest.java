package io.quiver.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.bus.Figures.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  /** Counted one by one from the labels, which is how Prometheus reads them. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void everyBucketCountsWhatIsNoLongerThanItsBound(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Durations durations = new Durations();
    List<Long> recorded = new ArrayList<>(List.of(0L, 50_000L, 50_001L, 10_000_000_000L));
    for (int i = 0; i < 1_000; i++) {
      recorded.add((long) Math.pow(10, random.nextDouble(3, 11)));
    }
    recorded.forEach(durations::record);
    List<Sample> samples = durations.samples(Map.of("a", "b"));
    List<Sample> buckets =
        samples.stream().filter(each -> each.suffix().equals("_bucket")).toList();
    assertThat(buckets).hasSizeGreaterThan(10);
    for (Sample bucket : buckets) {
      String bound = bucket.labels().get("le");
      double seconds = bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
      long within =
          recorded.stream().filter(nanos -> nanos <= (double) Math.round(seconds * 1e9)).count();
      assertThat(bucket.value()).as("le=%s", bound).isEqualTo((double) within);
      assertThat(bucket.labels()).containsEntry("a", "b");
    }
    assertThat(value(samples, "_count")).isEqualTo((double) recorded.size());
    double sum = recorded.stream().mapToDouble(nanos -> nanos / 1e9).sum();
    assertThat(value(samples, "_sum")).isBetween(sum * 0.999_999, sum * 1.000_001);
  }

  private static double value(List<Sample> samples, String suffix) {
    return samples.stream()
        .filter(each -> each.suffix().equals(suffix))
        .findFirst()
        .orElseThrow()
        .value();
  }
}

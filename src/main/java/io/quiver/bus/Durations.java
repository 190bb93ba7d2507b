package io.quiver.bus;

import io.quiver.bus.Figures.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long something took, counted in buckets whose bounds grow by 2 to 2.5 from 50 µs to 10 s.
 *
 * <p>Thread safety: all methods, from any thread; counting takes no lock. What is read beside
 * counting may lack the latest, but its buckets never count less than the ones below them.
 */
public final class Durations {
  private static final long[] BOUNDS_MICROS = {
    50,
    100,
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    10_000_000
  };

  private final LongAdder[] counts = new LongAdder[BOUNDS_MICROS.length + 1];
  private final LongAdder sumNanos = new LongAdder();

  /** Nothing counted. */
  public Durations() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  public void record(long nanos) {
    int bucket = 0;
    while (bucket < BOUNDS_MICROS.length && nanos > BOUNDS_MICROS[bucket] * 1_000) {
      bucket++;
    }
    counts[bucket].increment();
    sumNanos.add(Math.max(0, nanos));
  }

  /** The parts of a histogram in seconds, each with these labels. */
  public List<Sample> samples(Map<String, String> labels) {
    List<Sample> samples = new ArrayList<>(counts.length + 2);
    long count = 0;
    for (int i = 0; i < counts.length; i++) {
      count += counts[i].sum();
      Map<String, String> bucket = new TreeMap<>(labels);
      bucket.put("le", i == BOUNDS_MICROS.length ? "+Inf" : seconds(BOUNDS_MICROS[i]));
      samples.add(new Sample("_bucket", bucket, count));
    }
    samples.add(new Sample("_sum", labels, sumNanos.sum() / 1e9));
    samples.add(new Sample("_count", labels, count));
    return samples;
  }

  private static String seconds(long micros) {
    return micros % 1_000_000 == 0
        ? micros / 1_000_000 + ".0"
        : String.valueOf(micros / 1e6).replace("E-5", "e-05");
  }
}

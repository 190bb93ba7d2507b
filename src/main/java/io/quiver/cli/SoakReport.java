package io.quiver.cli;

import io.quiver.cli.MeasuredServer.Use;
import io.quiver.cli.SoakTally.Counts;
import io.quiver.cli.SoakTally.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The lines of a soak: one for each round, and what came of all of them. One thread. */
final class SoakReport {
  private static final double MEGA = 1e6;

  private final Consumer<String> out;
  private final List<Sample> samples = new ArrayList<>();
  private final List<Double> recalls = new ArrayList<>();
  private final Map<Kind, Long> done = new EnumMap<>(Kind.class);
  private long errors;

  /** What the server took at some moment. */
  private record Sample(double minute, Use use) {}

  /**
   * What was found at the end of a round.
   *
   * @param minute since the soak began
   * @param seconds of requests
   * @param dataBytes files of the collections
   * @param liveBytes what clients sent of the rows that live
   */
  record Round(
      double minute,
      double seconds,
      Counts counts,
      double recall,
      long rows,
      long dataBytes,
      long liveBytes) {}

  SoakReport(Consumer<String> out) {
    this.out = out;
  }

  void head() {
    out.accept(
        "%6s %9s %9s %9s %6s %7s %7s %7s %9s %7s %7s %6s %8s %8s"
            .formatted(
                "minute",
                "search/s",
                "upsert/s",
                "delete/s",
                "errors",
                "p50 ms",
                "p99 ms",
                "recall",
                "rows",
                "rss MB",
                "anon MB",
                "files",
                "disk MB",
                "live MB"));
  }

  void sample(double minute, Use use) {
    samples.add(new Sample(minute, use));
  }

  void round(Round round, Use use) {
    recalls.add(round.recall());
    errors += round.counts().errors();
    round.counts().done().forEach((kind, count) -> done.merge(kind, count, Long::sum));
    out.accept(
        "%6.1f %9.1f %9.1f %9.1f %6d %7.2f %7.2f %7.4f %9d %7s %7s %6s %8.1f %8.1f"
            .formatted(
                round.minute(),
                round.counts().done().get(Kind.SEARCH) / round.seconds(),
                round.counts().done().get(Kind.UPSERT) / round.seconds(),
                round.counts().done().get(Kind.DELETE) / round.seconds(),
                round.counts().errors(),
                round.counts().p50Millis(),
                round.counts().p99Millis(),
                round.recall(),
                round.rows(),
                megabytes(use.rssBytes()),
                megabytes(use.anonymousBytes()),
                use.files() < 0 ? "-" : Long.toString(use.files()),
                round.dataBytes() / MEGA,
                round.liveBytes() / MEGA));
  }

  private static String megabytes(long bytes) {
    return bytes < 0 ? "-" : Long.toString(Math.round(bytes / MEGA));
  }

  /**
   * What came of it.
   *
   * @param dataBytes files of the collections once they are compacted
   * @param freshBytes files of collections into which the same rows were just loaded
   * @param logBytes the log; negative = unknown
   */
  void end(Soak.Plan plan, long dataBytes, long freshBytes, long logBytes) {
    out.accept(
        "%.1f minutes: %d searches, %d upserts, %d deletes, %d errors, every answer right, seed %d"
            .formatted(
                plan.minutes(),
                done.getOrDefault(Kind.SEARCH, 0L),
                done.getOrDefault(Kind.UPSERT, 0L),
                done.getOrDefault(Kind.DELETE, 0L),
                errors,
                plan.seed()));
    List<Sample> late =
        samples.stream()
            .filter(sample -> sample.minute() >= plan.minutes() / 3 && sample.use().files() >= 0)
            .toList();
    if (late.size() > 1) {
      out.accept(
          "memory %+.2f MB/min over the last two thirds (outside files), file handles %d to %d"
              .formatted(
                  slope(late) / MEGA,
                  late.stream().mapToLong(sample -> sample.use().files()).min().orElseThrow(),
                  late.stream().mapToLong(sample -> sample.use().files()).max().orElseThrow()));
    }
    out.accept(
        "disk %.1f MB once compacted, %.1f MB for the same rows freshly loaded: %.2f x%s"
            .formatted(
                dataBytes / MEGA,
                freshBytes / MEGA,
                dataBytes / (double) freshBytes,
                logBytes < 0 ? "" : "; log %.1f MB".formatted(logBytes / MEGA)));
    double first = recalls.getFirst();
    double worst = recalls.stream().mapToDouble(recall -> recall).min().orElseThrow();
    out.accept(
        "recall@10 %.4f at first, %.4f at last, at worst %.2f points below the first"
            .formatted(first, recalls.getLast(), 100 * (first - worst)));
  }

  /** Bytes a minute, by least squares. */
  private static double slope(List<Sample> samples) {
    double minute = samples.stream().mapToDouble(Sample::minute).average().orElseThrow();
    double bytes =
        samples.stream().mapToLong(each -> each.use().anonymousBytes()).average().orElseThrow();
    double product = 0;
    double square = 0;
    for (Sample each : samples) {
      product += (each.minute() - minute) * (each.use().anonymousBytes() - bytes);
      square += (each.minute() - minute) * (each.minute() - minute);
    }
    return product / square;
  }
}

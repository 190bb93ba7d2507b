package io.quiver.ops;

import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.quiver.bus.Figures;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Lines in the Prometheus text format, version 0.0.4. */
final class TextPage {
  private final StringBuilder text = new StringBuilder(4_096);

  void counter(String name, long value) {
    type(name, "counter");
    text.append(name).append(' ').append(value).append('\n');
  }

  void gauge(String name, long value) {
    type(name, "gauge");
    text.append(name).append(' ').append(value).append('\n');
  }

  /** A gauge with one label. */
  void labelled(String name, String label, Map<String, Long> valueByLabel) {
    type(name, "gauge");
    valueByLabel.forEach((labelValue, value) -> sample(name, Map.of(label, labelValue), value));
  }

  /** All series of a name; nothing if there are none. */
  void family(Figures.Family family) {
    if (family.samples().isEmpty()) {
      return;
    }
    text.append("# HELP ").append(family.name()).append(' ').append(family.help()).append('\n');
    type(family.name(), family.kind().name().toLowerCase(Locale.ROOT));
    for (Figures.Sample each : family.samples()) {
      sample(family.name() + each.suffix(), each.labels(), each.value());
    }
  }

  private void sample(String name, Map<String, String> labels, double value) {
    text.append(name);
    if (!labels.isEmpty()) {
      text.append('{');
      labels.forEach((label, labelValue) ->
          text.append(label).append("=\"").append(quoted(labelValue)).append("\","));
      text.setCharAt(text.length() - 1, '}');
    }
    text.append(' ').append(number(value)).append('\n');
  }

  private static String quoted(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /**
   * Quantiles, sum and count.
   *
   * @param unit of the written values; {@code NANOSECONDS} writes the recorded numbers as they are
   */
  void summary(String name, HistogramSnapshot values, TimeUnit unit) {
    type(name, "summary");
    for (ValueAtPercentile value : values.percentileValues()) {
      text.append(name).append("{quantile=\"").append(number(value.percentile())).append("\"} ");
      text.append(number(value.value(unit))).append('\n');
    }
    text.append(name).append("_sum ").append(number(values.total(unit))).append('\n');
    text.append(name).append("_count ").append(values.count()).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private void type(String name, String type) {
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static String number(double value) {
    long whole = (long) value;
    return whole == value ? Long.toString(whole) : Double.toString(value);
  }
}

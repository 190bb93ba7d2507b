package io.quiver.ops;

import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
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
    valueByLabel.forEach((labelValue, value) -> {
      String quoted = labelValue.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      text.append(name).append('{').append(label).append("=\"").append(quoted).append("\"} ");
      text.append(value).append('\n');
    });
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

package io.quiver.loadtest;

import java.time.Duration;

/**
 * What a simulation is told by {@code -D} properties of these names.
 *
 * @param url of the server's REST API
 * @param collection that is made, used and deleted
 * @param dimension components of a vector
 * @param rows that are there before the first request
 * @param metric Cosine, Euclidean, DotProduct or Manhattan
 * @param limit hits of a search
 * @param rate requests that arrive in a second, whether those before were answered or not
 * @param ramp how long the rate takes to get there
 * @param steady how long it stays there
 * @param p99Millis response time that 99 % of the requests must keep
 * @param seed of all vectors
 */
record Settings(
    String url,
    String collection,
    int dimension,
    int rows,
    String metric,
    int limit,
    double rate,
    Duration ramp,
    Duration steady,
    int p99Millis,
    long seed) {

  Settings {
    require(dimension >= 1, "dimension", "at least 1", dimension);
    require(limit >= 1, "limit", "at least 1", limit);
    require(rows >= limit, "rows", "at least limit=" + limit, rows);
    require(rate > 0, "rate", "more than 0", rate);
    require(steady.toSeconds() >= 1, "seconds", "at least 1", steady.toSeconds());
    require(ramp.toSeconds() >= 1, "rampSeconds", "at least 1", ramp.toSeconds());
  }

  /**
   * Reads the properties.
   *
   * @param rate unless {@code -Drate} is given
   * @param steady unless {@code -Dseconds} is given
   */
  static Settings read(double rate, Duration steady) {
    return new Settings(
        System.getProperty("url", "http://127.0.0.1:8080"),
        System.getProperty("collection", "gatling"),
        Integer.getInteger("dimension", 128),
        Integer.getInteger("rows", 10_000),
        System.getProperty("metric", "Cosine"),
        Integer.getInteger("limit", 10),
        Double.parseDouble(System.getProperty("rate", Double.toString(rate))),
        Duration.ofSeconds(Integer.getInteger("rampSeconds", 5)),
        Duration.ofSeconds(Long.getLong("seconds", steady.toSeconds())),
        Integer.getInteger("p99Millis", 250),
        Long.getLong("seed", 1));
  }

  private static void require(boolean holds, String name, String expected, Object got) {
    if (!holds) {
      throw new IllegalArgumentException("-D" + name + ": expected " + expected + ", got " + got);
    }
  }
}

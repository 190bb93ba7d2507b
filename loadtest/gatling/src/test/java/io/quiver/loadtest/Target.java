package io.quiver.loadtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The collection that a simulation works on: made and filled before, deleted afterwards. */
final class Target {
  /** The row by which simulations know what they may delete. */
  private static final String OWNER_ID = "made-by-gatling";

  private static final int BATCH = 1_000;
  private static final int INDEX_POLLS_MAX = 6_000;
  private static final long INDEX_POLL_MILLIS = 100;
  private static final Pattern UNINDEXED = Pattern.compile("\"unindexed_rows\":(\\d+)");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Settings settings;

  Target(Settings settings) {
    this.settings = settings;
  }

  /** Makes it anew, writes the rows, and waits until the graph has them all. */
  void make(List<String> rows) {
    drop();
    String config =
        String.format(
            Locale.ROOT,
            "{\"name\":\"%s\",\"dimension\":%d,\"distance_metric\":\"%s\"}",
            settings.collection(),
            settings.dimension(),
            settings.metric());
    ok("POST", "/collections", config);
    upsert(OWNER_ID, rows.subList(0, 1));
    for (int from = 1; from < rows.size(); from += BATCH) {
      upsert("row-" + from, rows.subList(from, Math.min(from + BATCH, rows.size())));
    }
    awaitIndex();
  }

  /**
   * Deletes it if it is there.
   *
   * @throws IllegalStateException if it was not made by a simulation
   */
  void drop() {
    String path = "/collections/" + settings.collection();
    if (send("GET", path, "").statusCode() == 404) {
      return;
    }
    if (send("GET", path + "/vectors/" + OWNER_ID, "").statusCode() == 404) {
      throw new IllegalStateException(
          "collection "
              + settings.collection()
              + " is there and was not made by a simulation; name another with -Dcollection");
    }
    ok("DELETE", path, "");
  }

  /** The body of an upsert of one row. */
  static String row(String id, String vector) {
    return "{\"id\":\"" + id + "\",\"data\":" + vector + "}";
  }

  private void upsert(String firstId, List<String> vectors) {
    StringJoiner rows = new StringJoiner(",", "{\"vectors\":[", "]}");
    for (int i = 0; i < vectors.size(); i++) {
      rows.add(row(i == 0 ? firstId : firstId + "+" + i, vectors.get(i)));
    }
    ok("POST", "/collections/" + settings.collection() + "/vectors/upsert", rows.toString());
  }

  private void awaitIndex() {
    String path = "/collections/" + settings.collection() + "/stats?detail=true";
    for (int i = 0; i < INDEX_POLLS_MAX; i++) {
      Matcher unindexed = UNINDEXED.matcher(ok("GET", path, ""));
      if (unindexed.find() && unindexed.group(1).equals("0")) {
        return;
      }
      pause();
    }
    throw new IllegalStateException("the graph does not get ready");
  }

  private static void pause() {
    try {
      Thread.sleep(INDEX_POLL_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String ok(String method, String path, String body) {
    HttpResponse<String> reply = send(method, path, body);
    if (reply.statusCode() != 200) {
      throw new IllegalStateException(
          method + " " + path + ": " + reply.statusCode() + " " + reply.body());
    }
    return reply.body();
  }

  private HttpResponse<String> send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(settings.url() + path))
            .timeout(Duration.ofMinutes(1))
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException("no answer from " + settings.url(), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

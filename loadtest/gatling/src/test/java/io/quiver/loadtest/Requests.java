package io.quiver.loadtest;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.doIfOrElse;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpDsl;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * What virtual users do, each with checks of its answer.
 *
 * <p>Thread safety: any thread. Ids that were written wait in a queue; who takes one is alone with
 * it until it puts it back.
 */
final class Requests {
  private final String path;
  private final int limit;
  private final DataSet data;
  private final Queue<String> written = new ConcurrentLinkedQueue<>();
  private final AtomicLong writes = new AtomicLong();

  Requests(Settings settings, DataSet data) {
    this.path = "/collections/" + settings.collection();
    this.limit = settings.limit();
    this.data = data;
  }

  /** One pool of kept connections for all virtual users, as an application has. */
  static HttpProtocolBuilder protocol(Settings settings) {
    return HttpDsl.http
        .baseUrl(settings.url())
        .contentTypeHeader("application/json")
        .acceptHeader("application/json")
        .shareConnections();
  }

  /** Finds the nearest of the next query: as many hits as asked for, the nearest first. */
  ChainBuilder search() {
    return feed(endless(data.queries(), "query"))
        .exec(
            http("search")
                .post(path + "/search")
                .body(StringBody("{\"vector\":#{query},\"limit\":" + limit + "}"))
                .check(status().is(200))
                .check(jsonPath("$.data[*].id").count().is(limit))
                .check(
                    jsonPath("$.data[*].distance")
                        .ofDouble()
                        .findAll()
                        .transform(Requests::isSorted)
                        .is(true)));
  }

  /** Writes a row under an id that was never used. */
  ChainBuilder upsert() {
    return feed(endless(data.rows(), "row"))
        .exec(session -> session.set("id", "written-" + writes.incrementAndGet()))
        .exec(
            http("upsert")
                .post(path + "/vectors/upsert")
                .body(StringBody("{\"vectors\":[" + Target.row("#{id}", "#{row}") + "]}"))
                .check(status().is(200))
                .check(jsonPath("$.data.upserted_count").ofInt().is(1)))
        .exec(this::putBack);
  }

  /** Deletes a row that was written; writes one if there is none. */
  ChainBuilder delete() {
    return withWritten(
        exec(
            http("delete")
                .delete(path + "/vectors/#{id}")
                .check(status().is(200))
                .check(jsonPath("$.data").ofBoolean().is(true))));
  }

  /** Reads a row that was written; writes one if there is none. */
  ChainBuilder read() {
    return withWritten(
        exec(http("read")
                .get(path + "/vectors/#{id}")
                .check(status().is(200))
                .check(jsonPath("$.data.id").isEL("#{id}")))
            .exec(this::putBack));
  }

  private ChainBuilder withWritten(ChainBuilder chain) {
    return exec(this::take)
        .exec(doIfOrElse(session -> session.contains("id")).then(chain).orElse(upsert()));
  }

  private Session take(Session session) {
    return Optional.ofNullable(written.poll()).map(id -> session.set("id", id)).orElse(session);
  }

  private Session putBack(Session session) {
    if (!session.isFailed()) {
      written.add(session.getString("id"));
    }
    return session;
  }

  private static boolean isSorted(List<Double> distances) {
    return distances.stream().sorted().toList().equals(distances);
  }

  private static Iterator<Map<String, Object>> endless(List<String> values, String name) {
    AtomicLong next = new AtomicLong();
    return Stream.generate(() ->
            Map.<String, Object>of(
                name, values.get((int) (next.getAndIncrement() % values.size()))))
        .iterator();
  }
}

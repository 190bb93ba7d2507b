package io.quiver.front.rest;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.HealthReport;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Figures, health and the contract. */
final class NodeEndpoints {
  private NodeEndpoints() {}

  static Prepared stats(Call call) {
    return client ->
        client
            .describeNode()
            .map(node ->
                Answer.data(json -> {
                  json.beginObject().name("total_vectors").value(node.vectors());
                  json.name("total_collections").value(node.collections());
                  json.name("memory_usage").value(node.memoryBytes());
                  json.name("disk_usage").value(node.diskBytes());
                  json.name("uptime_seconds").value(node.uptimeMillis() / 1_000);
                  json.endObject();
                }));
  }

  static Prepared health(Call call) {
    return client ->
        client
            .health(false)
            .map(report -> {
              if (report.status() == Status.UNHEALTHY) {
                throw new QuiverException(ErrorCode.UNAVAILABLE, worst(report));
              }
              return Answer.data(json -> json.value("OK"));
            });
  }

  /** The process answers: nothing else is asked. */
  static Prepared live(Call call) {
    return client ->
        Future.succeededFuture(
            Answer.bare(
                200,
                json -> {
                  json.beginObject().name("alive").value(true);
                  json.name("timestamp").value(now()).endObject();
                }));
  }

  static Prepared ready(Call call) {
    return client -> client.health(false).map(NodeEndpoints::readiness);
  }

  static Prepared check(Call call) {
    return client ->
        client
            .health(true)
            .compose(report ->
                client
                    .describeNode()
                    .map(node -> checked(report, node.version(), node.uptimeMillis())));
  }

  static Prepared openapi(Call call) {
    String text = contract();
    return client ->
        Future.succeededFuture(
            new Answer(200, text.length(), Map.of(), "application/yaml", json -> json.raw(text)));
  }

  private static Answer readiness(HealthReport report) {
    return Answer.bare(
        report.ready() ? 200 : 503,
        json -> {
          json.beginObject().name("ready").value(report.ready());
          json.name("timestamp").value(now()).name("checks").beginArray();
          for (Component component : report.components()) {
            writeComponent(json, component);
          }
          json.endArray().endObject();
        });
  }

  private static Answer checked(HealthReport report, String version, long uptimeMillis) {
    return Answer.bare(
        report.status() == Status.UNHEALTHY ? 503 : 200,
        json -> {
          json.beginObject().name("status").value(word(report.status()));
          json.name("timestamp").value(now());
          json.name("version").value(version);
          json.name("uptime_seconds").value(uptimeMillis / 1_000);
          json.name("components").beginArray();
          report.components().forEach(component -> writeComponent(json, component));
          json.endArray().endObject();
        });
  }

  private static void writeComponent(JsonWriter json, Component component) {
    json.beginObject().name("name").value(component.name());
    json.name("status").value(word(component.status()));
    json.name("message").value(component.message());
    json.name("took_micros").value(component.tookMicros());
    json.name("timestamp").value(now()).endObject();
  }

  private static String worst(HealthReport report) {
    return report.components().stream()
        .filter(component -> component.status() == report.status())
        .map(component -> component.name() + ": " + component.message())
        .findFirst()
        .orElse("the node is not ready");
  }

  private static String word(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static long now() {
    return System.currentTimeMillis() / 1_000;
  }

  private static String contract() {
    try (InputStream in = NodeEndpoints.class.getResourceAsStream("/openapi.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

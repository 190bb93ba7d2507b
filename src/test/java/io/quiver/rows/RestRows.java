package io.quiver.rows;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.front.rest.RestServer;
import io.quiver.front.rest.RestServer.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** The rows over REST. */
final class RestRows implements Driver {
  private final RestServer rest;
  private final String name;
  private final String base;
  private String snapshot = "";
  private String backup = "";

  RestRows(int port, String name) {
    this.rest = RestServer.at(port);
    this.name = name;
    this.base = "/collections/" + name;
  }

  @Override
  public void close() {}

  @Override
  public String answer(String row) {
    return switch (row) {
      case "create" ->
          post(
                  "/collections",
                  "{\"name\":\"%s\",\"dimension\":2,\"distance_metric\":\"Euclidean\"}"
                      .formatted(name))
              .get("name")
              .asText();
      case "list" -> texts(get("/collections")).contains(name) ? "there" : "missing";
      case "describe" -> {
        JsonNode config = get(base).get(0);
        yield config.get("name").asText()
            + " "
            + config.get("dimension")
            + " "
            + config.get("distance_metric").asText()
            + " "
            + get(base).get(1).get("vector_count");
      }
      case "stats" -> get(base + "/stats").get("vector_count").asText();
      case "insert" -> post(base + "/vectors", row("a", 1, "{\"k\":\"x\"}")).asText();
      case "insert batch" ->
          texts(
              post(
                  base + "/vectors/batch",
                  "{\"vectors\":[%s,%s,%s]}"
                      .formatted(
                          row("b", 2, "{\"k\":\"x\"}"),
                          row("c", 3, "{\"k\":\"y\"}"),
                          row("d", 4, "null"))));
      case "upsert" ->
          post(base + "/vectors/upsert", "{\"vectors\":[" + row("e", 5, "{\"k\":\"z\"}") + "]}")
              .get("upserted_count")
              .asText();
      case "upsert points" ->
          post(
                  base + "/points/upsert",
                  "{\"points\":[{\"id\":\"f\",\"vector\":[6,0],\"payload\":{\"k\":\"z\"}}]}")
              .get("upserted_count")
              .asText();
      case "get" -> shown(get(base + "/vectors/a"), "data", "metadata");
      case "get points" ->
          each(
              post(base + "/points/get", "{\"ids\":[\"a\",\"nobody\",\"b\"]}"),
              one -> shown(one, "vector", "payload"));
      case "read" ->
          each(
              post(
                      base + "/vectors/get",
                      "{\"ids\":[\"a\",\"nobody\",\"b\"],\"with_vectors\":true}")
                  .get("vectors"),
              one -> shown(one, "data", "metadata"));
      case "contains" ->
          texts(post(base + "/vectors/contains", "{\"ids\":[\"a\",\"nobody\"]}").get("contains"));
      case "ids" ->
          sorted(
              rest.get(base + "/ids")
                  .body()
                  .lines()
                  .map(line -> line.replace("\"", ""))
                  .collect(joining(", ")));
      case "write if" ->
          post(
                  base + "/vectors/upsert",
                  "{\"vectors\":[{\"id\":\"g\",\"data\":[7,0],\"if_absent\":true}]}")
              .get("upserted_count")
              .asText();
      case "delete if" -> {
        JsonNode read = post(base + "/vectors/get", "{\"ids\":[\"g\"]}").get("vectors").get(0);
        yield deleted(
            "/vectors/batch-delete",
            "{\"ids\":[\"g\"],\"if_versions\":[" + read.get("version") + "]}");
      }
      case "search range" ->
          hits(post(base + "/search/range", "{\"vector\":[0,0],\"max_distance\":2.5}").get("hits"));
      case "clear" -> send("POST", base + "/clear", null).get("deleted_count").asText();
      case "update" ->
          send("PUT", base + "/vectors/d", "{\"data\":[4,0],\"metadata\":{\"k\":\"y\"}}")
              .get("id")
              .asText();
      case "search" -> hits(post(base + "/search", "{\"vector\":[0,0],\"limit\":2}"));
      case "search reranked" ->
          each(
              post(base + "/search", "{\"vector\":[0,0],\"limit\":2,\"mmr\":{\"diversity\":1}}"),
              one -> one.get("id").asText() + " " + one.get("score"));
      case "search explained" -> {
        JsonNode found =
            post(base + "/search", "{\"vector\":[0,0],\"explain\":true,\"filter\":{\"k\":\"x\"}}");
        JsonNode plan = found.get("shards").get(0);
        yield Rows.explained(
            hits(found.get("hits")),
            plan.get("way").asText(),
            plan.get("matches").asInt(),
            plan.get("live").asInt());
      }
      case "search batch" -> batch("/search/batch");
      case "search points batch" -> batch("/points/search/batch");
      case "search text" ->
          each(
              post(base + "/search/text", "{\"query\":\"y\",\"fields\":[\"k\"]}"),
              one -> one.get("id").asText());
      case "search hybrid" ->
          each(
              post(
                  base + "/search/hybrid",
                  "{\"vector\":[0,0],\"query\":\"z\",\"fields\":[\"k\"],\"limit\":1}"),
              one -> one.get("id").asText());
      case "search groups" -> groups("/search/groups");
      case "search point groups" -> groups("/points/search/groups");
      case "recommend" ->
          hits(post(base + "/points/recommend", "{\"positive\":[\"a\"],\"limit\":2}"));
      case "discover" -> hits(post(base + "/points/discover", "{\"target\":[0,0],\"limit\":1}"));
      case "scroll", "scroll in order" -> {
        String order = row.equals("scroll") ? "" : ",\"order_by\":\"k\"";
        JsonNode page = post(base + "/points/scroll", "{\"filter\":{\"k\":\"x\"}" + order + "}");
        yield sorted(each(page.get("points"), one -> one.get("id").asText()));
      }
      case "count" ->
          post(base + "/points/count", "{\"filter\":{\"k\":\"x\"}}").get("count").asText();
      case "facets" -> facets("/facets");
      case "facet points" -> facets("/points/facet");
      case "change metadata" ->
          updated("/vectors/metadata", "{\"ids\":[\"a\"],\"merge\":{\"m\":\"1\"}}", "a");
      case "set payload" ->
          updated("/points/payload/set", "{\"points\":[\"b\"],\"payload\":{\"m\":\"1\"}}", "b");
      case "delete" -> send("DELETE", base + "/vectors/f", null).asText();
      case "delete batch" -> deleted("/vectors/batch-delete", "{\"ids\":[\"e\",\"nobody\"]}");
      case "delete points" -> deleted("/points/delete", "{\"ids\":[\"d\"]}");
      case "delete by filter" -> deleted("/vectors/delete-by-filter", "{\"filter\":{\"k\":\"y\"}}");
      case "recall" -> get(base + "/recall?samples=2&limit=1").get("recall").asText();
      case "describe index" -> get(base + "/index").get("work").asText();
      case "rebuild index" -> done(post(base + "/index/rebuild", "{}"));
      case "compact" -> done(send("POST", base + "/compact", null));
      case "change aliases" ->
          post(
                      "/collections/aliases",
                      "{\"actions\":[{\"create_alias\":{\"alias_name\":\"a-%s\",\"collection_name\":\"%s\"}}]}"
                          .formatted(name, name))
                  .toString()
                  .contains("a-" + name)
              ? "there"
              : "missing";
      case "list aliases" ->
          get("/collections/aliases").toString().contains("a-" + name) ? "there" : "missing";
      case "delete alias" ->
          send("DELETE", "/collections/aliases/a-" + name, null).toString().contains("a-" + name)
              ? "there"
              : "missing";
      default -> kept(row);
    };
  }

  /** What is kept of a collection and brought back; and the node. */
  private String kept(String row) {
    String one = base + "/snapshots/" + snapshot;
    return switch (row) {
      case "take snapshot" -> {
        snapshot = send("POST", base + "/snapshots", null).get("snapshot_name").asText();
        yield snapshot.isEmpty() ? "unnamed" : "taken";
      }
      case "list snapshots" ->
          get(base + "/snapshots").get(0).get("name").asText().equals(snapshot)
              ? "there"
              : "missing";
      case "describe snapshot" -> get(one).get("vector_count").asText();
      case "download snapshot" ->
          rest.get(one + "/download").body().substring(0, Rows.MAGIC.length());
      case "upload snapshot" -> {
        Reply reply =
            rest.call(
                "PUT",
                base + "/snapshots/u/upload",
                Map.of("Content-Type", "application/octet-stream"),
                Rows.MAGIC.getBytes(StandardCharsets.UTF_8));
        yield ok(reply).get("received_bytes").asText();
      }
      case "describe upload" -> get(base + "/snapshots/u/upload").get("received_bytes").asText();
      case "cancel upload" ->
          send("DELETE", base + "/snapshots/u/upload", null).asText().contains("cancelled")
              ? "cancelled"
              : "not";
      case "restore snapshot" -> send("POST", one + "/restore", null).get("name").asText();
      case "delete snapshot" ->
          send("DELETE", one, null).asText().contains("deleted successfully") ? "deleted" : "not";
      case "back up" -> {
        backup = send("POST", base + "/backup", null).get("backup_path").asText();
        yield backup.startsWith(".backups/") ? "kept" : backup;
      }
      case "drop" -> send("DELETE", base, null).get("name").asText();
      case "list deleted" ->
          each(get("/collections/deleted"), each -> each.get("name").asText()).contains(name)
              ? "there"
              : "missing";
      case "restore" ->
          post("/collections/restore", "{\"backup_path\":\"" + backup + "\"}").get("name").asText();
      case "hard delete" -> send("DELETE", base + "/hard-delete", null).get("name").asText();
      case "clean up" ->
          texts(post("/collections/cleanup", "{\"retention_hours\":0}")).contains(name)
              ? "cleaned"
              : "not";
      case "import" ->
          post(
                  "/collections/import",
                  "{\"orphaned_path\":\"lost-%s\",\"collection_name\":\"i-%s\",\"dimension\":2,\"distance_metric\":\"Euclidean\",\"vector_type\":\"Float32\"}"
                      .formatted(name, name))
              .get("name")
              .asText();
      case "node stats" -> get("/stats").get("total_collections").asInt() > 0 ? "some" : "none";
      case "health" -> get("/health").asText();
      case "live" -> rest.get("/health/live").json().get("alive").asText();
      case "ready" -> rest.get("/ready").json().get("ready").asText();
      case "health ready" -> rest.get("/health/ready").json().get("ready").asText();
      case "health check" -> status("/health/check");
      case "health deep" -> status("/health/deep");
      case "contract" -> rest.get("/openapi.yaml").body().substring(0, 7);
      default -> throw new IllegalArgumentException(row);
    };
  }

  private String status(String path) {
    return Rows.serves(rest.get(path).json().get("status").asText());
  }

  private static String row(String id, int x, String metadata) {
    return "{\"id\":\"%s\",\"data\":[%d,0],\"metadata\":%s}".formatted(id, x, metadata);
  }

  private String batch(String path) {
    String searches =
        "{\"searches\":[{\"vector\":[0,0],\"limit\":1},{\"vector\":[6,0],\"limit\":1}]}";
    return each(post(base + path, searches), RestRows::hits);
  }

  private String groups(String path) {
    String body = "{\"vector\":[0,0],\"group_by\":\"k\",\"group_size\":1,\"limit\":9}";
    return each(
        post(base + path, body).get("groups"),
        group -> group.get("id").asText() + ":" + hits(group.get("hits")));
  }

  private String facets(String path) {
    return each(
        post(base + path, "{\"key\":\"k\"}").get("hits"),
        hit -> hit.get("value").asText() + " " + hit.get("count"));
  }

  private String updated(String path, String body, String id) {
    return post(base + path, body).get("updated_count")
        + " "
        + get(base + "/vectors/" + id).get("metadata");
  }

  private String deleted(String path, String body) {
    return post(base + path, body).get("deleted_count").asText();
  }

  /** What it came to once it is over. */
  private String done(JsonNode work) {
    String kind = work.get("work").asText();
    JsonNode now = work;
    while (Rows.UNDER_WAY.contains(now.get("phase").asText())) {
      now = get(base + "/index");
    }
    return kind + " " + now.get("phase").asText();
  }

  private static String shown(JsonNode row, String vector, String metadata) {
    return row.get("id").asText() + " " + row.get(vector) + " " + row.get(metadata);
  }

  private static String hits(JsonNode hits) {
    return each(hits, hit -> hit.get("id").asText() + " " + hit.get("distance"));
  }

  private static String each(JsonNode nodes, Function<JsonNode, String> text) {
    return StreamSupport.stream(nodes.spliterator(), false).map(text).collect(joining(", "));
  }

  private static String texts(JsonNode nodes) {
    return each(nodes, JsonNode::asText);
  }

  private static String sorted(String ids) {
    return Arrays.stream(ids.split(", ", -1)).sorted().collect(joining(", "));
  }

  private JsonNode get(String path) {
    return ok(rest.get(path));
  }

  private JsonNode post(String path, String body) {
    return ok(rest.post(path, body));
  }

  private JsonNode send(String method, String path, String body) {
    Map<String, String> headers =
        body == null ? Map.of() : Map.of("Content-Type", "application/json");
    byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
    return ok(rest.call(method, path, headers, bytes));
  }

  private static JsonNode ok(Reply reply) {
    if (reply.status() >= 300) {
      throw new AssertionError(reply.body());
    }
    return reply.data();
  }
}

package io.quiver.nonsense;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.front.rest.RestServer;
import io.quiver.front.rest.RestServer.Reply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** Sends requests as bytes and reads whole responses, each on a connection of its own. */
final class RestSurface implements Surface {
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  /** What every refusal has, in this order. */
  private static final String[] ENVELOPE = {
    "success", "data", "error", "code", "message", "details"
  };

  /** The statuses of issue 4 and the README, written down a second time. */
  private static final Map<String, Integer> STATUS =
      Map.ofEntries(
          Map.entry("INVALID_ARGUMENT", 400),
          Map.entry("DIMENSION_MISMATCH", 400),
          Map.entry("MALFORMED_JSON", 400),
          Map.entry("PERMISSION_DENIED", 403),
          Map.entry("ROUTE_NOT_FOUND", 404),
          Map.entry("COLLECTION_NOT_FOUND", 404),
          Map.entry("VECTOR_NOT_FOUND", 404),
          Map.entry("METHOD_NOT_ALLOWED", 405),
          Map.entry("VERSION_CONFLICT", 409),
          Map.entry("PAYLOAD_TOO_LARGE", 413),
          Map.entry("UNSUPPORTED_MEDIA_TYPE", 415));

  private final RestServer server;

  RestSurface(RestServer server) {
    this.server = server;
  }

  @Override
  public char letter() {
    return 'r';
  }

  @Override
  public Set<String> fields(Case wrong) {
    return Set.of(wrong.field());
  }

  @Override
  public Callable<Refusal> translate(Case wrong) {
    String collection = "/collections/" + wrong.collection();
    String one = collection + "/vectors/" + wrong.id();
    return switch (wrong.operation()) {
      case "create" -> post("/collections", wrong);
      case "import" -> post("/collections/import", wrong);
      case "describe" -> bare("GET " + collection, wrong);
      case "stats" -> bare("GET " + collection + "/stats", wrong);
      case "drop" -> bare("DELETE " + collection, wrong);
      case "hard-delete" -> bare("DELETE " + collection + "/hard-delete", wrong);
      case "backup" -> bare("POST " + collection + "/backup", wrong);
      case "snapshot" -> bare("POST " + collection + "/snapshots", wrong);
      case "snapshots" -> bare("GET " + collection + "/snapshots", wrong);
      case "snapshot-get" -> bare("GET " + collection + "/snapshots/" + wrong.id(), wrong);
      case "snapshot-delete" -> bare("DELETE " + collection + "/snapshots/" + wrong.id(), wrong);
      case "snapshot-restore" ->
          bare("POST " + collection + "/snapshots/" + wrong.id() + "/restore", wrong);
      case "download" -> bare("GET " + snapshot(wrong) + "/download", wrong);
      case "upload" ->
          () -> send("PUT", snapshot(wrong) + "/upload?offset=1", Map.of(), bytes("x"));
      case "upload-state" -> bare("GET " + snapshot(wrong) + "/upload", wrong);
      case "upload-cancel" -> bare("DELETE " + snapshot(wrong) + "/upload", wrong);
      case "restore" -> post("/collections/restore", wrong);
      case "cleanup" -> post("/collections/cleanup", wrong);
      case "insert" -> post(collection + "/vectors", wrong);
      case "batch" -> post(collection + "/vectors/batch", wrong);
      case "upsert" -> post(collection + "/vectors/upsert", wrong);
      case "write-if" -> post(collection + "/vectors/upsert", wrong);
      case "insert-if" -> post(collection + "/vectors/batch", wrong);
      case "delete-if" -> post(collection + "/vectors/batch-delete", wrong);
      case "get-vectors" -> post(collection + "/vectors/get", wrong);
      case "contains" -> post(collection + "/vectors/contains", wrong);
      case "range" -> post(collection + "/search/range", wrong);
      case "clear" -> bare("POST " + collection + "/clear", wrong);
      case "ids" -> bare("GET " + collection + "/ids", wrong);
      case "delete-filter" -> post(collection + "/vectors/delete-by-filter", wrong);
      case "metadata" -> post(collection + "/vectors/metadata", wrong);
      case "delete-batch" -> post(collection + "/vectors/batch-delete", wrong);
      case "update" -> () -> send("PUT", one + wrong.query(), JSON, bytes(wrong.request()));
      case "get" -> bare("GET " + one, wrong);
      case "delete" -> bare("DELETE " + one, wrong);
      case "search" -> post(collection + "/search", wrong);
      case "search-batch" -> post(collection + "/search/batch", wrong);
      case "search-text" -> post(collection + "/search/text", wrong);
      case "search-hybrid" -> post(collection + "/search/hybrid", wrong);
      case "recommend" -> post(collection + "/points/recommend", wrong);
      case "discover" -> post(collection + "/points/discover", wrong);
      case "scroll" -> post(collection + "/points/scroll", wrong);
      case "count" -> post(collection + "/points/count", wrong);
      case "search-groups" -> post(collection + "/search/groups", wrong);
      case "rerank", "explain" -> post(collection + "/search", wrong);
      case "order" -> post(collection + "/points/scroll", wrong);
      case "payload-set" -> post(collection + "/points/payload/set", wrong);
      case "facets" -> post(collection + "/facets", wrong);
      case "points-facet" -> post(collection + "/points/facet", wrong);
      case "get-points" -> post(collection + "/points/get", wrong);
      case "rebuild" -> post(collection + "/index/rebuild", wrong);
      case "compact" -> bare("POST " + collection + "/compact", wrong);
      case "describe-index" -> bare("GET " + collection + "/index", wrong);
      case "aliases" -> post("/collections/aliases", wrong);
      case "delete-alias" -> bare("DELETE /collections/aliases/" + wrong.collection(), wrong);
      case "points-batch", "points-search" -> post(collection + "/points/search/batch", wrong);
      case "HTTP" -> http(wrong);
      default -> throw new CannotSay(wrong.operation());
    };
  }

  private static String snapshot(Case wrong) {
    return "/collections/" + wrong.collection() + "/snapshots/" + wrong.id();
  }

  private Callable<Refusal> post(String path, Case wrong) {
    return () -> send("POST", path + wrong.query(), JSON, bytes(wrong.request()));
  }

  private Callable<Refusal> bare(String call, Case wrong) {
    String[] parts = call.split(" ", 2);
    return () -> send(parts[0], parts[1] + wrong.query(), Map.of(), null);
  }

  /** {@code METHOD path & Header: value & …} */
  private Callable<Refusal> http(Case wrong) {
    String[] parts = wrong.target().split(" & ", -1);
    String[] line = parts[0].split(" ", 2);
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      String[] header = parts[i].split(": ", 2);
      headers.put(header[0], header[1]);
    }
    return () -> send(line[0], line[1], headers, bytes(wrong.request()));
  }

  private Refusal send(String method, String path, Map<String, String> headers, byte[] body) {
    Reply reply = server.call(method, path, headers, body);
    JsonNode json = reply.json();
    assertThat(json.fieldNames()).toIterable().as(reply.body()).containsExactly(ENVELOPE);
    assertThat(json.get("success").asBoolean()).isFalse();
    assertThat(json.get("data").isNull()).isTrue();
    assertThat(json.get("error").asText()).isEqualTo(json.get("message").asText());
    String code = reply.code();
    int status =
        code.endsWith("_ALREADY_EXISTS")
            ? 409
            : STATUS.getOrDefault(code.replace("SNAPSHOT", "VECTOR"), 0);
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    Map<String, String> details = new LinkedHashMap<>();
    json.get("details").properties().forEach(e -> details.put(e.getKey(), e.getValue().asText()));
    return new Refusal(code, json.get("message").asText(), details);
  }

  private static byte[] bytes(String request) {
    if (request.equals("-")) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(request.length());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < request.length(); i++) {
      char c = request.charAt(i);
      if (c >= CaseTable.BYTES && c <= CaseTable.BYTES + 0xFF) {
        bytes.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
        bytes.write(c - CaseTable.BYTES);
      } else {
        text.append(c);
      }
    }
    bytes.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }
}

package io.quiver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The REST API as a stranger sees it: the JDK's HTTP client and plain JSON. Any thread. */
final class RestCaller implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final String root;

  RestCaller(int port) {
    this.root = "http://127.0.0.1:" + port;
  }

  record Reply(int status, JsonNode body) {
    JsonNode data() {
      return body.path("data");
    }
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static ArrayNode numbers(float[] vector) {
    ArrayNode array = JSON.createArrayNode();
    for (float component : vector) {
      array.add(component);
    }
    return array;
  }

  static float[] floats(JsonNode array) {
    float[] vector = new float[array.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = array.get(i).floatValue();
    }
    return vector;
  }

  /**
   * @throws IOException if no answer came: then nobody knows what the server did
   */
  Reply call(String method, String path, JsonNode body) throws IOException {
    return impatiently(Duration.ofSeconds(60), method, path, body);
  }

  /** The same, but gives up earlier. */
  Reply impatiently(Duration patience, String method, String path, JsonNode body)
      throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(root + path))
            .timeout(patience)
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isMissingNode()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    try {
      HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
      return new Reply(response.statusCode(), JSON.readTree(response.body()));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Reply call(String method, String path) throws IOException {
    return call(method, path, JSON.missingNode());
  }

  /** The data of a reply that must be a success. */
  JsonNode ok(String method, String path, JsonNode body) throws IOException {
    Reply reply = call(method, path, body);
    if (reply.status() != 200) {
      throw new AssertionError(method + " " + path + ": " + reply);
    }
    return reply.data();
  }

  JsonNode ok(String method, String path) throws IOException {
    return ok(method, path, JSON.missingNode());
  }

  void create(String name, int dimension, String metric, int shards) throws IOException {
    ok(
        "POST",
        "/collections",
        object()
            .put("name", name)
            .put("dimension", dimension)
            .put("distance_metric", metric)
            .put("shards", shards));
  }

  long count(String collection) throws IOException {
    return ok("GET", "/collections/" + collection + "/stats").path("vector_count").asLong();
  }

  /** Hits, nearest first. */
  JsonNode search(String collection, float[] vector, ObjectNode more) throws IOException {
    ObjectNode body = more.deepCopy();
    body.set("vector", numbers(vector));
    return ok("POST", "/collections/" + collection + "/search", body);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}

package io.quiver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.testkit.Operation;
import io.quiver.testkit.Operation.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A collection as a map from keys to numbers, over REST. Any thread. */
final class RestStore implements KeyStore {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final String vectors;

  RestStore(HttpClient http, int port, String collection) {
    this.http = http;
    this.vectors = "http://127.0.0.1:" + port + "/collections/" + collection + "/vectors";
  }

  @Override
  public Outcome run(Operation.Kind kind, String key, int value) throws Refused {
    String durability = "?durability=" + (value % 4 == 0 ? "fsync" : "os");
    String one = "/" + key;
    try {
      return switch (kind) {
        case INSERT -> outcome(call("POST", durability, row(key, value)));
        case UPSERT -> {
          ObjectNode batch = JSON.createObjectNode();
          batch.putArray("vectors").add(row(key, value));
          yield outcome(call("POST", "/upsert" + durability, batch));
        }
        case UPDATE -> outcome(call("PUT", one + durability, row(key, value)));
        case DELETE -> deleted(call("DELETE", one + durability, JSON.missingNode()));
        case READ -> found(call("GET", one, JSON.missingNode()));
      };
    } catch (IOException e) {
      return Operation.UNKNOWN;
    }
  }

  private static ObjectNode row(String key, int value) {
    ObjectNode row = JSON.createObjectNode().put("id", key);
    row.putArray("data").add(value).add(1);
    row.putObject("metadata").put("v", value);
    return row;
  }

  private static Outcome deleted(JsonNode answer) throws Refused {
    Outcome outcome = outcome(answer);
    return outcome == Operation.DONE && !answer.path("data").asBoolean()
        ? Operation.NOT_APPLICABLE
        : outcome;
  }

  private static Outcome found(JsonNode answer) throws Refused {
    Outcome outcome = outcome(answer);
    if (outcome == Operation.NOT_APPLICABLE) {
      return Operation.foundNothing();
    }
    JsonNode row = answer.path("data");
    if (outcome == Operation.DONE
        && row.path("data").path(0).asInt() != row.path("metadata").path("v").asInt()) {
      throw new AssertionError("half a row: " + row);
    }
    return outcome == Operation.DONE ? Operation.found(row.path("data").path(0).asInt()) : outcome;
  }

  private static Outcome outcome(JsonNode answer) throws Refused {
    if (answer.path("success").asBoolean()) {
      return Operation.DONE;
    }
    return switch (answer.path("code").asText()) {
      case "VECTOR_ALREADY_EXISTS", "VECTOR_NOT_FOUND" -> Operation.NOT_APPLICABLE;
      case "OVERLOADED" -> throw new Refused();
      case "UNAVAILABLE", "DEADLINE_EXCEEDED" -> Operation.UNKNOWN;
      default -> throw new AssertionError(answer);
    };
  }

  private JsonNode call(String method, String path, JsonNode body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(vectors + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isMissingNode()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    try {
      HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
      return JSON.readTree(response.body());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

package io.quiver.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The REST API as a client sees it. Every method returns the {@code data} of the answer and throws
 * {@link ServerException} if it is an error or none comes. Thread-safe.
 */
final class RestApi implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);

  private final URI base;
  private final HttpClient http;
  private final Duration timeout;

  /**
   * A client of one server; nothing is sent yet.
   *
   * @param url e.g. {@code http://127.0.0.1:8080}
   */
  RestApi(String url) {
    this(url, REQUEST_TIMEOUT);
  }

  /** The same with another time to wait for an answer. */
  RestApi(String url, Duration timeout) {
    this.base = parse(url);
    this.timeout = timeout;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    if (base.getScheme().equals("http")) {
      builder.sslContext(trustingNobody());
    }
    this.http = builder.build();
  }

  /** Without TLS there is nobody to trust; reading the certificates would take most of the time. */
  private static SSLContext trustingNobody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has TLS", e);
    }
  }

  private static URI parse(String url) {
    try {
      URI uri = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new CommandException("--url: expected http://HOST:PORT, got " + url, e);
    }
    throw new CommandException("--url: expected http://HOST:PORT, got " + url);
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A path of these segments, each escaped. */
  static String path(String... segments) {
    return Arrays.stream(segments)
        .map(segment -> URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/", "/", ""));
  }

  JsonNode get(String path) {
    return await(send("GET", path, BodyPublishers.noBody()));
  }

  JsonNode delete(String path) {
    return await(send("DELETE", path, BodyPublishers.noBody()));
  }

  JsonNode post(String path, JsonNode body) {
    return await(post(path, body.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /** Without waiting; the future fails with what the other methods throw. */
  CompletableFuture<JsonNode> post(String path, byte[] json) {
    return send("POST", path, BodyPublishers.ofByteArray(json));
  }

  static JsonNode await(CompletableFuture<JsonNode> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw e;
    }
  }

  /** Bytes, which may be many: nobody waits for a time that was set for answers. */
  JsonNode put(String path, BodyPublisher bytes) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(base + path)).PUT(bytes).build();
    return await(answered(request));
  }

  /**
   * The bytes of an answer, as they come.
   *
   * @throws IOException if the connection breaks
   */
  HttpResponse<InputStream> stream(String path, Map<String, String> headers) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    headers.forEach(request::header);
    try {
      HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
      if (answer.statusCode() >= 300) {
        try (InputStream in = answer.body()) {
          throw failure(answer.statusCode(), envelope(in.readAllBytes()));
        }
      }
      return answer;
    } catch (ConnectException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
  }

  private CompletableFuture<JsonNode> send(String method, String path, BodyPublisher body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .method(method, body)
            .build();
    return answered(request);
  }

  private CompletableFuture<JsonNode> answered(HttpRequest request) {
    return http.sendAsync(request, BodyHandlers.ofByteArray())
        .handle((response, failure) -> {
          if (failure != null) {
            throw unreachable(failure);
          }
          return data(response);
        });
  }

  private ServerException unreachable(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    String why =
        cause instanceof ConnectException
            ? "connection refused; is the server running? (./quiver serve)"
            : String.valueOf(cause.getMessage());
    return new ServerException("cannot reach " + base + ": " + why, cause);
  }

  private JsonNode data(HttpResponse<byte[]> response) {
    JsonNode body = envelope(response.body());
    if (response.statusCode() < 300 && body.path("success").asBoolean()) {
      return body.path("data");
    }
    throw failure(response.statusCode(), body);
  }

  private ServerException failure(int status, JsonNode body) {
    String message =
        body.hasNonNull("message") ? body.path("message").asText() : body.path("error").asText();
    return new ServerException(
        status,
        message.isEmpty()
            ? base + " answered HTTP " + status + " and is no Quiver server"
            : message);
  }

  private static JsonNode envelope(byte[] bytes) {
    try {
      JsonNode body = JSON.readTree(bytes);
      return body == null ? object() : body;
    } catch (JsonProcessingException e) {
      return object(); // no Quiver server: data() says so
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}

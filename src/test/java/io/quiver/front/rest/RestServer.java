package io.quiver.front.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quiver.Quiver;
import io.quiver.bus.QuiverClient;
import io.quiver.bus.RequestObserver;
import io.quiver.config.QuiverOptions;
import io.quiver.testkit.FakeNode;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A REST server on a free port and a client that sends exactly the bytes it is told. */
public final class RestServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int READ_MILLIS_MAX = 20_000;

  private final int port;
  private final AutoCloseable owned;

  private RestServer(int port, AutoCloseable owned) {
    this.port = port;
    this.owned = owned;
  }

  /** A server that somebody else starts and stops. */
  public static RestServer at(int port) {
    return new RestServer(port, () -> {});
  }

  /** The whole product on a data directory. */
  public static RestServer on(Path data) {
    Vertx vertx = Vertx.vertx();
    QuiverOptions options = QuiverOptions.embedded(data).withRest(RestOptions.of("127.0.0.1", 0));
    Quiver quiver = await(Quiver.start(vertx, options));
    return new RestServer(quiver.restPort(), () -> await(quiver.stop().eventually(vertx::close)));
  }

  /** The front alone, two instances of it, before a node that does as it is told. */
  static RestServer before(Vertx vertx, FakeNode fake, RestOptions options) {
    QuiverClient client = QuiverClient.create(vertx, RequestObserver.NONE);
    List<RestVerticle> made = new ArrayList<>();
    await(
        vertx.deployVerticle(
            () -> {
              RestVerticle verticle = new RestVerticle(options, client);
              synchronized (made) {
                made.add(verticle);
              }
              return verticle;
            },
            new DeploymentOptions().setInstances(2)));
    return new RestServer(
        made.getFirst().actualPort(),
        () -> {
          fake.close();
          await(vertx.close());
        });
  }

  int port() {
    return port;
  }

  public Reply get(String path) {
    return call("GET", path, Map.of(), null);
  }

  public Reply post(String path, String body) {
    return send("POST", path, body);
  }

  Reply send(String method, String path, String body) {
    return send(method, path, "application/json", body);
  }

  Reply send(String method, String path, String type, String body) {
    return call(
        method,
        path,
        Map.of("Content-Type", type),
        body == null ? null : body.getBytes(StandardCharsets.UTF_8));
  }

  /** One request on a connection of its own; a null body is none at all. */
  public Reply call(String method, String path, Map<String, String> headers, byte[] body) {
    StringBuilder head =
        new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    if (body != null && !headers.containsKey("Content-Length")) {
      head.append("Content-Length: " + body.length + "\r\n");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(body == null ? new byte[0] : body);
    return exchange(bytes.toByteArray());
  }

  /** Sends the bytes as they are and reads one response. */
  public Reply exchange(byte[] request) {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request);
      return read(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(READ_MILLIS_MAX);
    return socket;
  }

  private static String until(InputStream in, String end) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith(end)) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the connection ended after: " + head);
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int length;
    do {
      length = Integer.parseInt(until(in, "\r\n").strip(), 16);
      body.writeBytes(in.readNBytes(length));
      until(in, "\r\n");
    } while (length > 0);
    return body.toByteArray();
  }

  /** Reads one response, whose body has a Content-Length or comes in chunks; or none. */
  static Reply read(InputStream in) throws IOException {
    String[] lines = until(in, "\r\n\r\n").split("\r\n", -1);
    Map<String, String> headers = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.put(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip());
      }
    }
    boolean isChunked = "chunked".equals(headers.get("transfer-encoding"));
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    byte[] body = isChunked ? chunks(in) : in.readNBytes(length);
    return new Reply(
        Integer.parseInt(lines[0].split(" ", -1)[1]),
        headers,
        new String(body, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    try {
      owned.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** What came back; header names in lower case. */
  public record Reply(int status, Map<String, String> headers, String body) {
    public JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(body, e);
      }
    }

    public JsonNode data() {
      return json().get("data");
    }

    public String code() {
      return json().path("code").asText();
    }

    public String field() {
      return json().path("details").path("field").asText();
    }
  }
}

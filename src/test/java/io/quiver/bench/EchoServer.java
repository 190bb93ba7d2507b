package io.quiver.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * What a REST search costs without a search: reads the body, parses it with Jackson into a vector,
 * and answers ten hits that were written before. Any path; one event loop. The measure for what our
 * REST costs outside the engine (docs/PERFORMANCE.md).
 *
 * <p>{@code java … io.quiver.bench.EchoServer PORT}
 */
public final class EchoServer {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int HITS = 10;

  private EchoServer() {}

  public static void main(String[] args) {
    Buffer answer = answer();
    Vertx vertx = Vertx.vertx();
    vertx
        .createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
        .requestHandler(request -> request.body().onSuccess(body -> reply(request, body, answer)))
        .listen(Integer.parseInt(args[0]), "127.0.0.1")
        .onSuccess(server -> System.out.println("listens on " + server.actualPort()))
        .onFailure(Throwable::printStackTrace);
  }

  private static void reply(HttpServerRequest request, Buffer body, Buffer answer) {
    try {
      int status = vector(body.getBytes()).length > 0 ? 200 : 400;
      request
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(answer);
    } catch (IOException e) {
      request.response().setStatusCode(400).end(e.getMessage());
    }
  }

  private static float[] vector(byte[] body) throws IOException {
    float[] vector = new float[1_024];
    int count = 0;
    try (JsonParser parser = JSON.createParser(body)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            vector[count++] = parser.getFloatValue();
          }
        }
      }
    }
    return Arrays.copyOf(vector, count);
  }

  private static Buffer answer() {
    StringJoiner hits = new StringJoiner(",", "{\"success\":true,\"data\":[", "],\"error\":null}");
    for (int i = 0; i < HITS; i++) {
      hits.add("{\"id\":\"" + (50_000 + i) + "\",\"distance\":1234.5678,\"metadata\":null}");
    }
    return Buffer.buffer(hits.toString());
  }
}

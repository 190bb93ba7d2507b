package io.quiver.front.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.quiver.front.rest.RestServer.Reply;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Where one request ends and the next begins is never in doubt: what could be read in two ways is
 * refused and its connection closed, so that no second request can be smuggled inside a first.
 */
class HttpFramingTest {
  private static final String BODY = "{\"vector\":[1,2]}";
  private static final String CHUNKS =
      Integer.toHexString(BODY.length()) + "\r\n" + BODY + "\r\n0\r\n\r\n";
  private static final String NEXT = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final long SENT_BYTES = 1L << 30;

  @TempDir static Path data;
  private static RestServer server;
  private static final ListAppender<ILoggingEvent> LOGGED = new ListAppender<>();

  @BeforeAll
  static void start() {
    LOGGED.start();
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).addAppender(LOGGED);
    server = RestServer.on(data);
    server.post("/collections", "{\"name\":\"c\",\"dimension\":2,\"distance_metric\":\"Cosine\"}");
  }

  @AfterAll
  static void stop() {
    server.close();
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender(LOGGED);
    assertThat(LOGGED.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
        .as("the client's faults are not logged as ours")
        .isEmpty();
  }

  /** Headers and body of a search; the next request follows at once. */
  record Framing(String headers, String body) {
    @Override
    public String toString() {
      String text = headers + " " + body;
      return (text.length() < 90 ? text : text.substring(0, 90)).replaceAll("\\p{Cntrl}+", " ");
    }
  }

  static Stream<Framing> unclear() {
    Stream<Framing> lengths =
        Stream.of(
                "Content-Length: 16\r\nContent-Length: 17",
                "Content-Length: 16\r\nContent-Length: 16",
                "Content-Length: 16, 17",
                "Content-Length: 16, 16",
                "Content-Length: +16",
                "Content-Length: -16",
                "Content-Length: 0x10",
                "Content-Length: 1 6",
                "Content-Length: 16;",
                "Content-Length: ",
                "Content-Length : 16",
                "Content-Length: 18446744073709551632",
                "Transfer-Encoding: identity\r\nContent-Length: 16")
            .map(headers -> new Framing(headers, BODY));
    Stream<Framing> codings =
        Stream.of(
                "Content-Length: 4\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 400",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding:\u000bchunked",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding: chunked\u0000",
                "X: y\rTransfer-Encoding: chunked")
            .map(headers -> new Framing(headers, CHUNKS));
    Stream<Framing> chunks =
        Stream.of(
                "-5\r\n" + BODY + "\r\n0\r\n\r\n",
                "xyz\r\n" + BODY + "\r\n0\r\n\r\n",
                "0x10\r\n" + BODY + "\r\n0\r\n\r\n",
                "FFFFFFFFFFFFFFFFF\r\n" + BODY + "\r\n0\r\n\r\n",
                "3\r\n" + BODY + "\r\n0\r\n\r\n",
                "10\n" + BODY + "\n0\n\n",
                "10;" + "x".repeat(100_000) + "\r\n" + BODY + "\r\n0\r\n\r\n",
                "10\r\n" + BODY + "\r\n0\r\n" + "X: y\r\n".repeat(10_000) + "\r\n")
            .map(body -> new Framing("Transfer-Encoding: chunked", body));
    return Stream.of(lengths, codings, chunks).flatMap(each -> each);
  }

  @ParameterizedTest
  @MethodSource("unclear")
  void whatCanBeReadInTwoWaysEndsTheConnection(Framing framing) throws IOException {
    List<Reply> replies = replies(framing);
    assertThat(replies).as("nothing is served behind it").hasSizeLessThan(2);
    replies.forEach(reply -> assertThat(reply.status()).as(reply.body()).isEqualTo(400));
  }

  static Stream<Framing> clear() {
    return Stream.of(
        new Framing("Content-Length: 16", BODY),
        new Framing("Transfer-Encoding: chunked", CHUNKS),
        new Framing("Transfer-Encoding: Chunked", CHUNKS),
        new Framing("Transfer-Encoding: chunked", "10;name=value\r\n" + BODY + "\r\n0\r\n\r\n"),
        new Framing("Transfer-Encoding: chunked", "0010\r\n" + BODY + "\r\n0\r\nX: y\r\n\r\n"));
  }

  @ParameterizedTest
  @MethodSource("clear")
  void whatCanBeReadInOneWayIsServedAndSoIsTheNext(Framing framing) throws IOException {
    assertThat(replies(framing)).extracting(Reply::status).containsExactly(200, 200);
  }

  @Test
  void aThousandRequestsInOnePieceAreAnsweredOneAfterAnother() throws IOException {
    try (Socket socket = server.connect()) {
      socket.getOutputStream().write(NEXT.repeat(1_000).getBytes(ISO_8859_1));
      for (int i = 0; i < 1_000; i++) {
        assertThat(RestServer.read(socket.getInputStream()).status()).isEqualTo(200);
      }
    }
  }

  /** The chunks are clear, but what is in them is not what the type says. */
  @Test
  void aTransferCodingThatIsNotUndoneIsRefused() throws IOException {
    List<Reply> replies = replies(new Framing("Transfer-Encoding: gzip, chunked", CHUNKS));
    assertThat(replies).extracting(Reply::status).containsExactly(415, 200);
    assertThat(replies.getFirst().field()).isEqualTo("Transfer-Encoding");
  }

  /** Where a body is not looked at it is passed over, and not taken for the next request. */
  @Test
  void aBodyThatNobodyWantsIsNoRequest() throws IOException {
    String inside = "DELETE /collections/c HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String request =
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
            + inside.length()
            + "\r\n\r\n";
    assertThat(exchange(request + inside + NEXT))
        .extracting(Reply::status)
        .containsExactly(200, 200);
    assertThat(server.get("/collections/c").status()).isEqualTo(200);
  }

  @Test
  void theAbsoluteFormIsServedByItsPath() {
    String request = "GET http://localhost/collections/c HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assertThat(exchange(request + NEXT)).extracting(Reply::status).containsExactly(200, 200);
  }

  /** A page whose name was made to point here (DNS rebinding) gets nothing, nor does it change. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE /collections/c HTTP/1.1\r\nHost: evil.example\r\n",
        "DELETE /collections/c HTTP/1.1\r\nHost: evil.example:8080\r\n",
        "DELETE /collections/c HTTP/1.1\r\nHost: localhost.evil.example\r\n",
        "DELETE /collections/c HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n",
        "DELETE /collections/c HTTP/1.1\r\nHost: localhost@evil.example\r\n",
        "DELETE /collections/c HTTP/1.1\r\nHost: [::2]:80\r\n",
        "DELETE /collections/c HTTP/1.1\r\nHost: \r\n",
        "DELETE /collections/c HTTP/1.1\r\n",
        "DELETE /collections/c HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n",
        "DELETE /collections/c HTTP/1.0\r\nHost: evil.example\r\n",
        "DELETE http://evil.example/collections/c HTTP/1.1\r\nHost: localhost\r\n",
        "DELETE http://localhost@evil.example HTTP/1.1\r\nHost: localhost\r\n"
      })
  void aForeignHostOrNoneIsRefused(String head) {
    Reply reply = exchange(head + "Connection: close\r\n\r\n").getFirst();
    boolean said = head.indexOf("Host:") > 0 && head.indexOf("Host:") == head.lastIndexOf("Host:");
    assertThat(reply.status()).isEqualTo(said ? 421 : 400);
    assertThat(reply.field()).isEqualTo("Host");
    assertThat(server.get("/collections/c").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LOCALHOST:8080", "localhost.", "127.0.0.1:1", "[::1]", "[::1]:80"})
  void ourOwnNamesAreServed(String host) {
    String request = "GET /collections/c HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    assertThat(exchange(request + NEXT)).extracting(Reply::status).containsExactly(200, 200);
  }

  /** Refused before it is read: by route, by method, by type, by length, and never kept. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "404 POST /nothing HTTP/1.1\r\n",
        "405 PUT /collections HTTP/1.1\r\n",
        "413 POST /collections/../vectors HTTP/1.1\r\nContent-Type: application/json\r\n",
        "415 POST /collections/c/vectors HTTP/1.1\r\nContent-Type: text/plain\r\n",
        "415 POST /collections/c/vectors HTTP/1.1\r\n",
        "413 POST /collections/c/vectors HTTP/1.1\r\nContent-Type: application/json\r\n"
      })
  void aGibibyteThatIsNotWantedIsNotRead(String call) throws IOException {
    int status = Integer.parseInt(call.substring(0, 3));
    String head =
        call.substring(4) + "Host: localhost\r\nContent-Length: " + SENT_BYTES + "\r\n\r\n";
    try (Socket socket = server.connect()) {
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      assertThat(RestServer.read(socket.getInputStream()).status()).isEqualTo(status);
      byte[] mebibyte = new byte[1 << 20];
      long sent = 0;
      try {
        while (sent < SENT_BYTES) {
          socket.getOutputStream().write(mebibyte);
          sent += mebibyte.length;
        }
      } catch (IOException cutOff) {
        // As it should be.
      }
      assertThat(sent).as("bytes taken").isLessThan(128L << 20);
    }
  }

  /** Nobody learns who we are, which version we run, or may ask us from another origin's page. */
  @Test
  void repliesSayNothingAboutUsAndNothingToOtherOrigins() {
    Map<String, String> foreign =
        Map.of("Origin", "http://evil.example", "Access-Control-Request-Method", "DELETE");
    for (String call :
        List.of("GET /collections", "GET /nothing", "OPTIONS /collections/c", "GET /health/live")) {
      String[] parts = call.split(" ", 2);
      Reply reply = server.call(parts[0], parts[1], foreign, null);
      assertThat(reply.headers().keySet())
          .as(call)
          .isSubsetOf("content-type", "content-length", "x-request-id", "allow");
      assertThat(reply.body())
          .doesNotContainIgnoringCase("vert.x")
          .doesNotContain("io.quiver", "\tat ");
    }
  }

  private static List<Reply> replies(Framing framing) {
    String line = "POST /collections/c/search HTTP/1.1\r\n";
    String head = line + "Host: localhost\r\nContent-Type: application/json\r\n";
    return exchange(head + framing.headers() + "\r\n\r\n" + framing.body() + NEXT);
  }

  /** All answers until the connection ends, or two of them. */
  private static List<Reply> exchange(String bytes) {
    List<Reply> replies = new ArrayList<>();
    try (Socket socket = server.connect()) {
      socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
      while (replies.size() < 2) {
        replies.add(RestServer.read(socket.getInputStream()));
      }
    } catch (IOException ended) {
      // What came before it counts.
    }
    return replies;
  }
}

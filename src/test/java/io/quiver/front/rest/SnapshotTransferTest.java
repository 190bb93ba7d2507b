package io.quiver.front.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quiver.front.rest.RestServer.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A snapshot goes from one node to another over REST, whatever happens to it on the way. */
class SnapshotTransferTest {
  private static final int ROWS = 1_500;
  private static final int DIMENSION = 256;
  private static final int HEAD_BYTES = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir static Path there;
  @TempDir static Path here;
  private static RestServer from;
  private static RestServer to;
  private static HttpClient http;
  private static String download;
  private static byte[] whole;

  @BeforeAll
  static void start() throws Exception {
    from = RestServer.on(there);
    to = RestServer.on(here);
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    ok(
        from.post(
            "/collections",
            "{\"name\":\"c\",\"dimension\":%d,\"distance_metric\":\"Euclidean\"}"
                .formatted(DIMENSION)));
    ok(from.post("/collections/c/vectors/batch", rows()));
    String name = ok(from.post("/collections/c/snapshots", "")).get("snapshot_name").asText();
    download = "/collections/c/snapshots/" + name + "/download";
    HttpResponse<byte[]> reply = get(download);
    assertThat(reply.statusCode()).isEqualTo(200);
    whole = reply.body();
    assertThat(whole).hasSizeGreaterThan(ROWS * DIMENSION * Float.BYTES);
  }

  @AfterAll
  static void stop() {
    from.close();
    to.close();
  }

  @Test
  void aDownloadGoesOnWhereItBrokeOff() throws Exception {
    int total = whole.length;
    String tag = get(download).headers().firstValue("etag").orElseThrow();
    assertThat(get(download, "Range", "bytes=0-99").body()).isEqualTo(Arrays.copyOf(whole, 100));
    HttpResponse<byte[]> rest = get(download, "Range", "bytes=600001-", "If-Range", tag);
    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(whole, 600_001, total));
    assertThat(rest.headers().firstValue("content-range"))
        .contains("bytes 600001-%d/%d".formatted(total - 1, total));
    assertThat(get(download, "Range", "bytes=-7").body())
        .isEqualTo(Arrays.copyOfRange(whole, total - 7, total));
    assertThat(get(download, "Range", "bytes=5-", "If-Range", "\"other\"").body()).isEqualTo(whole);
    assertThat(get(download, "Range", "bytes=" + total + "-").statusCode()).isEqualTo(416);
    assertThat(get(download, "Range", "lines=1-2").body()).isEqualTo(whole);
    assertThat(get(download + "?offset=" + (total - 3)).body()).hasSize(3);
    HttpRequest head = HttpRequest.newBuilder(uri(from, download)).HEAD().build();
    assertThat(http.send(head, BodyHandlers.ofByteArray()).headers().firstValue("x-snapshot-bytes"))
        .contains(String.valueOf(total));
  }

  @Test
  void aDownloadIsDeflatedOnRequestFromAnyOffset() throws Exception {
    HttpResponse<byte[]> reply = get(download + "?compression=deflate&offset=1000");
    assertThat(reply.headers().firstValue("content-encoding")).contains("deflate");
    assertThat(reply.body().length).isLessThan(whole.length);
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(reply.body()))) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(whole, 1_000, whole.length));
    }
    assertThat(get(download + "?compression=lzma").statusCode()).isEqualTo(400);
  }

  /** Broken off in the middle of a part, gone on with deflated, restored where nothing was. */
  @Test
  void anUploadGoesOnWhereItBrokeOffAndIsRestoredOnAnotherNode() throws Exception {
    String upload = "/collections/moved/snapshots/m/upload";
    try (Socket socket = to.connect()) {
      socket
          .getOutputStream()
          .write(
              "PUT %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                  .formatted(upload, whole.length)
                  .getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(whole, 0, 1_200_000);
      while (state(upload).path("received_bytes").asLong() < 1_000_000) {
        Thread.onSpinWait();
      }
    }
    assertThat(state(upload).get("size_bytes").asLong()).isEqualTo(whole.length);
    assertThat(put(upload + "?offset=" + whole.length, new byte[1]).statusCode()).isEqualTo(409);
    assertThat(to.get("/collections/moved/snapshots").status()).isEqualTo(404);
    HttpResponse<byte[]> done = goOn(upload);
    for (int i = 0; i < 100 && done.statusCode() == 409; i++) {
      done = goOn(upload); // More of what had been sent has come in since it was asked for.
    }
    assertThat(done.statusCode()).as(text(done)).isEqualTo(200);
    assertThat(text(done)).contains("\"name\":\"m\",\"collection\":\"moved\"");
    assertThat(put(upload, whole).statusCode()).isEqualTo(409);
    ok(to.post("/collections/moved/snapshots/m/restore", ""));
    String search = "{\"exact\":true,\"limit\":3,\"vector\":" + vector(77) + "}";
    assertThat(ok(to.post("/collections/moved/search", search)))
        .isEqualTo(ok(from.post("/collections/c/search", search)));
    assertThat(ok(to.get("/collections/moved/stats")).get("vector_count").asInt()).isEqualTo(ROWS);
    ok(to.send("DELETE", "/collections/moved/snapshots/m", null));
    ok(to.send("DELETE", "/collections/moved", null));
  }

  private static HttpResponse<byte[]> goOn(String upload) throws Exception {
    int at = state(upload).get("received_bytes").asInt();
    byte[] more = Arrays.copyOfRange(whole, at, whole.length);
    return put(upload + "?offset=" + at, deflated(more), "deflate");
  }

  /** One bit in the head, in the index, and in each quarter of the files. */
  @Test
  void anUploadThatIsNotWhatItSaysIsNoSnapshotAndLeavesNothing() throws Exception {
    int index = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(12);
    int files = HEAD_BYTES + index;
    for (int at : List.of(0, 9, 13, 17, 29, 40, files - 3, files + 5, whole.length / 2)) {
      byte[] bad = whole.clone();
      bad[at] ^= 4;
      expectRefused(bad, 400);
    }
    byte[] last = whole.clone();
    last[whole.length - 1] ^= 1;
    expectRefused(last, 400);
    expectRefused(Arrays.copyOf(whole, whole.length + 1), 400);
    expectRefused("not a snapshot at all, but long enough".getBytes(StandardCharsets.UTF_8), 400);
    byte[] deflated = deflated(whole);
    deflated[deflated.length / 2] ^= 8;
    assertThat(put("/collections/x/snapshots/x/upload", deflated, "deflate").statusCode())
        .isEqualTo(400);
    to.send("DELETE", "/collections/x/snapshots/x/upload", null);
    assertThat(left()).isEmpty();
  }

  /** An index that is well-formed in all but what it wants written. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "..",
        "/etc/passwd",
        "0/../../../evil",
        "0/../vectors.bin",
        "0//vectors.bin",
        "0/vectors.bin/",
        "0/vectors.bin\\u0000",
        "0\\\\..\\\\vectors.bin",
        "./metadata.json",
        "metadata.json/x",
        "snapshot.json",
        ".metadata.json.tmp",
        "LOCK",
        "0/evil.sh",
        "%2e%2e/evil",
        "0.1.2/ids.bin",
        "٠/ids.bin",
        "C:/ids.bin",
        ""
      })
  void noNameInAnUploadLeadsAnywhere(String path) throws Exception {
    expectRefused(hostile(path, 1), 400);
  }

  @Test
  void lengthsThatCannotBeAreNotBelieved() throws Exception {
    for (long bytes : List.of(0L, -1L, 1L << 41, Long.MAX_VALUE)) {
      expectRefused(hostile("0/vectors.bin", bytes), 400);
    }
    expectRefused(hostile("metadata.json", 1), 400); // Twice.
  }

  @Test
  void whoUploadsTooManyAtOnceIsToldSo() throws Exception {
    byte[] some = Arrays.copyOf(whole, 10);
    for (int i = 0; i < 8; i++) {
      assertThat(put("/collections/many/snapshots/s" + i + "/upload", some).statusCode())
          .isEqualTo(200);
    }
    assertThat(put("/collections/many/snapshots/s9/upload", some).statusCode()).isEqualTo(429);
    for (int i = 0; i < 8; i++) {
      ok(to.send("DELETE", "/collections/many/snapshots/s" + i + "/upload", null));
    }
    assertThat(left()).isEmpty();
  }

  /** A container with one file more than a manifest, as docs/formats/snapshot.md has it. */
  private static byte[] hostile(String path, long bytes) throws IOException {
    String said = new ObjectMapper().readValue("\"" + path + "\"", String.class);
    String uuid = "17be6407-95e7-4027-aa62-850af136536e";
    String digest = "x\nx\n%s\n1\n1\nmetadata.json 1[0]\n%s %d[0]\n".formatted(uuid, said, bytes);
    String index =
        """
        {"name":"x","collection":"x","created_at":1,"vector_count":1,"format_version":1,\
        "crc32c":"%08x","files_uuid":"%s","files":[\
        {"path":"metadata.json","bytes":1,"crc32c":["00000000"]},\
        {"path":"%s","bytes":%d,"crc32c":["00000000"]}]}\
        """
            .formatted(crc(digest.getBytes(StandardCharsets.UTF_8)), uuid, path, bytes);
    byte[] json = index.getBytes(StandardCharsets.UTF_8);
    ByteBuffer made =
        ByteBuffer.allocate(HEAD_BYTES + json.length + 2).order(ByteOrder.LITTLE_ENDIAN);
    made.put("QVSNAP01".getBytes(StandardCharsets.UTF_8)).putInt(1).putInt(json.length);
    made.putLong(made.capacity()).putInt(0);
    made.putInt((int) crc(Arrays.copyOf(made.array(), 28))).put(json);
    return made.array();
  }

  private static long crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }

  private static void expectRefused(byte[] body, int status) throws Exception {
    HttpResponse<byte[]> reply = put("/collections/x/snapshots/x/upload", body);
    assertThat(reply.statusCode()).as(text(reply)).isEqualTo(status);
    assertThat(text(reply)).contains("\"field\":\"body\"");
    assertThat(to.get("/collections/x/snapshots").status()).isEqualTo(404);
    assertThat(left()).isEmpty();
  }

  /** Files of snapshots of the node that is uploaded to, and what hostile names would make. */
  private static List<Path> left() throws IOException {
    List<Path> left = new ArrayList<>();
    try (Stream<Path> files = Files.walk(here)) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains("/snapshots/") || file.endsWith("evil"))
          .forEach(left::add);
    }
    Stream.of(here.resolveSibling("evil"), here.getParent().resolveSibling("evil"))
        .filter(Files::exists)
        .forEach(left::add);
    return left;
  }

  private static JsonNode state(String upload) {
    Reply reply = to.get(upload);
    return reply.status() == 200 ? reply.data() : JsonNodeFactory.instance.objectNode();
  }

  private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(from, path)).timeout(PATIENCE);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static HttpResponse<byte[]> put(String path, byte[] body) throws Exception {
    return put(path, body, "identity");
  }

  private static HttpResponse<byte[]> put(String path, byte[] body, String encoding)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(to, path))
            .timeout(PATIENCE)
            .header("Content-Encoding", encoding)
            .PUT(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  private static URI uri(RestServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private static String text(HttpResponse<byte[]> reply) {
    return new String(reply.body(), StandardCharsets.UTF_8);
  }

  private static byte[] deflated(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(bytes);
    }
    return out.toByteArray();
  }

  private static String rows() {
    StringBuilder rows = new StringBuilder("{\"vectors\":[");
    for (int i = 0; i < ROWS; i++) {
      rows.append(i == 0 ? "" : ",").append("{\"id\":\"" + i + "\",\"data\":" + vector(i) + "}");
    }
    return rows.append("]}").toString();
  }

  private static String vector(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < DIMENSION; i++) {
      text.append(i == 0 ? "" : ",").append(random.nextInt(100));
    }
    return text.append("]").toString();
  }

  private static JsonNode ok(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.data();
  }
}

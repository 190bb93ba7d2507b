package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Carries a snapshot between a server and a file; what breaks off goes on where it was. */
final class SnapshotFile {
  private static final int ATTEMPTS = 5;

  private final RestApi api;
  private final String path;

  /** Of the snapshot at this path of the API. */
  SnapshotFile(RestApi api, String path) {
    this.api = api;
    this.path = path;
  }

  /**
   * Downloads to a file, which is there when all of it is.
   *
   * @return its length
   */
  long download(Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    String tag = "";
    for (int attempt = 1; ; attempt++) {
      try {
        long from = Files.exists(part) ? Files.size(part) : 0;
        Map<String, String> headers =
            from == 0 ? Map.of() : Map.of("Range", "bytes=" + from + "-", "If-Range", tag);
        HttpResponse<InputStream> answer = api.stream(path + "/download", headers);
        tag = answer.headers().firstValue("ETag").orElse("");
        store(answer, part);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        return Files.size(file);
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          Files.deleteIfExists(part);
          throw e;
        }
      }
    }
  }

  /** An answer that is not partial begins anew. */
  private static void store(HttpResponse<InputStream> answer, Path part) throws IOException {
    StandardOpenOption how =
        answer.statusCode() == 206
            ? StandardOpenOption.APPEND
            : StandardOpenOption.TRUNCATE_EXISTING;
    try (InputStream in = answer.body();
        OutputStream out =
            Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
      in.transferTo(out);
    }
  }

  /** Uploads a file; returns what the server says of the snapshot. */
  JsonNode upload(Path file) throws IOException {
    long size = Files.size(file);
    long from = 0;
    for (int attempt = 1; ; attempt++) {
      try {
        JsonNode state = api.put(path + "/upload?offset=" + from, body(file, from, size));
        if (state.path("snapshot").isNull()) {
          throw new CommandException(
              "%s: %d bytes of a snapshot of %s"
                  .formatted(file, size, state.path("size_bytes").asText()));
        }
        return state.path("snapshot");
      } catch (ServerException e) {
        if (!e.isTransient() || attempt == ATTEMPTS) {
          throw e;
        }
        from = received();
      }
    }
  }

  /** Of an upload that the server does not know, nothing. */
  private long received() {
    try {
      return api.get(path + "/upload").path("received_bytes").asLong();
    } catch (ServerException e) {
      if (e.isNotFound()) {
        return 0;
      }
      throw e;
    }
  }

  private static BodyPublisher body(Path file, long from, long size) {
    return from == size
        ? BodyPublishers.noBody()
        : BodyPublishers.fromPublisher(
            BodyPublishers.ofInputStream(() -> open(file, from)), size - from);
  }

  private static InputStream open(Path file, long from) {
    try {
      SeekableByteChannel channel = Files.newByteChannel(file);
      return Channels.newInputStream(channel.position(from));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

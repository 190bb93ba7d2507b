package io.quiver.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quiver.core.VectorId;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.message.Row;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lines of JSON of any bytes: rows as Jackson's tree has them, and the fault with its place. */
public final class NdjsonFuzz implements FuzzTarget {
  private static final Path FILE = Path.of("f.ndjson");
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final List<String> VECTOR = List.of("vector", "data", "embedding", "values");

  @Override
  public void run(byte[] input) throws IOException {
    List<byte[]> lines = lines(input);
    int line = 0;
    Source source = Source.of(FILE, new ByteArrayInputStream(input), input.length);
    try (VectorReader reader = new NdjsonReader(source)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        while (isBlank(lines.get(line))) {
          line++;
        }
        check(row.get(), JACKSON.readTree(lines.get(line++)));
      }
    } catch (MalformedFileException e) {
      Expect.readable(e.getMessage());
      Expect.that(e.getMessage().startsWith(FILE + ": line "), e::getMessage);
    }
  }

  private static void check(Row row, JsonNode line) throws IOException {
    if (line.hasNonNull("id")) {
      Expect.equal(row.id(), new VectorId(line.get("id").asText()));
    }
    JsonNode vector = VECTOR.stream().filter(line::has).map(line::get).findFirst().orElseThrow();
    Expect.equal(row.vector().dimension(), vector.size());
    for (int i = 0; i < vector.size(); i++) {
      // The tree holds doubles: rounded twice, so the last bit may differ.
      float wanted = vector.get(i).floatValue();
      float got = row.vector().get(i);
      Expect.that(Math.abs(got - wanted) <= Math.ulp(wanted), () -> got + " for " + wanted);
    }
    JsonNode metadata = line.path("metadata");
    if (metadata.isObject()) {
      Expect.equal(JACKSON.readTree(row.metadata().toUtf8()), metadata);
    } else {
      Expect.that(row.metadata().isAbsent(), () -> row.metadata().json());
    }
  }

  private static List<byte[]> lines(byte[] input) {
    return Stream.of(new String(input, StandardCharsets.ISO_8859_1).split("\n", -1))
        .map(line -> line.getBytes(StandardCharsets.ISO_8859_1))
        .toList();
  }

  private static boolean isBlank(byte[] line) {
    return new String(line, StandardCharsets.ISO_8859_1)
        .chars()
        .allMatch(c -> c == ' ' || c == '\t' || c == '\r');
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            "{\"id\":\"a\",\"vector\":[1,2.5],\"metadata\":{\"é水\":[1,{}]}}\n\n"
                + "{\"data\":[3,4],\"id\":7}\r\n{\"embedding\":[-1e-3,0],\"metadata\":null}",
            "{\"metadata\":{\"a\":\"}\"},\"values\":[16777217,1e39]}",
            "{\"id\":null,\"values\":[0.1]} ")
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }
}

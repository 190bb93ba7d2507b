package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** Whatever an event carries, it is one line, and one object that any reader of JSON takes. */
class JsonLinesTest {
  private static final Logger LOGGER = new LoggerContext().getLogger("io.quiver.a.B");

  @Test
  void anEventIsOneObjectWithItsValues() throws IOException {
    LoggingEvent event = event("no {} left\n\"{\"level\":\"forged\"}\u2028", "room");
    event.setKeyValuePairs(
        List.of(
            new KeyValuePair("request_id", "a\"b\\c"),
            new KeyValuePair("millis", 12L),
            new KeyValuePair("exact", true),
            new KeyValuePair("nothing", null),
            new KeyValuePair("level", "forged")));
    JsonNode line = line(event);
    assertThat(line.get("message").asText())
        .isEqualTo("no room left\n\"{\"level\":\"forged\"}\u2028");
    assertThat(line.get("level").asText()).isEqualTo("WARN");
    assertThat(line.get("logger").asText()).isEqualTo("io.quiver.a.B");
    assertThat(line.get("thread").asText()).isEqualTo(Thread.currentThread().getName());
    assertThat(line.get("timestamp").asText()).isEqualTo("2026-11-21T18:30:00.250Z");
    assertThat(line.get("request_id").asText()).isEqualTo("a\"b\\c");
    assertThat(line.get("millis").isIntegralNumber()).isTrue();
    assertThat(line.get("millis").asLong()).isEqualTo(12);
    assertThat(line.get("exact").isBoolean()).isTrue();
    assertThat(line.has("error")).isFalse();
  }

  @Test
  void anErrorHasItsStackInTheSameLine() throws IOException {
    LoggingEvent event =
        new LoggingEvent(
            "", LOGGER, Level.ERROR, "failed", new IllegalStateException("why\nnot"), null);
    assertThat(line(event).get("error").asText())
        .contains("IllegalStateException: why", "at io.quiver.cli.JsonLinesTest.");
  }

  private static LoggingEvent event(String message, Object argument) {
    LoggingEvent event =
        new LoggingEvent("", LOGGER, Level.WARN, message, null, new Object[] {argument});
    event.setInstant(java.time.Instant.parse("2026-11-21T18:30:00.250Z"));
    return event;
  }

  private static JsonNode line(LoggingEvent event) throws IOException {
    String text = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
    assertThat(text).endsWith("}\n");
    assertThat(text.indexOf('\n')).as("one line").isEqualTo(text.length() - 1);
    return new ObjectMapper().readTree(text);
  }
}

package io.quiver.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** JSON that was typed: one value, nothing behind it, no key twice. */
final class JsonArgument {
  private static final ObjectReader STRICT =
      RestApi.JSON
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private JsonArgument() {}

  /**
   * Reads it.
   *
   * @param name what the message calls it, e.g. {@code --filter}
   * @throws ParameterException if it is no JSON
   */
  static JsonNode parse(CommandLine command, String name, String text) {
    try {
      JsonNode json = STRICT.readTree(text);
      if (!json.isMissingNode()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw new ParameterException(command, name + ": expected JSON, got '" + text + "'", e);
    }
    throw new ParameterException(command, name + ": expected JSON, got nothing");
  }
}

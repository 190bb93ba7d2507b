package io.quiver.front.grpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Any text comes apart without harm, and a JSON object as Jackson takes it apart. */
public final class JsonEntriesFuzz implements FuzzTarget {
  private static final ObjectMapper JACKSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @Override
  public void run(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    Map<String, String> entries = JsonEntries.of(text);
    JsonNode tree;
    try {
      tree = JACKSON.readTree(text);
    } catch (JsonProcessingException e) {
      return;
    }
    if (tree.isObject()) {
      Map<String, String> strings = new LinkedHashMap<>();
      tree.properties()
          .forEach(entry -> {
            if (entry.getValue().isTextual()) {
              strings.put(entry.getKey(), entry.getValue().textValue());
            }
          });
      Expect.that(entries.entrySet().containsAll(strings.entrySet()), entries::toString);
      Expect.equal(entries.size(), tree.size());
      checkMap(entries);
    }
  }

  /** The way back: a map of strings is an object that comes apart as the same map. */
  private static void checkMap(Map<String, String> entries) {
    Expect.equal(
        JsonEntries.of(MetadataMap.toMetadata(entries).json()), withoutLoneSurrogates(entries));
  }

  /** Protobuf knows no text with half a character; UTF-8 has a question mark for it. */
  private static Map<String, String> withoutLoneSurrogates(Map<String, String> entries) {
    Map<String, String> whole = new LinkedHashMap<>();
    entries.forEach((key, value) -> whole.put(utf8(key), utf8(value)));
    return whole;
  }

  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            "{\"a\":\"b\\n\\u00e9\",\"c\":[1,{\"d\":\"}\"}],\"e\":null,\"f\":-1.5}",
            "{}",
            " { \"\" : \"\" , \"x\" : { } } ")
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }
}

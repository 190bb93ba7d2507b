package io.quiver.front.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both directions between string maps and JSON objects, with Jackson as the oracle. */
class JsonEntriesTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final String ODD = "\"\\/\b\f\n\r\t\u0000\u001f{}[],: aé€\u2028\ud83d\ude00";

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8, 13})
  void anyObjectComesApartAsJacksonSees(long seed) throws JsonProcessingException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 300; i++) {
      ObjectNode object = randomObject(random, 4);
      Map<String, String> expected = new LinkedHashMap<>();
      object.properties().forEach(entry -> expected.put(entry.getKey(), text(entry.getValue())));
      assertThat(JsonEntries.of(object.toString())).as(object.toString()).isEqualTo(expected);
      String spaced = JACKSON.writerWithDefaultPrettyPrinter().writeValueAsString(object);
      assertThat(JsonEntries.of(spaced).keySet()).as(spaced).isEqualTo(expected.keySet());
    }
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {21, 34, 55})
  void aStringMapBecomesTheObjectThatJacksonReadsBack(long seed) throws JsonProcessingException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 300; i++) {
      Map<String, String> map = new LinkedHashMap<>();
      for (int n = random.nextInt(1, 6); n > 0; n--) {
        map.put(randomText(random), randomText(random));
      }
      String json = MetadataMap.toMetadata(map).json();
      Map<String, String> read = new LinkedHashMap<>();
      JACKSON
          .readTree(json)
          .properties()
          .forEach(e -> read.put(e.getKey(), e.getValue().textValue()));
      assertThat(read).as(json).isEqualTo(map);
      assertThat(JsonEntries.of(json)).as(json).isEqualTo(map);
    }
  }

  @Test
  void anEmptyMapIsNoMetadata() {
    assertThat(MetadataMap.toMetadata(Map.of()).isAbsent()).isTrue();
    assertThat(JsonEntries.of("{}")).isEmpty();
    assertThat(JsonEntries.of("")).isEmpty();
  }

  @Test
  void theLastOfTwoEqualKeysCounts() {
    assertThat(JsonEntries.of("{\"a\":1,\"a\":\"x\"}")).isEqualTo(Map.of("a", "x"));
  }

  @Test
  void escapesOfEveryKindAreRead() {
    assertThat(JsonEntries.of("{\"\\u0061\\n\":\"\\ud83d\\ude00\\/\\b\\f\\r\\t\\\"\\\\\"}"))
        .isEqualTo(Map.of("a\n", "\ud83d\ude00/\b\f\r\t\"\\"));
  }

  /** Metadata that an embedding application wrote unchecked must not fail the whole query. */
  @Test
  void brokenTextNeverThrowsAndKeepsWhatStandsBeforeTheFault() {
    String json = "{\"a\":\"b\",\"c\":[1,{\"d\":\"\\u00e9\"}],\"e\":1.5}";
    for (int cut = 0; cut < json.length(); cut++) {
      String broken = json.substring(0, cut);
      assertThatCode(() -> JsonEntries.of(broken)).as(broken).doesNotThrowAnyException();
      String flipped = json.substring(0, cut) + "\\" + json.substring(cut + 1);
      assertThatCode(() -> JsonEntries.of(flipped)).as(flipped).doesNotThrowAnyException();
    }
    assertThat(JsonEntries.of("{\"a\":\"b\",\"c\":")).isEqualTo(Map.of("a", "b"));
  }

  private static String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : node.toString();
  }

  private static ObjectNode randomObject(SplittableRandom random, int depth) {
    ObjectNode object = JACKSON.createObjectNode();
    for (int n = random.nextInt(6); n > 0; n--) {
      object.set(randomText(random), randomValue(random, depth - 1));
    }
    return object;
  }

  private static JsonNode randomValue(SplittableRandom random, int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> JACKSON.getNodeFactory().textNode(randomText(random));
      case 1 -> JACKSON.getNodeFactory().numberNode(random.nextDouble() * 1e9);
      case 2 -> JACKSON.getNodeFactory().numberNode(random.nextLong());
      case 3 -> JACKSON.getNodeFactory().booleanNode(random.nextBoolean());
      case 4 -> JACKSON.getNodeFactory().nullNode();
      case 5 -> randomObject(random, depth);
      default -> {
        ArrayNode array = JACKSON.createArrayNode();
        for (int n = random.nextInt(4); n > 0; n--) {
          array.add(randomValue(random, depth - 1));
        }
        yield array;
      }
    };
  }

  private static String randomText(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(8); n > 0; n--) {
      text.appendCodePoint(ODD.codePointAt(random.nextInt(ODD.length() - 1)));
    }
    // The second half of a pair may stand alone now: replaced, for it is no well-formed text.
    return new String(
        text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8),
        java.nio.charset.StandardCharsets.UTF_8);
  }
}

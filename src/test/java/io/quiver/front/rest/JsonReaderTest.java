package io.quiver.front.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reader takes exactly the JSON texts that Jackson takes, and sees the same strings in them.
 */
class JsonReaderTest {
  private static final JsonFactory JACKSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"a\"",
    "\"b\"",
    "\"\\u0041\"",
    "\"\\n\\/\"",
    "0",
    "-1.5e3",
    "01",
    "1.",
    "-",
    "true",
    "false",
    "null",
    "nul",
    " ",
    "\n",
    "\"",
    "\\",
    "é",
    "\"\uD83D\uDE00\"",
    "\u0001",
    "NaN",
    "1e5",
    "{\"a\":1}",
    "[1,2]",
    "[[]]",
    "{\"a\":{},\"b\":[]}"
  };

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void randomTextIsAcceptedExactlyWhenJacksonAcceptsIt(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int accepted = 0;
    for (int i = 0; i < 15_000; i++) {
      byte[] text = randomText(random);
      boolean wanted = jacksonAccepts(text);
      assertThat(accepts(text)).as(new String(text, StandardCharsets.UTF_8)).isEqualTo(wanted);
      accepted += wanted ? 1 : 0;
    }
    assertThat(accepted).as("texts that both accept").isGreaterThan(500);
  }

  /** Well-formed documents with a few bytes changed: the border between right and wrong. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {5, 6, 7, 8})
  void damagedDocumentsAreAcceptedExactlyWhenJacksonAcceptsThem(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String whole =
        "{\"vectors\":[{\"id\":\"x\\u00e9\\\"\",\"data\":[1.5,-2e-3,0],\"metadata\":"
            + "{\"käse\":[true,null,{\"d\":\"\uD83D\uDE00\"}]}}],\"on_error\":\"abort\"}";
    for (int i = 0; i < 15_000; i++) {
      byte[] text = whole.getBytes(StandardCharsets.UTF_8);
      for (int damage = random.nextInt(1, 3); damage > 0; damage--) {
        text[random.nextInt(text.length)] = (byte) random.nextInt(256);
      }
      assertThat(accepts(text))
          .as(new String(text, StandardCharsets.ISO_8859_1))
          .isEqualTo(jacksonAccepts(text));
    }
  }

  /**
   * Every byte from 0xBF on with every second byte, and the borders of the ranges of the others.
   */
  @Test
  void utf8IsTakenExactlyWhenTheJdkDecodesIt() {
    int[] borders = {0x7F, 0x80, 0xC0};
    int wellFormed = 0;
    for (int pair = 0xBF00; pair < 1 << 16; pair++) {
      for (int third : borders) {
        for (int fourth : borders) {
          byte[] text = {'"', (byte) (pair >> 8), (byte) pair, (byte) third, (byte) fourth, '"'};
          boolean taken = accepts(text);
          if (taken != jacksonAccepts(text)) {
            assertThat(text).asHexString().as("taken or not").isEmpty();
          }
          wellFormed += taken ? 1 : 0;
        }
      }
    }
    assertThat(wellFormed).isGreaterThan(1_000);
  }

  /** As JSON Schema has it: 10.0 is an integer. */
  @Test
  void wholeNumbersMayHaveAFractionOfZeros() {
    for (String text : List.of("10", "10.0", "10.000")) {
      assertThat(reader(text).integer(0, 10)).as(text).isEqualTo(10);
    }
    assertThat(reader("-0.0").integer(0, 10)).isZero();
    for (String text : List.of("10.5", "10.01", "1e1", "11.0")) {
      assertThatThrownBy(() -> reader(text).integer(0, 10))
          .as(text)
          .isInstanceOf(QuiverException.class)
          .hasMessageContaining(text.equals("11.0") ? "got 11" : "a whole number, got " + text);
    }
  }

  @Test
  void stringsAreUnescapedAsJacksonDoes() throws IOException {
    SplittableRandom random = new SplittableRandom(9);
    String[] parts = {
      "a",
      "é",
      "\\n",
      "\\u00e9",
      "\\ud83d\\ude00",
      "\uD83D\uDE00",
      "\\\\",
      "\\\"",
      "\\/",
      "\\b\\f\\r\\t"
    };
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder("\"");
      for (int n = random.nextInt(6); n > 0; n--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      byte[] utf8 = text.append('"').toString().getBytes(StandardCharsets.UTF_8);
      try (JsonParser parser = JACKSON.createParser(utf8)) {
        parser.nextToken();
        assertThat(new JsonReader(utf8, utf8.length).string("a string"))
            .isEqualTo(parser.getText());
      }
    }
  }

  @Test
  void errorsNameThePath() {
    VectorReader json = reader("{\"vectors\":[{},{\"data\":[1,2,\"x\"]}]}");
    json.beginObject();
    json.nextField();
    json.beginArray("an array");
    json.nextElement();
    json.skipValue();
    json.nextElement();
    json.beginObject();
    json.nextField();
    assertThatThrownBy(json::vector)
        .isInstanceOfSatisfying(
            QuiverException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.details())
                  .containsEntry("field", "vectors[1].data[2]")
                  .containsEntry("expected", "a finite number")
                  .containsEntry("got", "the string \"x\"");
            });
  }

  @Test
  void tenThousandLevelsAreRefusedWithoutRecursion() {
    String deep = "{\"a\":" + "[".repeat(10_000);
    assertThatThrownBy(() -> reader(deep).metadata())
        .isInstanceOf(QuiverException.class)
        .hasMessageContaining("fewer nested levels");
  }

  @Test
  void metadataOfSixtyFourLevelsIsTakenAndOneMoreIsNot() {
    String fits = "{\"a\":".repeat(63) + "{}" + "}".repeat(63);
    assertThat(reader(fits).metadata().json()).isEqualTo(fits);
    assertThatThrownBy(() -> reader("{\"a\":" + fits + "}").metadata())
        .isInstanceOf(QuiverException.class);
  }

  @Test
  void metadataKeepsItsBytes() {
    String odd = "{ \"b\" : 1e999 ,\n\t\"a\":[ 1.000, \"\\u0041\" ] }";
    assertThat(reader("  " + odd + " ").metadata().json()).isEqualTo(odd);
  }

  private static VectorReader reader(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return new VectorReader(utf8, utf8.length);
  }

  private static boolean accepts(byte[] text) {
    JsonReader json = new JsonReader(text, text.length);
    try {
      json.skipValue();
      json.endDocument();
      return true;
    } catch (QuiverException e) {
      return false;
    }
  }

  /** Jackson, and the JDK's decoder for UTF-8, in which Jackson lets some broken sequences pass. */
  private static boolean jacksonAccepts(byte[] text) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      return false;
    }
    try (JsonParser parser = JACKSON.createParser(text)) {
      int values = 0;
      while (parser.nextToken() != null) {
        parser.getText(); // strings are only decoded when they are asked for
        values += parser.getParsingContext().inRoot() ? 1 : 0;
      }
      return values == 1;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] randomText(SplittableRandom random) {
    List<String> pieces = new ArrayList<>();
    for (int n = random.nextInt(1, 8); n > 0; n--) {
      pieces.add(PIECES[random.nextInt(PIECES.length)]);
    }
    return String.join("", pieces).getBytes(StandardCharsets.UTF_8);
  }
}

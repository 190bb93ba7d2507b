package io.quiver.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metadata given as text is an object that every JSON reader takes; Jackson is the oracle. */
class MetadataSyntaxTest {
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
    "\"\\u0061\"",
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
    "{\"a\":{},\"b\":[]}",
    "\"a\":",
    ",\"b\":"
  };

  @Test
  void takesWhatJacksonTakes() {
    SplittableRandom random = new SplittableRandom(4);
    int taken = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder("{");
      for (int piece = random.nextInt(8); piece > 0; piece--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      String json = text.append(random.nextInt(4) == 0 ? "" : "}").toString();
      boolean ours = isTaken(json);
      assertThat(ours).as(json).isEqualTo(jacksonTakes(json));
      taken += ours ? 1 : 0;
    }
    assertThat(taken).isGreaterThan(1_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "\"x\"",
        "null",
        " ",
        "nonsense",
        "{\"a\":\"\uD800\"}",
        "{}x",
        "{\"a\""
      })
  void refusesWhatIsNoObject(String text) {
    assertThatThrownBy(() -> Metadata.ofJson(text))
        .isInstanceOf(QuiverException.class)
        .hasMessageStartingWith("metadata: expected ");
  }

  @Test
  void depthIsBoundedAndTheStackSafe() {
    int most = Limits.METADATA_DEPTH_MAX;
    assertThat(isTaken("{\"a\":".repeat(most - 1) + "{}" + "}".repeat(most - 1))).isTrue();
    assertThat(isTaken("{\"a\":".repeat(most) + "{}" + "}".repeat(most))).isFalse();
    assertThat(isTaken("{\"a\":" + "[".repeat(100_000))).isFalse();
  }

  private static boolean isTaken(String json) {
    try {
      return Metadata.ofJson(json).json().equals(json);
    } catch (QuiverException refused) {
      assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
      return false;
    }
  }

  private static boolean jacksonTakes(String json) {
    try (JsonParser parser = JACKSON.createParser(json)) {
      int depth = 0;
      int documents = 0;
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        documents += depth == 0 ? 1 : 0;
      }
      return documents == 1 && depth == 0;
    } catch (IOException malformed) {
      return false;
    }
  }
}

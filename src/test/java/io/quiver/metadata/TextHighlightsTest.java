package io.quiver.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Metadata;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextHighlightsTest {
  private static Map<String, List<String>> marked(String query, String json) throws IOException {
    return new TextHighlights(TextQuery.parse(query), List.of("text")).of(Metadata.ofJson(json));
  }

  @Test
  void marksEveryFormOfAWordAndNothingElse() throws IOException {
    assertThat(
            marked("run AND NOT dog", "{\"text\":\"He runs, the dog is Running.\",\"x\":\"run\"}"))
        .isEqualTo(Map.of("text", List.of("He <em>runs</em>, the dog is <em>Running</em>.")));
    assertThat(marked("qui* fxo~1", "{\"text\":\"quick quiz of a fox\"}"))
        .isEqualTo(Map.of("text", List.of("<em>quick</em> <em>quiz</em> of a <em>fox</em>")));
    assertThat(marked("title:\"big dog\"^2", "{\"title\":\"dogs\",\"text\":\"dogs\"}"))
        .isEqualTo(Map.of("title", List.of("<em>dogs</em>")));
    assertThat(marked("cat", "{\"text\":\"dogs\"}")).isEmpty();
  }

  @Test
  void longTextsAreCutToAFewWholeWords() throws IOException {
    String filler = "lorem ipsum dolor sit amet consectetur ".repeat(20);
    String text = (filler + "fox ").repeat(5);
    List<String> pieces = marked("fox", "{\"text\":\"" + text + "\"}").get("text");
    assertThat(pieces).hasSize(3);
    for (String piece : pieces) {
      assertThat(piece).contains(" <em>fox</em>").hasSizeLessThan(260);
      assertThat(text).contains(piece.replaceAll("</?em>", ""));
      assertThat(piece.split(" ", -1))
          .allMatch(word -> (filler + "<em>fox</em>").contains(word) && word.length() > 2);
    }
  }

  /** Neither a missing space nor a character of two halves is cut in two. */
  @Test
  void textsWithoutSpacesAreCutBetweenCharacters() throws IOException {
    String emoji = "\uD83D\uDE00".repeat(301);
    for (String pad : List.of("", "x")) {
      String json = "{\"text\":\"" + pad + emoji + " fox" + emoji + "\"}";
      for (String piece : marked("fox", json).get("text")) {
        assertThat(piece).contains("<em>fox</em>").hasSizeLessThan(300);
        for (int i = 0; i < piece.length(); i++) {
          boolean isLow = Character.isLowSurrogate(piece.charAt(i));
          boolean followsHigh = i > 0 && Character.isHighSurrogate(piece.charAt(i - 1));
          assertThat(isLow).as("character %d", i).isEqualTo(followsHigh);
        }
      }
    }
  }
}

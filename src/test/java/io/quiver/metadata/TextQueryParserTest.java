package io.quiver.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.QuiverException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The syntax of docs/text.md, and nothing else. */
class TextQueryParserTest {

  /** Clauses in brackets, + must, − must not; "phrase", prefix*, fuzzy~edits, field:, ^boost. */
  private static String shown(TextQuery query) {
    return switch (query) {
      case TextQuery.Word(String text) -> text;
      case TextQuery.Phrase(String text, int slop) -> "\"" + text + "\"~" + slop;
      case TextQuery.Prefix(String text) -> text + "*";
      case TextQuery.Fuzzy(String text, int edits) -> text + "~" + edits;
      case TextQuery.In(String field, TextQuery inside) -> field + ":" + shown(inside);
      case TextQuery.Boosted(TextQuery inside, float boost) -> shown(inside) + "^" + boost;
      case TextQuery.Group group -> {
        StringBuilder all = new StringBuilder("[");
        for (TextQuery.Clause clause : group.clauses()) {
          all.append(all.length() > 1 ? " " : "");
          all.append(
              switch (clause.occur()) {
                case MUST -> "+";
                case SHOULD -> "";
                case MUST_NOT -> "-";
              });
          all.append(shown(clause.query()));
        }
        yield all.append("]").toString();
      }
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "fox | fox",
        "quick fox | [quick fox]",
        "quick OR fox | [quick fox]",
        "quick AND fox | [+quick +fox]",
        "a AND b c | [[+a +b] c]",
        "a AND NOT b | [+a -b]",
        "a NOT b | [a -b]",
        "+a -b c | [+a -b c]",
        "+a AND -b | [+a -b]",
        "(a b) AND c | [+[a b] +c]",
        "a AND (b OR NOT c) | [+a +[b -c]]",
        "`quick fox` | [quick fox]",
        "\"quick fox\" | \"quick fox\"~0",
        "\"quick fox\"~3 | \"quick fox\"~3",
        "\"a \\\" b\" | \"a \" b\"~0",
        "qui* | qui*",
        "fix~ | fix~1",
        "if~ | if~0",
        "quicker~ | quicker~2",
        "quicker~1 | quicker~1",
        "title:fox | title:fox",
        "a.b-c_1:fo* | a.b-c_1:fo*",
        "title:(quick fox)^2.5 | title:[quick fox]^2.5",
        "title:\"quick fox\" | title:\"quick fox\"~0",
        "fox^3 dog | [fox^3.0 dog]",
        "fo*^3 | fo*^3.0",
        "\\AND \\-a a\\*b a\\:b | [AND -a a*b a:b]",
        // What only looks like an operator is part of the text.
        "http://x.org 3:4 5-HT - + a: why? wi-fi 1,000 5% x^ ANDROID NOTE oR |"
            + " [http://x.org 3:4 5-HT - + a: why? wi-fi 1,000 5% x^ ANDROID NOTE oR]",
        "gene(s) role | [gene s role]",
      })
  void reads(String query, String expected) {
    assertThat(shown(TextQuery.parse(query))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "` ` | a word at character 0",
        "() | a word at character 0",
        "a ) b | a word at character 2, got ) b",
        "( a | ')' for the '(' at 0 at character 3, got the end",
        "a \"b c | a closing '\"' for the one at 2 at character 6, got the end",
        "*a | a letter before '*' at character 0",
        "a * b | a letter before '*' at character 2",
        "a*b | '*' at the end of a word at character 1",
        "\"a\"b | a space after what began at 0 at character 3, got b",
        "a\"b\" | a space before '\"' at character 1",
        "a~3 | edits of 0 to 2 at character 2, got 3",
        "a~1b | a space after what began at 0 at character 3, got b",
        "\"a b\"~ | a slop of 0 to 100 at character 6",
        "a^1e9 | a space after what began at 0 at character 3",
        "a^1001 | a boost of 0 to 1000 at character 2",
        "(a)^ | a boost of 0 to 1000 at character 4, got the end",
        "AND a | a word before AND or OR at character 0",
        "a AND | a word after AND at character 5, got the end",
        "a AND OR b | a word after AND at character 6",
        "a OR | a word after OR at character 4",
        "(a OR) b | a word after OR at character 5",
        "NOT | a word after NOT at character 3",
        "NOT a | something that is looked for, too at character 0",
        "-a -b | something that is looked for, too at character 0",
        "a (NOT b) | something that is looked for, too at character 2",
        "a\\ | a character after '\\' at character 2, got the end",
      })
  void refusesWithThePlace(String query, String expected) {
    assertThatThrownBy(() -> TextQuery.parse(query))
        .isInstanceOfSatisfying(
            QuiverException.class,
            error -> assertThat(error.details()).containsEntry("field", "query"))
        .hasMessageContaining(expected);
  }

  @Test
  void whatAQueryMayCostIsBounded() {
    assertThatCode(() -> TextQuery.parse("a ".repeat(256))).doesNotThrowAnyException();
    assertThatThrownBy(() -> TextQuery.parse("a ".repeat(257)))
        .hasMessageContaining("at most 256 clauses");
    assertThatCode(() -> TextQuery.parse("(".repeat(16) + "a" + ")".repeat(16)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> TextQuery.parse("(".repeat(4_000)))
        .hasMessageContaining("at most 16 levels");
    assertThatThrownBy(() -> TextQuery.parse("a:".repeat(2_000) + "b"))
        .hasMessageContaining("at most 16 levels");
    assertThatThrownBy(() -> TextQuery.parse("NOT ".repeat(1_000) + "b"))
        .isInstanceOf(QuiverException.class);
    assertThatCode(() -> TextQuery.parse("a".repeat(64) + "~")).doesNotThrowAnyException();
    assertThatThrownBy(() -> TextQuery.parse("b " + "a".repeat(65) + "~2"))
        .hasMessageContaining("at most 64 characters before '~' at character 2");
    assertThatThrownBy(() -> TextQuery.parse("a".repeat(4_097))).hasMessageContaining("4096");
  }

  /** Whatever comes is a query or a refusal with its field. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void nothingElseComesOfNonsense(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String letters = "ab \"()*~^:+-\\0129.ANDORT é\uD83D\uDE00\u0000";
    for (int i = 0; i < 5_000; i++) {
      StringBuilder query = new StringBuilder();
      int length = random.nextInt(1, 30);
      for (int j = 0; j < length; j++) {
        query.append(
            random.nextInt(8) == 0
                ? new String[] {" AND ", " OR ", " NOT "}[random.nextInt(3)]
                : letters.substring(random.nextInt(letters.length())).substring(0, 1));
      }
      try {
        assertThat(TextQuery.parse(query.toString())).isNotNull();
      } catch (QuiverException e) {
        assertThat(e.details()).as(query.toString()).containsEntry("field", "query");
      }
    }
  }
}

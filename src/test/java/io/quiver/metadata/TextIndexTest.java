package io.quiver.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quiver.core.Deadline;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Searches of made-up texts, held against the textbook's formula and against reading every text.
 * Words are a letter and digits, which no stemmer changes; texts have at most 40 of them, so that
 * their lengths are kept as they are.
 */
class TextIndexTest {
  private static final int WORDS = 60;
  private static final List<String> TEXT = List.of("text");

  private final List<List<String>> texts = new ArrayList<>();

  /** The texts of one part: those whose number leaves a remainder. */
  private TextIndex index(int part, int parts) throws IOException {
    TextIndex index = new TextIndex();
    for (int i = part; i < texts.size(); i += parts) {
      index.add(row(texts.get(i)));
      if (i % 7 == 0) {
        index.publish(); // Many small segments, so that there is something to merge.
      }
    }
    index.publish();
    return index;
  }

  private static Metadata row(List<String> words) {
    return words.isEmpty()
        ? Metadata.ABSENT
        : Metadata.ofJson("{\"n\":1,\"text\":\"" + String.join(" ", words) + "\"}");
  }

  private void makeTexts(SplittableRandom random, int count) {
    for (int i = 0; i < count; i++) {
      int length = random.nextInt(6) == 0 ? 0 : random.nextInt(1, 41);
      texts.add(
          IntStream.range(0, length)
              .mapToObj(j -> "k" + Math.min(random.nextInt(WORDS), random.nextInt(WORDS)))
              .toList());
    }
  }

  private static Map<Integer, Float> found(
      List<TextIndex> parts, String query, int window, IntPredicate passes) throws IOException {
    List<TextSearch.Part> searched = new ArrayList<>();
    for (int part = 0; part < parts.size(); part++) {
      int number = part;
      searched.add(
          new TextSearch.Part(
              parts.get(part),
              Integer.MAX_VALUE,
              ordinal -> passes.test(ordinal * parts.size() + number)));
    }
    TextMatches matches =
        TextSearch.run(searched, TextQuery.parse(query), TEXT, window, Deadline.NEVER);
    Map<Integer, Float> rows = new TreeMap<>();
    for (int rank = 0; rank < matches.count(); rank++) {
      assertThat(rank == 0 || matches.score(rank - 1) >= matches.score(rank)).isTrue();
      rows.put(matches.ordinal(rank) * parts.size() + matches.part(rank), matches.score(rank));
    }
    assertThat(rows).hasSize(matches.count());
    return rows;
  }

  /** Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), without Lucene. */
  private double bm25(List<String> text, List<String> query) {
    List<List<String>> all = texts.stream().filter(each -> !each.isEmpty()).toList();
    double mean = all.stream().mapToInt(List::size).average().orElse(1);
    double score = 0;
    for (String word : query) {
      long having = all.stream().filter(each -> each.contains(word)).count();
      double idf = Math.log(1 + (all.size() - having + 0.5) / (having + 0.5));
      long times = text.stream().filter(word::equals).count();
      score += idf * times / (times + 1.2 * (1 - 0.75 + 0.75 * text.size() / mean));
    }
    return score;
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void scoresAreThoseOfTheFormulaHoweverRowsAreSharded(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    makeTexts(random, 200);
    List<TextIndex> one = List.of(index(0, 1));
    List<TextIndex> three = List.of(index(0, 3), index(1, 3), index(2, 3));
    for (int i = 0; i < 15; i++) {
      List<String> query =
          random.ints(random.nextInt(1, 5), 0, WORDS).distinct().mapToObj(w -> "k" + w).toList();
      Map<Integer, Float> found = found(one, String.join(" ", query), 1_000, row -> true);
      assertThat(found(three, String.join(" ", query), 1_000, row -> true)).isEqualTo(found);
      for (int row = 0; row < texts.size(); row++) {
        double expected = bm25(texts.get(row), query);
        assertThat(found.containsKey(row)).as("row %d, %s", row, query).isEqualTo(expected > 0);
        assertThat((double) found.getOrDefault(row, 0f)).isCloseTo(expected, within(1e-4));
      }
    }
  }

  /** What a row must have to be found, told without an index. */
  private record Asked(String query, Predicate<List<String>> matches) {}

  private static Asked leaf(SplittableRandom random) {
    String a = "k" + random.nextInt(WORDS);
    String b = "k" + random.nextInt(WORDS);
    return switch (random.nextInt(4)) {
      case 0 -> new Asked(a, words -> words.contains(a));
      case 1 ->
          new Asked(
              "\"" + a + " " + b + "\"",
              words ->
                  IntStream.range(1, words.size())
                      .anyMatch(i -> words.get(i - 1).equals(a) && words.get(i).equals(b)));
      case 2 -> new Asked(a + "*", words -> words.stream().anyMatch(word -> word.startsWith(a)));
      default ->
          new Asked(
              a.toUpperCase(Locale.ROOT) + "~1",
              words -> words.stream().anyMatch(word -> edits(word, a) <= 1));
    };
  }

  /** Damerau and Levenshtein's distance of two short words, neighbours swapped counting one. */
  private static int edits(String a, String b) {
    int[][] table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          table[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        table[i][j] =
            Math.min(table[i - 1][j - 1] + change, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
        boolean isSwap =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (isSwap) {
          table[i][j] = Math.min(table[i][j], table[i - 2][j - 2] + 1);
        }
      }
    }
    return table[a.length()][b.length()];
  }

  private static Asked tree(SplittableRandom random, int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return leaf(random);
    }
    Asked a = tree(random, depth - 1);
    Asked b = tree(random, depth - 1);
    String both = "(" + a.query() + ") %s (" + b.query() + ")";
    return switch (random.nextInt(4)) {
      case 0 -> new Asked(both.formatted("AND"), a.matches().and(b.matches()));
      case 1 -> new Asked(both.formatted("OR"), a.matches().or(b.matches()));
      case 2 -> new Asked(both.formatted("AND NOT"), a.matches().and(b.matches().negate()));
      default -> new Asked(both.formatted("") + "^2", a.matches().or(b.matches()));
    };
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {4, 5, 6})
  void whatMatchesIsWhatReadingEveryTextFinds(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    makeTexts(random, 300);
    List<TextIndex> parts = List.of(index(0, 2), index(1, 2));
    for (int i = 0; i < 60; i++) {
      Asked asked = tree(random, 3);
      int modulus = random.nextInt(1, 5);
      IntPredicate passes = row -> row % modulus == 0;
      TreeSet<Integer> expected =
          IntStream.range(0, texts.size())
              .filter(row -> passes.test(row) && asked.matches().test(texts.get(row)))
              .boxed()
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(found(parts, asked.query(), 1_000, passes).keySet())
          .as(asked.query())
          .isEqualTo(expected);
    }
  }

  /** Segments are merged; ordinals stay. */
  @Test
  void mergesMoveNoRow() throws IOException {
    makeTexts(new SplittableRandom(7), 600);
    TextIndex index = index(0, 1);
    Map<Integer, Float> before = found(List.of(index), "k1 k2 k50", 2_000, row -> true);
    int merges = 0;
    while (index.tidy()) {
      index.publish();
      merges++;
    }
    index.publish();
    assertThat(merges).isPositive();
    assertThat(before).hasSizeGreaterThan(100);
    assertThat(found(List.of(index), "k1 k2 k50", 2_000, row -> true)).isEqualTo(before);
  }

  /** A page does not depend on ordinals: the caller gets all that compete for its last place. */
  @Test
  void allRowsThatTieWithTheLastAreThere() throws IOException {
    for (int i = 0; i < 50; i++) {
      texts.add(i % 10 == 0 ? List.of("k1", "k1", "k2") : List.of("k1", "k2", "k3"));
    }
    List<TextIndex> index = List.of(index(0, 1));
    assertThat(found(index, "k1", 3, row -> true)).hasSize(5);
    assertThat(found(index, "k1", 5, row -> true)).hasSize(5);
    assertThat(found(index, "k1", 6, row -> true)).hasSize(50);
    assertThat(found(index, "k1", 1, row -> row % 10 != 0)).hasSize(45);
  }

  @Test
  void wordsAreFoundInAnyFormAndStopWordsAreNone() throws IOException {
    TextIndex index = new TextIndex();
    index.add(Metadata.ofJson("{\"text\":\"The RUNNERS were running\"}"));
    index.add(Metadata.ofJson("{\"text\":[\"a run\",\"caf\\u00e9s\"],\"other\":\"runs\"}"));
    index.add(Metadata.ofJson("{\"a\":{\"b\":[{\"c\":\"deep runs\"},{\"c\":\"tail\"}]}}"));
    index.publish();
    List<TextIndex> parts = List.of(index);
    assertThat(found(parts, "run", 9, row -> true)).containsOnlyKeys(0, 1);
    assertThat(found(parts, "Running", 9, row -> true)).containsOnlyKeys(0, 1);
    assertThat(found(parts, "runni*", 9, row -> true)).containsOnlyKeys(0);
    assertThat(found(parts, "the", 9, row -> true)).isEmpty();
    for (String longest : List.of("é".repeat(64) + "~2", "y".repeat(4_000) + "*")) {
      assertThat(found(parts, longest, 9, row -> true)).isEmpty();
    }
    assertThat(found(parts, "+the +café", 9, row -> true)).containsOnlyKeys(1);
    assertThat(found(parts, "a.b.c:runs", 9, row -> true)).containsOnlyKeys(2);
    assertThat(found(parts, "\"run cafés\"", 9, row -> true))
        .as("a phrase does not reach over the elements of an array")
        .isEmpty();
  }

  @Test
  void aFieldThatTheIndexHasNotIsRefusedOnceItIsFull() throws IOException {
    TextIndex index = new TextIndex(2);
    index.add(Metadata.ofJson("{\"a\":\"x\",\"b\":\"x\"}"));
    index.publish();
    TextSearch.Part part = new TextSearch.Part(index, 9, row -> true);
    List<TextSearch.Part> parts = List.of(part);
    TextQuery x = TextQuery.parse("x");
    assertThat(TextSearch.run(parts, x, List.of("c"), 9, Deadline.NEVER).count()).isZero();
    index.add(Metadata.ofJson("{\"b\":\"x\",\"c\":\"x\"}"));
    index.publish();
    assertThat(TextSearch.run(parts, x, List.of("b"), 9, Deadline.NEVER).count()).isEqualTo(2);
    for (String query : List.of("x", "c:x")) {
      List<String> fields = query.equals("x") ? List.of("c") : List.of("b");
      assertThatThrownBy(
              () -> TextSearch.run(parts, TextQuery.parse(query), fields, 9, Deadline.NEVER))
          .isInstanceOf(QuiverException.class)
          .hasMessageContaining("one of the first 2 fields");
    }
  }

  @Test
  void aSearchThatNobodyWaitsForEnds() throws IOException {
    makeTexts(new SplittableRandom(8), 100);
    TextSearch.Part part = new TextSearch.Part(index(0, 1), 100, row -> true);
    Ticket ticket = new Ticket();
    ticket.cancel();
    Deadline gone = new Deadline(Long.MAX_VALUE, ticket);
    assertThatThrownBy(() -> TextSearch.run(List.of(part), TextQuery.parse("k1"), TEXT, 9, gone))
        .isInstanceOfSatisfying(
            QuiverException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
  }

  @Test
  void tooManyWordsInTooManyFieldsAreRefused() throws IOException {
    makeTexts(new SplittableRandom(9), 10);
    List<TextSearch.Part> parts = List.of(new TextSearch.Part(index(0, 1), 10, row -> true));
    List<String> fields = IntStream.range(0, 32).mapToObj(i -> "f" + i).toList();
    String words = IntStream.range(0, 40).mapToObj(i -> "k" + i).collect(Collectors.joining(" "));
    assertThatThrownBy(
            () -> TextSearch.run(parts, TextQuery.parse(words), fields, 9, Deadline.NEVER))
        .isInstanceOf(QuiverException.class)
        .hasMessageContaining("query: expected at most 1024 words");
  }
}

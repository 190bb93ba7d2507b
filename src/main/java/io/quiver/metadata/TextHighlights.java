package io.quiver.metadata;

import io.quiver.core.Metadata;
import io.quiver.metadata.TextQuery.Boosted;
import io.quiver.metadata.TextQuery.Clause;
import io.quiver.metadata.TextQuery.Fuzzy;
import io.quiver.metadata.TextQuery.Group;
import io.quiver.metadata.TextQuery.In;
import io.quiver.metadata.TextQuery.Occur;
import io.quiver.metadata.TextQuery.Phrase;
import io.quiver.metadata.TextQuery.Prefix;
import io.quiver.metadata.TextQuery.Word;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.ByteRunAutomaton;

/**
 * Marks in the texts of found rows what a query looked for: each of its words wherever it stands,
 * those of a phrase also alone. Made for one query, used by one thread.
 */
public final class TextHighlights {
  /** Of a longer text, no more is looked at. */
  private static final int TEXT_CHARS_MAX = 1 << 16;

  private static final class Sought {
    private final Set<String> stems = new HashSet<>();
    private final List<Predicate<String>> words = new ArrayList<>();
  }

  private final Map<String, Sought> fields = new TreeMap<>();

  public TextHighlights(TextQuery query, List<String> paths) throws IOException {
    gather(query, paths);
  }

  private void gather(TextQuery query, List<String> paths) throws IOException {
    switch (query) {
      case Word(String text) -> stems(text, paths);
      case Phrase(String text, int slop) -> stems(text, paths);
      case Prefix(String text) -> {
        for (String path : paths) {
          String start = LuceneQueries.asWritten(path, text).text();
          sought(path).words.add(word -> word.startsWith(start));
        }
      }
      case Fuzzy(String text, int edits) -> {
        for (String path : paths) {
          sought(path).words.add(fuzzy(LuceneQueries.asWritten(path, text), edits));
        }
      }
      case In(String field, TextQuery inside) -> gather(inside, List.of(field));
      case Boosted(TextQuery inside, float boost) -> gather(inside, paths);
      case Group(List<Clause> clauses) -> {
        for (Clause clause : clauses) {
          if (clause.occur() != Occur.MUST_NOT) {
            gather(clause.query(), paths);
          }
        }
      }
    }
  }

  private Sought sought(String path) {
    return fields.computeIfAbsent(path, none -> new Sought());
  }

  private void stems(String text, List<String> paths) throws IOException {
    for (String path : paths) {
      Set<String> stems = sought(path).stems;
      tokens(TextFields.stems(path), text, (stem, from, to) -> stems.add(stem));
    }
  }

  private static Predicate<String> fuzzy(Term word, int edits) {
    ByteRunAutomaton near =
        new FuzzyQuery(word, edits, 0, LuceneQueries.FUZZY_WORDS_MAX, true)
            .getAutomata()
            .runAutomaton;
    if (edits == 0 || near == null) {
      return word.text()::equals;
    }
    return candidate -> {
      BytesRef utf8 = new BytesRef(candidate);
      return near.run(utf8.bytes, utf8.offset, utf8.length);
    };
  }

  /**
   * The places in a row's texts, by field: pieces of the text in which what was found stands
   * between {@code <em>} and {@code </em>}. Fields without any are left out.
   */
  public Map<String, List<String>> of(Metadata metadata) {
    Map<String, List<String>> marked = new TreeMap<>();
    JsonTexts.each(
        metadata,
        (path, text) -> {
          Sought sought = fields.get(path);
          if (sought != null) {
            List<String> pieces = marked.computeIfAbsent(path, none -> new ArrayList<>());
            String head = text.length() <= TEXT_CHARS_MAX ? text : head(text);
            Fragments.add(head, places(path, head, sought), pieces);
          }
        });
    marked.values().removeIf(List::isEmpty);
    return marked;
  }

  private static String head(String text) {
    boolean isInPair = Character.isLowSurrogate(text.charAt(TEXT_CHARS_MAX));
    return text.substring(0, isInPair ? TEXT_CHARS_MAX - 1 : TEXT_CHARS_MAX);
  }

  /** Where in the text it stands: first character and the one behind the last. */
  private static List<int[]> places(String path, String text, Sought sought) {
    List<int[]> places = new ArrayList<>();
    try {
      if (!sought.stems.isEmpty()) {
        tokens(
            TextFields.stems(path),
            text,
            (stem, from, to) -> {
              if (sought.stems.contains(stem)) {
                places.add(new int[] {from, to});
              }
            });
      }
      if (!sought.words.isEmpty()) {
        tokens(
            TextFields.words(path),
            text,
            (word, from, to) -> {
              if (sought.words.stream().anyMatch(each -> each.test(word))) {
                places.add(new int[] {from, to});
              }
            });
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // It reads from memory.
    }
    places.sort(Comparator.comparingInt(place -> place[0]));
    return places;
  }

  @FunctionalInterface
  private interface Token {
    void at(String text, int from, int to);
  }

  private static void tokens(String field, String text, Token each) throws IOException {
    try (TokenStream stream = TextFields.ANALYZER.tokenStream(field, text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      OffsetAttribute offsets = stream.addAttribute(OffsetAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        each.at(term.toString(), offsets.startOffset(), offsets.endOffset());
      }
      stream.end();
    }
  }
}

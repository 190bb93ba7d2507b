package io.quiver.metadata;

import io.quiver.core.Metadata;
import io.quiver.core.QuiverException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.DelegatingAnalyzerWrapper;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexOptions;

/**
 * How the texts of rows stand in one index. Each path has two fields: its words in their English
 * stems, with positions, which is what is scored; and its words as they are written, in lower case,
 * among which prefixes and fuzzy words are looked up. An index has at most {@link #PATHS_MAX}
 * paths: those that came first.
 *
 * <p>Thread safety: any thread.
 */
final class TextFields {
  /** Each path costs memory in each part of an index, whether many rows have it or one. */
  static final int PATHS_MAX = 1_000;

  private static final String STEMS = "s:";
  private static final String WORDS = "w:";
  private static final FieldType WORD_TYPE = wordType();
  private static final Analyzer STEMMER = new EnglishAnalyzer();
  private static final Analyzer SPLITTER = new StandardAnalyzer();

  /** What analyses which field. */
  static final Analyzer ANALYZER =
      new DelegatingAnalyzerWrapper(Analyzer.PER_FIELD_REUSE_STRATEGY) {
        @Override
        protected Analyzer getWrappedAnalyzer(String field) {
          return field.startsWith(STEMS) ? STEMMER : SPLITTER;
        }

        /** No phrase reaches from one element of an array into the next. */
        @Override
        public int getPositionIncrementGap(String field) {
          return 1_000;
        }
      };

  private final Set<String> paths = ConcurrentHashMap.newKeySet();
  private final int pathsMax;
  private volatile boolean isFull;

  TextFields(int pathsMax) {
    this.pathsMax = pathsMax;
  }

  private static FieldType wordType() {
    FieldType type = new FieldType();
    type.setIndexOptions(IndexOptions.DOCS);
    type.setOmitNorms(true);
    type.setTokenized(true);
    type.freeze();
    return type;
  }

  static String stems(String path) {
    return STEMS + path;
  }

  static String words(String path) {
    return WORDS + path;
  }

  /** The document of a row; an empty one if it has no text. One thread at a time. */
  Document document(Metadata metadata) {
    Document document = new Document();
    JsonTexts.each(
        metadata,
        (path, text) -> {
          if (!paths.contains(path) && !admit(path)) {
            return;
          }
          document.add(new TextField(stems(path), text, Field.Store.NO));
          document.add(new Field(words(path), text, WORD_TYPE));
        });
    return document;
  }

  private boolean admit(String path) {
    isFull |= paths.size() == pathsMax;
    return !isFull && paths.add(path);
  }

  /**
   * Refuses a field that some rows may have although the index has it not.
   *
   * @throws QuiverException INVALID_ARGUMENT of the request's fields
   */
  void expectComplete(String field) {
    if (isFull && !paths.contains(field)) {
      throw QuiverException.invalid(
          "fields", "one of the first " + pathsMax + " fields with text of the collection", field);
    }
  }
}

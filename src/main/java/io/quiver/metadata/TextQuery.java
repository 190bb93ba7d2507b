package io.quiver.metadata;

import io.quiver.core.QuiverException;
import java.util.List;

/** What a text search asks for, as {@link TextQueryParser} read it. Its syntax: docs/text.md. */
public sealed interface TextQuery {

  /**
   * Reads a query.
   *
   * @throws QuiverException INVALID_ARGUMENT of {@code query}, with the place
   */
  static TextQuery parse(String query) {
    return new TextQueryParser(query).parse();
  }

  /** One word, in any of its forms; analysis may find that it is several, or none. */
  record Word(String text) implements TextQuery {}

  /**
   * Words in this order.
   *
   * @param slop moves of a word that are allowed
   */
  record Phrase(String text, int slop) implements TextQuery {}

  /** All words that begin so. */
  record Prefix(String text) implements TextQuery {}

  /**
   * Words that are spelt about so.
   *
   * @param edits letters that may differ, 0 to 2
   */
  record Fuzzy(String text, int edits) implements TextQuery {}

  /** The same in another field. */
  record In(String field, TextQuery query) implements TextQuery {}

  /** The same, of more or less weight. */
  record Boosted(TextQuery query, float boost) implements TextQuery {}

  /** Several clauses; at least one of them is looked for. */
  record Group(List<Clause> clauses) implements TextQuery {
    public Group {
      clauses = List.copyOf(clauses);
    }
  }

  /** What a clause of a group is to the rows that are found. */
  enum Occur {
    /** Each of them has it. */
    MUST,
    /** It adds to the score; one has to be there if nothing must. */
    SHOULD,
    /** None of them has it. */
    MUST_NOT
  }

  /** One clause of a group. */
  record Clause(Occur occur, TextQuery query) {}
}

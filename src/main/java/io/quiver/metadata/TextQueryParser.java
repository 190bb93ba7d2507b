package io.quiver.metadata;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.metadata.TextQuery.Boosted;
import io.quiver.metadata.TextQuery.Clause;
import io.quiver.metadata.TextQuery.Fuzzy;
import io.quiver.metadata.TextQuery.Group;
import io.quiver.metadata.TextQuery.In;
import io.quiver.metadata.TextQuery.Occur;
import io.quiver.metadata.TextQuery.Phrase;
import io.quiver.metadata.TextQuery.Prefix;
import io.quiver.metadata.TextQuery.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads the text of a query (docs/text.md). Its cost is bounded by its length: {@link
 * Limits#TEXT_QUERY_CHARS_MAX} characters, {@link #CLAUSES_MAX} clauses, {@link #DEPTH_MAX} levels
 * of parentheses and fields. Used once, by one thread.
 */
final class TextQueryParser {
  static final int CLAUSES_MAX = 256;
  static final int DEPTH_MAX = 16;
  private static final int SLOP_MAX = 100;
  private static final int EDITS_MAX = 2;
  private static final int FUZZY_CHARS_MAX = 64;
  private static final float BOOST_MAX = 1_000;
  private static final Pattern FIELD = Pattern.compile("[A-Za-z_][\\w.-]*");

  private final String query;
  private int at;
  private int depth;
  private int clauses;

  TextQueryParser(String query) {
    this.query = query;
  }

  TextQuery parse() {
    Limits.check("query length", query.length(), 1, Limits.TEXT_QUERY_CHARS_MAX);
    TextQuery all = group(0);
    if (at < query.length()) {
      throw wrong("a word", at);
    }
    return all;
  }

  /** Clauses up to the closing parenthesis, or the end. */
  private TextQuery group(int from) {
    List<Clause> found = new ArrayList<>();
    space();
    while (at < query.length() && query.charAt(at) != ')') {
      Clause clause = conjunction();
      found.add(clause);
      space();
      if (isKeyword("OR")) {
        at += 2;
        expectOperand("OR");
      }
    }
    return grouped(found, from);
  }

  private TextQuery grouped(List<Clause> found, int from) {
    if (found.stream().allMatch(clause -> clause.occur() == Occur.MUST_NOT)) {
      throw wrong(found.isEmpty() ? "a word" : "something that is looked for, too", from);
    }
    boolean isPlain = found.size() == 1 && found.getFirst().occur() != Occur.MUST_NOT;
    return isPlain ? found.getFirst().query() : new Group(found);
  }

  /** {@code a AND b AND NOT c} is one clause. */
  private Clause conjunction() {
    int from = at;
    Clause first = clause();
    space();
    if (!isKeyword("AND")) {
      return first;
    }
    List<Clause> all = new ArrayList<>();
    all.add(required(first));
    while (isKeyword("AND")) {
      at += 3;
      expectOperand("AND");
      all.add(required(clause()));
      space();
    }
    return new Clause(Occur.SHOULD, grouped(all, from));
  }

  private static Clause required(Clause clause) {
    return clause.occur() == Occur.SHOULD ? new Clause(Occur.MUST, clause.query()) : clause;
  }

  private Clause clause() {
    if (++clauses > CLAUSES_MAX) {
      throw wrong("at most " + CLAUSES_MAX + " clauses", at);
    }
    if (isKeyword("AND") || isKeyword("OR")) {
      throw wrong("a word before AND or OR", at);
    }
    if (isKeyword("NOT")) {
      at += 3;
      expectOperand("NOT");
      return new Clause(Occur.MUST_NOT, term());
    }
    char sign = query.charAt(at);
    boolean isSigned = (sign == '+' || sign == '-') && isOperandAt(at + 1);
    if (!isSigned) {
      return new Clause(Occur.SHOULD, term());
    }
    at++;
    return new Clause(sign == '+' ? Occur.MUST : Occur.MUST_NOT, term());
  }

  /** Group, phrase or word, perhaps of a field, perhaps boosted. */
  private TextQuery term() {
    int from = at;
    TextQuery term =
        switch (query.charAt(at)) {
          case '(' -> parenthesis();
          case '"' -> phrase();
          default -> word();
        };
    if (at < query.length() && query.charAt(at) == '^') {
      at++;
      term = new Boosted(term, boost());
    }
    if (at < query.length() && !isEnd(query.charAt(at)) && !isAt('(')) {
      throw wrong("a space after what began at " + from, at);
    }
    return term;
  }

  private TextQuery parenthesis() {
    int from = at++;
    nest(from);
    TextQuery inside = group(from);
    if (at == query.length()) {
      throw wrong("')' for the '(' at " + from, at);
    }
    at++;
    depth--;
    return inside;
  }

  private TextQuery phrase() {
    int from = at++;
    StringBuilder text = new StringBuilder();
    while (at < query.length() && query.charAt(at) != '"') {
      text.append(character());
    }
    if (at == query.length()) {
      throw wrong("a closing '\"' for the one at " + from, at);
    }
    at++;
    int slop = isAt('~') ? whole(SLOP_MAX, "a slop") : 0;
    return new Phrase(text.toString(), slop);
  }

  private TextQuery word() {
    int from = at;
    StringBuilder text = new StringBuilder();
    while (at < query.length() && !isEnd(query.charAt(at)) && !isAt('(')) {
      char c = query.charAt(at);
      if (c == ':' && isFieldName(text) && isOperandAt(at + 1)) {
        return ofField(text.toString(), from);
      }
      if (c == '*') {
        return prefix(text.toString(), from);
      }
      if (c == '~' && at > from) {
        return fuzzy(text.toString(), from);
      }
      if (c == '^' && at > from && isDigitAt(at + 1)) {
        break;
      }
      if (c == '"') {
        throw wrong("a space before '\"'", at);
      }
      text.append(character());
    }
    return new Word(text.toString());
  }

  private TextQuery ofField(String field, int from) {
    at++;
    nest(from);
    TextQuery inside = term();
    depth--;
    return new In(field, inside);
  }

  private void nest(int from) {
    if (++depth > DEPTH_MAX) {
      throw wrong("at most " + DEPTH_MAX + " levels", from);
    }
  }

  /** So that neither a ratio nor a URL is taken for a field. */
  private boolean isFieldName(CharSequence text) {
    return FIELD.matcher(text).matches() && !query.startsWith("//", at + 1);
  }

  private TextQuery prefix(String text, int from) {
    if (text.isEmpty()) {
      throw wrong("a letter before '*'", from);
    }
    at++;
    if (at < query.length() && !isEnd(query.charAt(at)) && query.charAt(at) != '^') {
      throw wrong("'*' at the end of a word", at - 1);
    }
    return new Prefix(text);
  }

  private TextQuery fuzzy(String text, int from) {
    if (text.length() > FUZZY_CHARS_MAX) { // The automaton of its neighbours would be too large.
      throw wrong("at most " + FUZZY_CHARS_MAX + " characters before '~'", from);
    }
    boolean isGiven = isDigitAt(at + 1);
    int points = text.codePointCount(0, text.length());
    int edits = points <= 2 ? 0 : points <= 5 ? 1 : EDITS_MAX;
    if (isGiven) {
      edits = whole(EDITS_MAX, "edits");
    } else {
      at++;
    }
    return new Fuzzy(text, edits);
  }

  /** The number behind the character at which the parser stands. */
  private int whole(int max, String what) {
    int from = ++at;
    while (isDigitAt(at)) {
      at++;
    }
    String digits = query.substring(from, at);
    if (digits.isEmpty() || digits.length() > 4 || Integer.parseInt(digits) > max) {
      throw wrong(what + " of 0 to " + max, from);
    }
    return Integer.parseInt(digits);
  }

  private float boost() {
    int from = at;
    while (isDigitAt(at) || isAt('.')) {
      at++;
    }
    String digits = query.substring(from, at);
    boolean isNumber = digits.length() <= 8 && digits.matches("[0-9]+(\\.[0-9]+)?");
    if (!isNumber || Float.parseFloat(digits) > BOOST_MAX) {
      throw wrong("a boost of 0 to " + (int) BOOST_MAX, from);
    }
    return Float.parseFloat(digits);
  }

  /** The next character of a word or phrase; a backslash makes any of them an ordinary one. */
  private char character() {
    char c = query.charAt(at++);
    if (c != '\\') {
      return c;
    }
    if (at == query.length()) {
      throw wrong("a character after '\\'", at);
    }
    return query.charAt(at++);
  }

  private void expectOperand(String operator) {
    space();
    boolean isMissing =
        at == query.length() || query.charAt(at) == ')' || isKeyword("AND") || isKeyword("OR");
    if (isMissing) {
      throw wrong("a word after " + operator, at);
    }
  }

  /** Whether an operator stands here, as a word of its own. */
  private boolean isKeyword(String word) {
    int end = at + word.length();
    return query.startsWith(word, at)
        && (end == query.length() || isEnd(query.charAt(end)) || query.charAt(end) == '(');
  }

  private boolean isOperandAt(int place) {
    return place < query.length() && !isEnd(query.charAt(place));
  }

  private boolean isDigitAt(int place) {
    return place < query.length() && query.charAt(place) >= '0' && query.charAt(place) <= '9';
  }

  private boolean isAt(char c) {
    return at < query.length() && query.charAt(at) == c;
  }

  private static boolean isEnd(char c) {
    return c == ')' || Character.isWhitespace(c);
  }

  private void space() {
    while (at < query.length() && Character.isWhitespace(query.charAt(at))) {
      at++;
    }
  }

  private QuiverException wrong(String expected, int place) {
    String got =
        place >= query.length()
            ? "the end"
            : query.substring(place, Math.min(query.length(), place + 20));
    return QuiverException.invalid("query", expected + " at character " + place, got);
  }
}

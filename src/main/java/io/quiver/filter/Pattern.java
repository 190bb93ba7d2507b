package io.quiver.filter;

import com.google.re2j.PatternSyntaxException;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;

/**
 * A regular expression in RE2 syntax, compiled once: no backtracking, no back references. Equal if
 * the text is. Immutable, for any thread.
 */
public final class Pattern {
  private final com.google.re2j.Pattern compiled;

  /**
   * Compiles a text.
   *
   * @throws QuiverException INVALID_ARGUMENT if the text is no pattern
   */
  public Pattern(String text) {
    Limits.check(
        "regex: number of characters",
        Required.value("regex", text).length(),
        0,
        Limits.FILTER_REGEX_CHARS_MAX);
    long steps = PatternSize.of(text);
    if (steps > Limits.FILTER_REGEX_STEPS_MAX) {
      throw QuiverException.invalid(
          "regex",
          "at most " + Limits.FILTER_REGEX_STEPS_MAX + " steps, repeats written out",
          steps);
    }
    try {
      compiled = com.google.re2j.Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw QuiverException.invalid("regex", "RE2 syntax (" + e.getDescription() + ")", text);
    }
  }

  public String text() {
    return compiled.pattern();
  }

  /** True if it matches any part of the text. */
  public boolean isIn(String text) {
    return compiled.matcher(text).find();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pattern that && text().equals(that.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}

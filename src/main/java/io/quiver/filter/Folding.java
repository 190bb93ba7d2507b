package io.quiver.filter;

/**
 * Takes upper and lower case for one: each code point to upper, then to lower case, whatever the
 * language. A folded text has as many code points as the text.
 */
public final class Folding {
  private Folding() {}

  public static String fold(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
        .forEach(folded::appendCodePoint);
    return folded.toString();
  }
}

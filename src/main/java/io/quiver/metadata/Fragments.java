package io.quiver.metadata;

import java.util.List;

/** Cuts the pieces of a text in which something was found. */
final class Fragments {
  /** Pieces of one field, those that come first. */
  static final int PIECES_MAX = 3;

  /** What stands before the first place of a piece, at most; words are kept whole. */
  private static final int LEAD_CHARS = 40;

  private static final int PIECE_CHARS = 160;

  private Fragments() {}

  /**
   * Adds pieces until there are {@link #PIECES_MAX}.
   *
   * @param places first character and the one behind the last, by their first; may overlap
   */
  static void add(String text, List<int[]> places, List<String> pieces) {
    int next = 0;
    int end = 0;
    while (next < places.size() && pieces.size() < PIECES_MAX) {
      int from = wordStart(text, Math.max(end, places.get(next)[0] - LEAD_CHARS));
      from = Math.min(Math.max(from, end), places.get(next)[0]);
      from += Character.isLowSurrogate(text.charAt(from)) ? 1 : 0; // No half of a character.
      end = wordEnd(text, Math.max(from + PIECE_CHARS, places.get(next)[1]));
      StringBuilder piece = new StringBuilder();
      int written = from;
      while (next < places.size() && places.get(next)[1] <= end) {
        int[] place = places.get(next++);
        if (place[0] >= written) {
          piece.append(text, written, place[0]).append("<em>");
          piece.append(text, place[0], place[1]).append("</em>");
          written = place[1];
        }
      }
      pieces.add(piece.append(text, written, end).toString().strip());
    }
  }

  /** The first character of the next word, if {@code at} is inside one. */
  private static int wordStart(String text, int at) {
    if (at == 0) {
      return 0;
    }
    int start = at;
    while (start < text.length() && !Character.isWhitespace(text.charAt(start - 1))) {
      start++;
    }
    return start; // Behind the place if it has no space before it: then the place begins it.
  }

  private static int wordEnd(String text, int at) {
    int end = Math.min(at, text.length());
    int endMax = Math.min(text.length(), end + LEAD_CHARS); // Some scripts have no spaces.
    while (end < endMax && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return end < text.length() && Character.isLowSurrogate(text.charAt(end)) ? end + 1 : end;
  }
}

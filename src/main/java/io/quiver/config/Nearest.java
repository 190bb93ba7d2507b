package io.quiver.config;

import java.util.Comparator;
import java.util.List;

/** Finds the word that was probably meant (Levenshtein 1966: least single-letter edits). */
final class Nearest {
  private Nearest() {}

  /** {@code "; did you mean rest_port?"}, or the list of known words when none is near. */
  static String hint(String word, List<String> known) {
    String best =
        known.stream().min(Comparator.comparingInt(other -> edits(word, other))).orElseThrow();
    boolean isNear = edits(word, best) <= Math.max(2, word.length() / 3);
    return isNear ? "; did you mean " + best + "?" : "; known are " + String.join(", ", known);
  }

  static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}

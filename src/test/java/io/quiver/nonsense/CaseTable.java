package io.quiver.nonsense;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code nonsense/cases.txt}; its head says how it is written. */
final class CaseTable {
  /** The byte 0xFF as a character of a request: bytes that are no text stand here. */
  static final char BYTES = '\uF000';

  private static final Pattern REPEATED = Pattern.compile("«([^«»]*)\\*(\\d+)»");
  private static final Pattern BYTE = Pattern.compile("«0x([0-9A-F]{2})»");

  private CaseTable() {}

  static List<Case> read() {
    try (InputStream in = CaseTable.class.getResourceAsStream("/nonsense/cases.txt")) {
      String[] lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
      List<Case> cases = new ArrayList<>();
      for (int i = 0; i < lines.length; i++) {
        if (!lines[i].isBlank() && !lines[i].startsWith("#")) {
          cases.addAll(parse(i + 1, lines[i]));
        }
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line with several operations is as many cases. */
  static List<Case> parse(int line, String text) {
    String[] cells = (text + " ").split(" \\| ", -1);
    if (cells.length != 5 || !cells[0].strip().matches("[r.-][gG.-][b.-]")) {
      throw new IllegalArgumentException("line " + line + " is no case: " + text);
    }
    String[] call = cells[1].strip().split(" ", 2);
    String[] expected = cells[3].strip().split(" ", 2);
    List<Case> cases = new ArrayList<>();
    String[] operations = call[0].split(",", -1);
    for (int i = 0; i < operations.length; i++) {
      boolean last = i == operations.length - 1;
      cases.add(
          new Case(
              line,
              cells[0].strip().replace('G', last ? '-' : 'g'),
              operations[i],
              expanded(call.length < 2 ? "c" : call[1]),
              expanded(cells[2].strip()),
              expected[0],
              expected.length < 2 ? "" : expected[1],
              cells[4].strip()));
    }
    return cases;
  }

  private static String expanded(String text) {
    String bytes =
        BYTE.matcher(text)
            .replaceAll(
                found -> String.valueOf((char) (BYTES + Integer.parseInt(found.group(1), 16))));
    return REPEATED
        .matcher(bytes)
        .replaceAll(found ->
            Matcher.quoteReplacement(found.group(1).repeat(Integer.parseInt(found.group(2)))));
  }
}

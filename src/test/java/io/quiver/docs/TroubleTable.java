package io.quiver.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One table of symptoms in docs/operations.md. */
public final class TroubleTable {
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  private final List<String> symptoms;

  private TroubleTable(List<String> symptoms) {
    this.symptoms = symptoms;
  }

  /** The first column of the table below this heading. */
  public static TroubleTable of(String heading) throws IOException {
    String page = Markdown.read("docs/operations.md");
    String part = page.substring(page.indexOf("\n### " + heading + "\n"));
    List<String> symptoms = new ArrayList<>();
    boolean isTable = false;
    for (String line : part.lines().skip(2).toList()) {
      if (line.startsWith("#")) {
        break;
      }
      if (line.startsWith("|---")) {
        isTable = true;
      } else if (isTable && line.startsWith("|")) {
        symptoms.add(line.substring(1, line.indexOf(" | ", 1)).strip());
      }
    }
    assertThat(symptoms).as(heading).isNotEmpty();
    return new TroubleTable(symptoms);
  }

  /**
   * What makes a symptom happen.
   *
   * @param begins the symptom's cell begins with this
   * @param makes makes it happen and tells what was said
   */
  public record Symptom(String begins, Callable<String> makes) {}

  /**
   * A symptom that a test of another kind shows: it needs a disk, or a process, of its own.
   *
   * @param test without {@code io.quiver.}
   */
  public static Symptom shownBy(String test, String begins) {
    return new Symptom(begins, () -> "shown by " + Class.forName("io.quiver." + test).getName());
  }

  /** Row by row, in order: each is made to happen, and all that the cell quotes was said. */
  public void expect(List<Symptom> made) throws Exception {
    assertThat(made).as("one for each row").hasSameSizeAs(symptoms);
    for (int i = 0; i < made.size(); i++) {
      String symptom = symptoms.get(i);
      assertThat(symptom).startsWith(made.get(i).begins());
      String said = made.get(i).makes().call();
      if (said.startsWith("shown by ")) {
        continue;
      }
      Matcher quoted = QUOTED.matcher(symptom);
      while (quoted.find()) {
        assertThat(said).as(symptom).containsPattern(pattern(quoted.group(1)));
      }
    }
  }

  /** {@code …} is anything, and so is a place in a file or the log. */
  private static Pattern pattern(String quoted) {
    StringBuilder pattern = new StringBuilder();
    for (String part : quoted.replaceAll("(LSN|offset|pid) \\d+", "$1 …").split("…", -1)) {
      pattern.append(pattern.isEmpty() ? "" : "(?s).*?").append(Pattern.quote(part));
    }
    return Pattern.compile(pattern.toString());
  }
}

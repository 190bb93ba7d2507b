package io.quiver.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Main;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every Java source is as google-java-format leaves it: two spaces, 100 columns. */
class FormatTest {

  @Test
  void everySourceIsFormatted() throws Exception {
    List<String> sources = Sources.all().stream().map(Object::toString).toList();
    assertThat(sources).isNotEmpty();

    StringWriter wouldChange = new StringWriter();
    StringWriter errors = new StringWriter();
    String[] arguments =
        Stream.concat(Stream.of("--dry-run", "--set-exit-if-changed"), sources.stream())
            .toArray(String[]::new);
    int status =
        new Main(
                new PrintWriter(wouldChange),
                new PrintWriter(errors),
                InputStream.nullInputStream())
            .format(arguments);

    assertThat(wouldChange.toString() + errors)
        .as("unformatted sources; the fix: bash tools/format")
        .isEmpty();
    assertThat(status).as("google-java-format's exit status").isZero();
  }
}

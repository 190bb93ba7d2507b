package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchRatiosTest {
  @TempDir Path folder;

  private final BenchRatios former = new BenchRatios(Map.of("search", 100.0, "build", 2.0));

  @Test
  void whatKeepsFifteenPercentOfItsRatioIsNoLoss() {
    assertThat(new BenchRatios(Map.of("search", 85.1, "build", 9.0)).lossesSince(former)).isEmpty();
    assertThat(former.lossesSince(former)).isEmpty();
  }

  @Test
  void whatLosesMoreIsNamedWithBothFigures() {
    assertThat(new BenchRatios(Map.of("search", 84.9, "build", 2.0)).lossesSince(former))
        .containsExactly("search: 84.9, was 100");
  }

  @Test
  void whatIsNotMeasuredAnyMoreIsALossAndWhatIsNewIsNone() {
    assertThat(new BenchRatios(Map.of("build", 2.0, "scan", 0.1)).lossesSince(former))
        .containsExactly("search: was not measured");
  }

  @Test
  void noNumberIsALoss() {
    assertThat(new BenchRatios(Map.of("search", Double.NaN, "build", 2.0)).lossesSince(former))
        .hasSize(1);
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Path file = folder.resolve("ratios.json");
    former.write(file);
    assertThat(BenchRatios.read(file)).isEqualTo(former);
  }

  /** The same engine, compared with ratios that are a hundred times as good. */
  @Test
  void theGuardEndsWithStatusOneIfTheEngineIsSlower() throws Exception {
    Path file = folder.resolve("ratios.json");
    String line = "bench guard --rows 1500 --rounds 1 --ratios " + file;
    Typed written = Typed.in(folder, (line + " --write").split(" ", -1));
    assertThat(written.status()).as(written.err()).isZero();
    Map<String, Double> better = new TreeMap<>(BenchRatios.read(file).byName());
    assertThat(better.keySet())
        .containsExactly(
            "build-128", "build-768", "scan-128", "scan-768", "search-128", "search-768");
    better.replaceAll((name, ratio) -> 100 * ratio);
    new BenchRatios(better).write(file);
    Typed slower = Typed.in(folder, line.split(" ", -1));
    assertThat(slower.status()).isOne();
    assertThat(slower.out()).contains("slower: search-768");
  }

  @Test
  void aFileWithoutRatiosIsRefused() throws Exception {
    Path file = folder.resolve("ratios.json");
    Files.writeString(file, "{\"search\":\"fast\"}");
    assertThatThrownBy(() -> BenchRatios.read(file)).isInstanceOf(CommandException.class);
  }
}

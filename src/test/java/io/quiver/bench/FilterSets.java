package io.quiver.bench;

import io.quiver.core.OrdinalSet;
import io.quiver.testkit.VectorFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** The filters of the data sets, each with the rows it lets pass for each query, and the truth. */
@SuppressWarnings("ArrayRecordComponent") // Read only.
record FilterSets(String name, List<OrdinalSet> passing, int[][] truth) {
  private static final Set<String> ROBOTS = Set.of("icra", "iros", "rss", "corl");
  private static final Set<String> LANGUAGE = Set.of("acl", "naacl", "coling");
  private static final Pattern VENUE = Pattern.compile("\"conf\": \"(\\w+)\", \"year\": (\\d+)");
  private static final Pattern CITATIONS = Pattern.compile("\"citations\": (\\d+)");

  /** Where and when a paper appeared, and how often it was cited. */
  private record Paper(String conf, int year, int citations) {
    static Paper of(String json) {
      Matcher venue = VENUE.matcher(json);
      Matcher cited = CITATIONS.matcher(json);
      if (!venue.find()) {
        throw new IllegalArgumentException(json);
      }
      int citations = cited.find() ? Integer.parseInt(cited.group(1)) : -1;
      return new Paper(venue.group(1), Integer.parseInt(venue.group(2)), citations);
    }
  }

  static List<FilterSets> mnist(Path files) throws IOException {
    byte[] labels = Files.readAllBytes(Path.of(files + "base_labels.u8"));
    byte[] asked = Files.readAllBytes(Path.of(files + "query_labels.u8"));
    List<OrdinalSet> sets =
        IntStream.range(0, 10)
            .mapToObj(label -> OrdinalSet.of(labels.length, row -> labels[row] == label))
            .toList();
    List<FilterSets> all = new ArrayList<>();
    all.add(read(files, "label_own", asked.length, q -> sets.get(asked[q])));
    all.add(read(files, "label_next", asked.length, q -> sets.get((asked[q] + 1) % 10)));
    return all;
  }

  static List<FilterSets> papers(Path files) throws IOException {
    List<Paper> rows = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Files.newInputStream(Path.of(files.getParent() + "/papers.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
      in.lines().map(Paper::of).forEach(rows::add);
    }
    List<Paper> asked =
        Files.readAllLines(Path.of(files + "queries.jsonl")).stream().map(Paper::of).toList();
    Map<String, OrdinalSet> sets = new HashMap<>();
    List<FilterSets> all = new ArrayList<>();
    all.add(
        read(
            files,
            "filter_year_ge_2020",
            asked.size(),
            q -> set(sets, "2020", rows, paper -> paper.year() >= 2020)));
    all.add(
        read(
            files,
            "filter_other_field",
            asked.size(),
            q ->
                ROBOTS.contains(asked.get(q).conf())
                    ? set(sets, "language", rows, paper -> LANGUAGE.contains(paper.conf()))
                    : set(sets, "robots", rows, paper -> paper.conf().matches("icra|iros"))));
    all.add(
        read(
            files,
            "filter_same_conf",
            asked.size(),
            q -> {
              String conf = asked.get(q).conf();
              return set(sets, conf, rows, paper -> paper.conf().equals(conf));
            }));
    all.add(
        read(
            files,
            "filter_cites_ge_500",
            asked.size(),
            q -> set(sets, "cites", rows, paper -> paper.citations() >= 500)));
    all.add(
        read(
            files,
            "filter_same_conf_year",
            asked.size(),
            q -> {
              Paper same = asked.get(q);
              return set(
                  sets,
                  same.conf() + same.year(),
                  rows,
                  paper -> paper.conf().equals(same.conf()) && paper.year() == same.year());
            }));
    return all;
  }

  private static OrdinalSet set(
      Map<String, OrdinalSet> sets, String name, List<Paper> rows, Predicate<Paper> passes) {
    IntPredicate row = ordinal -> passes.test(rows.get(ordinal));
    return sets.computeIfAbsent(name, key -> OrdinalSet.of(rows.size(), row));
  }

  private static FilterSets read(
      Path files, String name, int queries, IntFunction<OrdinalSet> passing) {
    int[][] truth = VectorFiles.ints(Path.of(files + "groundtruth_" + name + ".ivecs"));
    List<OrdinalSet> sets = IntStream.range(0, queries).mapToObj(passing).toList();
    for (int q = 0; q < queries; q++) {
      OrdinalSet set = sets.get(q);
      if (!IntStream.of(truth[q]).allMatch(row -> row < 0 || set.contains(row))) {
        throw new IllegalStateException(name + " is built in another way: query " + q);
      }
    }
    return new FilterSets(name, sets, truth);
  }

  double share() {
    return passing.stream()
        .mapToDouble(set -> set.count() / (double) set.bound())
        .average()
        .orElse(0);
  }
}
